/** Numbers for Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Store } from '../store/store.ts'
import type { RetentionPort } from './parts.ts'

export type Metrics = {
  /** One answered request; `route` is the path of the API description, so that ids make no new series. */
  answered(method: string, route: string, status: number, seconds: number): void
  records(outcome: 'accepted' | 'updated' | 'duplicate' | 'rejected', count: number): void
  overloaded(): void
  liveClients(count: number): void
  text(): Promise<string>
  type: string
}

export function createMetrics(registry: Registry, store: Store, retention?: RetentionPort): Metrics {
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'vedette_http_request_duration_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 20],
    registers,
  })
  const records = new Counter({
    name: 'vedette_ingest_records_total',
    help: 'Records that shippers sent, by what became of them. An update is also accepted.',
    labelNames: ['outcome'],
    registers,
  })
  const overloads = new Counter({
    name: 'vedette_ingest_refused_requests_total',
    help: 'Requests refused whole because the queue was full.',
    registers,
  })
  const live = new Gauge({ name: 'vedette_live_clients', help: 'Connected live feeds.', registers })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const events = gauge('vedette_events', 'Stored events.')
  const bytes = gauge('vedette_store_bytes', 'Size of the store.')
  const pending = gauge('vedette_pending_groups', 'Groups that wait for correlation.')
  const late = gauge('vedette_late_events', 'Events stored more than 90 minutes after their time.')
  const tooLate = gauge(
    'vedette_too_late_events',
    'Events that came when what they could have met was deleted by age.',
  )
  const ahead = gauge('vedette_ahead_events', 'Events with a time in the future.')
  const limit = gauge('vedette_disk_limit_bytes', 'What the data folder may take; 0: unknown.')
  const used = gauge('vedette_disk_used_bytes', 'What it takes: stored logs, the log of changes, backups.')
  const removed = new Counter({
    name: 'vedette_removed_total',
    help: 'What was removed, by what it was and why (age, disk).',
    labelNames: ['what', 'reason'],
    registers,
  })
  const revision = gauge('vedette_revision', 'Number of the last change of an alert or incident.')

  async function tellRetention(): Promise<void> {
    const [rows, state] = await Promise.all([store.removed(0), retention?.state()])
    // Counted by the store, so that a restart does not begin anew.
    removed.reset()
    for (const { what, reason, items } of rows) removed.inc({ what, reason }, items)
    limit.set(state && Number.isFinite(state.limit) ? state.limit : 0)
    used.set(state?.used ?? 0)
  }

  return {
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    records: (outcome, count) => {
      if (count > 0) records.inc({ outcome }, count)
    },
    overloaded: () => overloads.inc(),
    liveClients: (count) => live.set(count),
    async text() {
      const state = await store.state()
      events.set(state.events)
      bytes.set(state.bytes)
      pending.set(state.pending)
      revision.set(state.revision)
      late.set(state.late)
      tooLate.set(state.tooLate)
      ahead.set(state.ahead)
      await tellRetention()
      return registry.metrics()
    },
    type: registry.contentType,
  }
}
