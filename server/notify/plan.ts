/**
 * What is to be told of what changed. The durable feed of changes is the source, and what follows from a stretch of it is
 * kept together with how far it was read: nothing is forgotten and nothing told twice, wherever the process stops.
 */
import {
  type Channel,
  GATHERED,
  type Gathered,
  type Message,
  type NewDelivery,
  type Told,
} from '../domain/channel.ts'
import type { OwnRuleId } from '../domain/own-rules.ts'
import { DAY, type Millis } from '../domain/time.ts'
import type { DeliveryStore, Store, ToldRow } from '../store/store.ts'
import { dueDigest, gather, gatherLate, historyDigest, NOTHING } from './digest.ts'
import { messageOf, titleOf, type Views } from './message.ts'
import { dueAt, wants } from './routing.ts'
import { nextTold, type Subject, subjectsOf } from './subjects.ts'

export type PlanStore = DeliveryStore & Pick<Store, 'changesSince' | 'alert' | 'state'>
export type PlanParts = { store: PlanStore; channels(): Promise<Channel[]>; now: Millis; views: Views }

/** Changes read at once. */
const MOST = 200
/** Evidence that is older is no news, but history. */
const OLD: Millis = 7 * DAY

/** Reads on from where it was; true: there may be more. */
export async function planNext({ store, channels, now, views }: PlanParts): Promise<boolean> {
  const from = await store.deliveryCursor()
  // Whoever sets up a channel wants to hear of what comes, not of all that was.
  if (from === null) {
    const { revision } = await store.state()
    return store.planDeliveries({ expect: 0, cursor: revision, deliveries: [], told: [], at: now })
  }
  const changes = await store.changesSince(from, MOST)
  const cursor = changes.at(-1)?.revision ?? from
  const subjects = await subjectsOf(store, changes)
  const late = changes.flatMap((change) => (change.type === 'alert' ? [change.alert] : []))
  const known = await store.toldOf([...subjects.map(({ id }) => id), GATHERED])
  const plans: Planned[] = []
  for (const channel of await channels()) {
    const mine = known.filter((row) => row.channel === channel.id)
    const planned = await planFor(channel, subjects, mine, now, views)
    for (const alert of late)
      if (!alert.drill && channel.enabled && wants(channel, alert.severity, [alert]))
        planned.gathered = gatherLate(planned.gathered, alert, channel, now)
    plans.push(closed(channel, planned, mine, cursor, now, views))
  }
  const deliveries = plans.flatMap((one) => one.deliveries)
  const told = plans.flatMap((one) => one.told)
  if (cursor === from && told.length === 0) return false
  await store.planDeliveries({ expect: from, cursor, deliveries, told, at: now })
  return changes.length === MOST
}

type Planned = { deliveries: NewDelivery[]; told: ToldRow[]; gathered: Gathered }

async function planFor(
  channel: Channel,
  subjects: readonly Subject[],
  known: readonly ToldRow[],
  now: Millis,
  views: Views,
): Promise<Planned> {
  const deliveries: NewDelivery[] = []
  const told = new Map<string, Told>()
  const history: Subject[] = []
  let gathered = known.find(isGathered)?.told ?? NOTHING
  for (const subject of subjects) {
    const before =
      told.get(subject.id) ?? known.filter(isTold).find((row) => row.subject === subject.id)?.told
    const next = nextTold(subject, before ?? null, now)
    if (!next || !isFor(channel, subject, next, before ?? null)) continue
    if (isForDigest(channel, next, before ?? null)) {
      const line = titleOf(await messageOf({ ...subject, change: next.change }, views))
      gathered = gather(gathered, { subject: subject.id, severity: next.severity, line }, channel, now)
      told.set(subject.id, { ...next, gathered: true })
      continue
    }
    // Who heard of it only in the digest, or not yet, hears of it as of something new.
    const change = before?.gathered && next.change !== 'resolved' ? 'raised' : next.change
    told.set(subject.id, { ...next, change })
    if (change === 'raised' && isHistory(subject, now)) history.push(subject)
    else {
      const again = change === 'raised' && before?.change === 'resolved' && !before.gathered
      deliveries.push(await deliveryOf(channel, { ...subject, again }, { ...next, change }, now, views))
    }
  }
  if (history.length > 0) deliveries.push(historyDigest(channel, history, now, views))
  const rows = [...told].map(([subject, one]) => ({ channel: channel.id, subject, told: one }))
  return { deliveries, told: rows, gathered }
}

/** With the digest that is due, and with what is kept for the next. */
function closed(
  channel: Channel,
  { deliveries, told, gathered }: Planned,
  known: readonly ToldRow[],
  revision: number,
  now: Millis,
  views: Views,
): Planned {
  const due = channel.enabled ? dueDigest(channel, gathered, revision, now, views) : null
  const kept = due?.kept ?? gathered
  const before = known.find(isGathered)?.told ?? NOTHING
  return {
    deliveries: due ? [...deliveries, due.delivery] : deliveries,
    told: kept === before ? told : [...told, { channel: channel.id, subject: GATHERED, told: kept }],
    gathered: kept,
  }
}

function isGathered(row: ToldRow): row is ToldRow & { told: Gathered } {
  return row.told.change === 'gathered'
}

function isTold(row: ToldRow): row is ToldRow & { told: Told } {
  return row.told.change !== 'gathered'
}

function isFor(channel: Channel, subject: Subject, next: Told, before: Told | null): boolean {
  if (subject.drill && channel.drills !== true) return false
  if (isItsOwnFailure(channel, subject)) return false
  // Who was told that it began is told that it is over, whatever it is now.
  if (next.change === 'resolved') return before !== null && channel.enabled
  return (
    wants(channel, subject.severity, subject.alerts) &&
    subject.alerts.some(({ raisedAt }) => raisedAt >= channel.createdAt)
  )
}

/** That a channel fails is for the others to tell. */
function isItsOwnFailure({ id }: Channel, { alerts }: Subject): boolean {
  const failed: OwnRuleId = 'vedette-delivery-failed'
  return alerts.every(({ ruleId, facts }) => ruleId === failed && facts['channel'] === id)
}

function isForDigest(channel: Channel, next: Told, before: Told | null): boolean {
  if (next.change === 'resolved') return before?.gathered === true
  return channel.digest?.severities.includes(next.severity) === true
}

function isHistory({ alerts, drill }: Subject, now: Millis): boolean {
  return !drill && alerts.every(({ fromHistory, lastSeen }) => fromHistory || lastSeen < now - OLD)
}

async function deliveryOf(
  channel: Channel,
  subject: Subject & { again: boolean },
  { change, severity }: Told,
  now: Millis,
  views: Views,
): Promise<NewDelivery> {
  const body: Message = await messageOf({ ...subject, change }, views)
  return {
    channel: channel.id,
    subject: subject.id,
    revision: subject.revision,
    due: dueAt(channel.quiet, severity, now),
    body: JSON.stringify(body),
  }
}
