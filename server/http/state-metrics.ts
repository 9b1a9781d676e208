/** Numbers for Prometheus that are looked at when somebody asks. */
import { X509Certificate } from 'node:crypto'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type Millis, SECOND } from '../domain/time.ts'
import type { Context } from './context.ts'
import type { TlsPair } from './tls-files.ts'

/** Sources are named by shippers: no more of them than this, those that sent last. */
const MOST_SOURCES = 500

/** Gives the look: it reads everything first, then sets all numbers at once. */
export function stateMetrics(
  registry: Registry,
  context: Context,
  tls: () => TlsPair | null,
): () => Promise<void> {
  const set = gaugesOf(registry)
  return async () => {
    const now = context.clock()
    const read = await readState(context, now)
    const { state, correlator, retention, disk, backups, open, sources } = read
    set.events.set(state.events)
    set.bytes.set(state.bytes)
    set.revision.set(state.revision)
    set.late.set(state.late)
    set.tooLate.set(state.tooLate)
    set.ahead.set(state.ahead)
    set.pending.set(state.pending)
    set.lag.set(state.oldestPending === null ? 0 : Math.max(0, now - state.oldestPending) / SECOND)
    set.lastRun.set((correlator.lastRunAt ?? 0) / SECOND)
    set.failing.set(correlator.lastError === null ? 0 : 1)
    set.rules.set(correlator.rules)
    for (const [severity, count] of Object.entries(open)) set.open.set({ severity }, count)
    const { bytes, waiting } = context.intake.load()
    set.queueBytes.set(bytes)
    set.queueRequests.set(waiting)
    set.deliveries.set(read.waiting)
    set.limit.set(retention && Number.isFinite(retention.limit) ? retention.limit : 0)
    set.used.set(retention?.used ?? 0)
    set.free.set(disk?.freeBytes ?? 0)
    set.full.set(context.storage?.isFull() ? 1 : 0)
    set.backup.set((backups?.backups[0]?.at ?? 0) / SECOND)
    const [drill] = read.drills
    const passed = read.drills.find((one) => one.passed)
    set.drill.set((passed?.finishedAt ?? 0) / SECOND)
    set.drillFailing.set(drill && !drill.passed ? 1 : 0)
    set.drillDetect.set((passed?.detectMs ?? 0) / SECOND)
    set.drillNotify.set((passed?.notifyMs ?? 0) / SECOND)
    set.tls.set(endOf(tls()) / SECOND)
    // Counted by the store, so that a restart does not begin anew.
    set.removed.reset()
    for (const { what, reason, items } of read.removed) set.removed.inc({ what, reason }, items)
    set.lastReceived.reset()
    set.silent.reset()
    for (const { source, dataset, lastReceivedAt, silentSince } of sources) {
      set.lastReceived.set({ source, dataset }, Date.parse(lastReceivedAt) / SECOND)
      set.silent.set({ source, dataset }, silentSince === null ? 0 : 1)
    }
  }
}

async function readState(context: Context, now: Millis) {
  const { store, correlator, retention, storage, backups, fireDrills, tally, traffic } = context
  const [state, correlatorState, kept, disk, removed, open, waiting, made, drills, sources] =
    await Promise.all([
      store.state(),
      correlator.state(),
      retention?.state(),
      storage?.state(),
      store.removed(0),
      tally.open(),
      store.waitingDeliveries(),
      backups?.state(),
      fireDrills?.state(),
      traffic.sources(now),
    ])
  const newest = sources.sort((a, b) => (a.lastReceivedAt < b.lastReceivedAt ? 1 : -1))
  return {
    state,
    correlator: correlatorState,
    retention: kept,
    disk,
    removed,
    open,
    waiting,
    backups: made,
    drills: drills?.runs ?? [],
    sources: newest.slice(0, MOST_SOURCES),
  }
}

/** 0: without TLS. */
function endOf(pair: TlsPair | null): Millis {
  return pair ? Date.parse(new X509Certificate(pair.cert).validTo) : 0
}

function gaugesOf(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `vedette_${name}`, help, labelNames, registers })
  const source = ['source', 'dataset']
  return {
    events: gauge('events', 'Stored events.'),
    bytes: gauge('store_bytes', 'Size of the store.'),
    revision: gauge('revision', 'Number of the last change of an alert or incident.'),
    late: gauge('late_events', 'Events stored more than 90 minutes after their time.'),
    tooLate: gauge('too_late_events', 'Events that came when what they could have met was deleted by age.'),
    ahead: gauge('ahead_events', 'Events with a time in the future.'),
    pending: gauge('pending_groups', 'Groups that wait for correlation.'),
    lag: gauge('correlator_lag_seconds', 'For how long the oldest pending group has been due.'),
    lastRun: gauge('correlator_last_run_timestamp_seconds', 'When the correlator ran last; 0: not yet.'),
    failing: gauge('correlator_failing', '1 while its last run failed.'),
    rules: gauge('rules', 'Rules that are switched on and can be run.'),
    open: gauge('open_alerts', 'Alerts that are not closed, by severity; no drills.', ['severity']),
    queueBytes: gauge('ingest_queue_bytes', 'Bodies of shippers that are in memory.'),
    queueRequests: gauge('ingest_queue_requests', 'Requests of shippers that wait for their turn.'),
    deliveries: gauge('waiting_deliveries', 'What is still to be told to people.'),
    limit: gauge('disk_limit_bytes', 'What the data folder may take; 0: unknown.'),
    used: gauge('disk_used_bytes', 'What it takes: stored logs, the log of changes, backups.'),
    free: gauge('disk_free_bytes', 'What the disk has left; 0: unknown.'),
    full: gauge('disk_full', '1 while logs are refused for want of room.'),
    backup: gauge('backup_last_timestamp_seconds', 'When the newest backup was made; 0: there is none.'),
    drill: gauge('fire_drill_last_passed_timestamp_seconds', 'When a fire drill last passed; 0: none has.'),
    drillFailing: gauge('fire_drill_failing', '1 while the last fire drill failed.'),
    drillDetect: gauge(
      'fire_drill_detect_seconds',
      'From the answer to its logs to the last alert, in that drill.',
    ),
    drillNotify: gauge('fire_drill_notify_seconds', 'To the first person told, in that drill; 0: nobody is.'),
    tls: gauge('tls_expiry_timestamp_seconds', 'When the certificate ends; 0: without TLS.'),
    lastReceived: gauge('source_last_received_timestamp_seconds', 'When a source sent last.', source),
    silent: gauge('source_silent', '1 while it is quiet for longer than it usually is.', source),
    removed: new Counter({
      name: 'vedette_removed_total',
      help: 'What was removed, by what it was and why (age, disk).',
      labelNames: ['what', 'reason'],
      registers,
    }),
  }
}
