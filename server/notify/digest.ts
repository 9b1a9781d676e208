/** One message for what nobody has to run for: what lies back, what came late, and what a channel wants once a day. */
import { type Alert, type Severity, severityRank } from '../domain/alert.ts'
import type { Channel, Gathered, Message, NewDelivery } from '../domain/channel.ts'
import { type Millis, toIso } from '../domain/time.ts'
import { visible, type Views } from './message.ts'
import { dueAt, nextAt } from './routing.ts'
import type { Subject } from './subjects.ts'

/** Kept of one digest; the rest is counted. */
const MOST_ENTRIES = 200
const MOST_LINES = 50
/** Of so many alerts it is known how much of their late evidence was told. */
const MOST_LATE = 1000

export const NOTHING: Gathered = { change: 'gathered', due: null, entries: [], more: 0, late: {} }

type Entry = Gathered['entries'][number]

/** The same subject is told once, as it is now. */
export function gather(kept: Gathered, entry: Entry, channel: Channel, now: Millis): Gathered {
  const others = kept.entries.filter(({ subject }) => subject !== entry.subject)
  const isFull = others.length >= MOST_ENTRIES
  const { at, timezone } = channel.digest ?? { at: '08:00', timezone: channel.quiet?.timezone ?? 'UTC' }
  return {
    ...kept,
    due: kept.due ?? nextAt(at, timezone, now),
    entries: isFull ? others : [...others, entry],
    more: kept.more + (isFull ? 1 : 0),
  }
}

/** Evidence of a closed alert that came after the closing and was not told yet. */
export function gatherLate(kept: Gathered, alert: Alert, channel: Channel, now: Millis): Gathered {
  const told = kept.late[alert.id] ?? 0
  if (!alert.lateAfterClose || alert.status !== 'closed' || alert.count <= told) return kept
  const { [alert.id]: _, ...others } = kept.late
  const late = Object.fromEntries([...Object.entries(others), [alert.id, alert.count]].slice(-MOST_LATE))
  const entry = {
    subject: alert.id,
    severity: alert.severity,
    line: `more came after it was closed: ${visible(alert.summary)}`,
  }
  return gather({ ...kept, late }, entry, channel, now)
}

/** The digest that is due, and what is kept after it. */
export function dueDigest(
  channel: Channel,
  kept: Gathered,
  revision: number,
  now: Millis,
  views: Views,
): { delivery: NewDelivery; kept: Gathered } | null {
  if (kept.due === null || kept.due > now) return null
  const { entries, more } = kept
  const count = entries.length + more
  const lines = entries.map(({ line }) => line)
  return {
    delivery: {
      channel: channel.id,
      subject: `digest-${kept.due}`,
      revision,
      due: now,
      body: bodyOf(
        entries,
        `${count === 1 ? 'one thing' : `${count} things`} to know of, none of them urgent`,
        more > 0 ? [...lines, `and ${more} more`] : lines,
        views,
      ),
    },
    kept: { ...kept, due: null, entries: [], more: 0 },
  }
}

/** What was found in logs that lie back is told once for all of it. */
export function historyDigest(
  channel: Channel,
  subjects: readonly Subject[],
  now: Millis,
  views: Views,
): NewDelivery {
  const lines = subjects.map(({ incident, alerts }) => {
    const { summary, lastSeen } = incident ?? alerts.at(-1)!
    return `${toIso(lastSeen)} ${visible(summary)}`
  })
  const count = subjects.length === 1 ? 'One incident was' : `${subjects.length} incidents were`
  const revision = Math.max(...subjects.map((one) => one.revision))
  return {
    channel: channel.id,
    subject: `digest-${revision}`,
    revision,
    due: dueAt(channel.quiet, gravestOf(subjects), now),
    body: bodyOf(subjects, `${count} found in logs that lie back`, lines, views),
  }
}

function bodyOf(
  about: readonly { severity: Severity }[],
  sentence: string,
  lines: string[],
  views: Views,
): string {
  const shown =
    lines.length > MOST_LINES
      ? [...lines.slice(0, MOST_LINES), `${lines.length - MOST_LINES} further ones`]
      : lines
  const body: Message = {
    change: 'digest',
    severity: gravestOf(about),
    sentence,
    lines: shown,
    steps: [],
    link: views.link(null),
    incident: null,
    alert: null,
  }
  return JSON.stringify(body)
}

function gravestOf(about: readonly { severity: Severity }[]): Severity {
  return about.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0]!.severity
}
