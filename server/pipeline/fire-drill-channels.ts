/** What became of a drill's alerts at each channel that wants drills. */
import type { Alert } from '../domain/alert.ts'
import type { Delivery } from '../domain/channel.ts'
import type { FireDrillChannel } from '../domain/fire-drill.ts'
import { type Clock, MINUTE, type Millis } from '../domain/time.ts'
import type { Store } from '../store/store.ts'

export type DrillChannel = { id: string; name: string }

/** Of one channel no more deliveries than this come while a drill runs. */
const MOST = 200
/** What is due so much later waits for a time of the day, not for another try. */
const LATER: Millis = 10 * MINUTE

/** Null: something is still to come. `isLast`: what has not come by now has failed. */
export async function channelStates(
  parts: { store: Store; clock: Clock; channels(): Promise<DrillChannel[]> },
  alerts: readonly Alert[],
  acceptedAt: Millis,
  isLast: boolean,
): Promise<FireDrillChannel[] | null> {
  const channels = await parts.channels()
  if (channels.length === 0) return []
  const { store, clock } = parts
  const newest = (await Promise.all(alerts.map(({ id }) => store.alert(id)))).filter(
    (alert) => alert !== null,
  )
  const revision = Math.max(0, ...newest.map((alert) => alert.revision))
  const isPlanned = ((await store.deliveryCursor()) ?? 0) >= revision
  if (!isPlanned && !isLast) return null
  const subjects = new Set(newest.map(({ id, incidentId }) => incidentId ?? id))
  const states: FireDrillChannel[] = []
  for (const channel of channels) {
    const { items } = await store.deliveries({ channel: channel.id, size: MOST })
    const mine = items.filter(({ subject }) => subjects.has(subject))
    const state = isPlanned ? stateOf(mine, clock(), acceptedAt, isLast) : NOT_PLANNED
    if (state === null) return null
    const isKept = mine.length === 0 && (await isGathered(store, channel, subjects))
    // Not the rest of it: that holds its secrets.
    const { id, name } = channel
    states.push({ id, name, ...(isKept ? LATER_ON : state) })
  }
  return states
}

type State = Omit<FireDrillChannel, 'id' | 'name'>
const LATER_ON: State = { state: 'later', afterMs: null, why: null }
const PASSED: State = { state: 'passed', afterMs: null, why: null }
const NOT_PLANNED: State = { state: 'failed', afterMs: null, why: 'It was not decided whom to tell.' }

function stateOf(mine: readonly Delivery[], now: Millis, acceptedAt: Millis, isLast: boolean): State | null {
  if (mine.length === 0) return PASSED
  const done = mine.filter(({ state }) => state === 'done').map(({ finishedAt }) => finishedAt ?? now)
  if (done.length > 0) {
    return { state: 'told', afterMs: Math.max(0, Math.min(...done) - acceptedAt), why: null }
  }
  if (mine.every(({ attempts, due }) => attempts === 0 && due > now + LATER)) return LATER_ON
  const error = mine.find((one) => one.error !== null)?.error ?? null
  const isOver = mine.every(({ state }) => state === 'failed')
  return isOver || isLast ? { state: 'failed', afterMs: null, why: error ?? 'it was not sent in time' } : null
}

async function isGathered(
  store: Pick<Store, 'toldOf'>,
  { id }: DrillChannel,
  subjects: ReadonlySet<string>,
): Promise<boolean> {
  const rows = await store.toldOf([...subjects])
  return rows.some(
    ({ channel, told }) => channel === id && told.change !== 'gathered' && told.gathered === true,
  )
}
