/** One fire drill: plays an attack through the port, waits for its alerts, and for those who want to be told of drills. */
import type { Alert } from '../domain/alert.ts'
import type { FireDrillChannel, FireDrillRule, FireDrillRun } from '../domain/fire-drill.ts'
import { type Clock, DAY, formatSpan, MINUTE, type Millis, SECOND } from '../domain/time.ts'
import type { Store } from '../store/store.ts'
import { channelStates, type DrillChannel } from './fire-drill-channels.ts'

/** The records of one run, feed by feed; no other run has its names. */
export type FireDrillRecords = {
  mark: string
  /** Ids of the rules that must tell of it. */
  expected: string[]
  feeds: { dataset: string; body: Uint8Array }[]
}
export type FireDrillParts = {
  store: Store
  clock: Clock
  /** Sends a feed to the port as a shipper does. Throws with what the port answered. */
  send(mark: string, feed: FireDrillRecords['feeds'][number]): Promise<void>
  /** Those that are switched on, with their names. */
  rules(ids: readonly string[]): Promise<{ id: string; name: string }[]>
  /** Those that are on and want drills. */
  channels(): Promise<DrillChannel[]>
  signal: AbortSignal
  patience?: Partial<Patience>
}
type Patience = { detect: Millis; notify: Millis; pause: Millis }

// The correlator beats once a minute at least, and a channel has time for a second try.
const PATIENCE: Patience = { detect: 3 * MINUTE, notify: 5 * MINUTE, pause: SECOND / 4 }

export async function runFireDrill(
  parts: FireDrillParts,
  { scenario, by, records }: { scenario: string; by: string; records: FireDrillRecords },
): Promise<FireDrillRun & { alerts: Alert[] }> {
  const { clock } = parts
  const startedAt = clock()
  const patience = { ...PATIENCE, ...parts.patience }
  const run: FireDrillRun = {
    drill: records.mark,
    scenario,
    startedAt,
    finishedAt: startedAt,
    by,
    passed: false,
    why: null,
    acceptMs: null,
    detectMs: null,
    notifyMs: null,
    rules: [],
    channels: [],
  }
  const over = (why: string | null, alerts: Alert[] = []) => ({
    ...run,
    finishedAt: clock(),
    passed: why === null,
    why,
    alerts,
  })

  const rules = await parts.rules(records.expected)
  if (rules.length === 0) return over('Every rule that has to find this attack is switched off.')
  try {
    for (const feed of records.feeds) await parts.send(records.mark, feed)
  } catch (error) {
    return over(`The port did not take its records: ${textOf(error)}`)
  }
  const acceptedAt = clock()
  run.acceptMs = acceptedAt - startedAt

  const alerts = await awaitAlerts(parts, records, rules, startedAt, patience)
  run.rules = rules.map((rule) => ruleOf(rule, alerts, acceptedAt))
  const missing = rules.filter((_, i) => run.rules[i]!.afterMs === null)
  if (missing.length > 0) return over(missingText(missing, patience.detect), alerts)
  run.detectMs = Math.max(...run.rules.map(({ afterMs }) => afterMs!))

  run.channels = await awaitTold(parts, alerts, acceptedAt, patience)
  const told = run.channels.flatMap(({ afterMs }) => (afterMs === null ? [] : [afterMs]))
  run.notifyMs = told.length === 0 ? null : Math.min(...told)
  const failed = run.channels.filter(({ state }) => state === 'failed')
  return over(failed.length === 0 ? null : failedText(failed), alerts)
}

/** The run's alerts, when all of the expected have come or patience is at its end. */
async function awaitAlerts(
  parts: FireDrillParts,
  records: FireDrillRecords,
  rules: readonly { id: string }[],
  began: Millis,
  patience: Patience,
): Promise<Alert[]> {
  const until = parts.clock() + patience.detect
  const isOurs = nameTest(records)
  for (;;) {
    const { items } = await parts.store.alerts({ drill: true, from: began - DAY, size: 1000 })
    const found = items.filter(({ raisedAt, entity }) => raisedAt >= began && isOurs(entity.value))
    const isWhole = rules.every(({ id }) => found.some(({ ruleId }) => ruleId === id))
    if (isWhole || parts.signal.aborted || parts.clock() > until) return found
    await pause(patience.pause, parts.signal)
  }
}

/** No two runs share an account or an address, so that an alert about one of them is of this run. */
function nameTest({ feeds }: FireDrillRecords): (name: string) => boolean {
  const texts = feeds.map(({ body }) => new TextDecoder().decode(body).toLowerCase())
  return (name) => {
    const quoted = JSON.stringify(name.toLowerCase()).slice(1, -1)
    return texts.some((text) => text.includes(quoted))
  }
}

function ruleOf(
  { id, name }: { id: string; name: string },
  alerts: readonly Alert[],
  acceptedAt: Millis,
): FireDrillRule {
  const raised = alerts.filter(({ ruleId }) => ruleId === id).map(({ raisedAt }) => raisedAt)
  // An alert may be there before the port has answered for the last feed.
  return {
    ruleId: id,
    name,
    afterMs: raised.length === 0 ? null : Math.max(0, Math.min(...raised) - acceptedAt),
  }
}

async function awaitTold(
  parts: FireDrillParts,
  alerts: readonly Alert[],
  acceptedAt: Millis,
  patience: Patience,
): Promise<FireDrillChannel[]> {
  const until = parts.clock() + patience.notify
  for (;;) {
    const isLast = parts.signal.aborted || parts.clock() > until
    const states = await channelStates(parts, alerts, acceptedAt, isLast)
    if (states) return states
    await pause(patience.pause, parts.signal)
  }
}

function missingText(missing: readonly { name: string }[], waited: Millis): string {
  const names = missing.map(({ name }) => name).join(', ')
  return `Within ${formatSpan(waited)} no alert came of: ${names}.`
}

function failedText(failed: readonly FireDrillChannel[]): string {
  return failed.map(({ name, why }) => `Nobody could be told over ${name}: ${why ?? 'no answer'}`).join(' ')
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function pause(time: Millis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, time)
    signal.addEventListener('abort', done)
  })
}
