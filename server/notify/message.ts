/** What is said of an incident, in words that any channel can carry. */
import { type Alert, type Incident, type Severity, severityRank } from '../domain/alert.ts'
import type { Message, Told } from '../domain/channel.ts'
import type { Json } from '../domain/json.ts'

/** How the API shows things, and where the dashboard shows them. */
export type Views = {
  incident(incident: Incident): Json
  alert(alert: Alert): Json
  /** Titles of what to do first. */
  steps(alert: Alert): Promise<string[]>
  /** Of a page of the dashboard; null path: its start. Null: no address is set. */
  link(path: string | null): string | null
}

const MOST_LINES = 8
const MOST_STEPS = 3

export async function messageOf(
  about: {
    change: Told['change']
    severity: Severity
    incident: Incident | null
    alerts: readonly Alert[]
    drill: boolean
    again?: boolean
  },
  views: Views,
): Promise<Message> {
  const { change, severity, incident, alerts, drill, again = false } = about
  const gravest = alerts.toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || b.lastSeen - a.lastSeen,
  )[0]!
  const path = incident
    ? `/incidents/${encodeURIComponent(incident.id)}`
    : `/alerts/${encodeURIComponent(gravest.id)}`
  return {
    change,
    severity,
    sentence: visible((incident ?? gravest).summary),
    lines: linesOf(change, incident, gravest),
    steps: change === 'resolved' ? [] : (await views.steps(gravest)).slice(0, MOST_STEPS),
    link: views.link(path),
    incident: incident ? views.incident(incident) : null,
    alert: views.alert(gravest),
    ...(drill ? { drill } : {}),
    ...(again ? { again } : {}),
  }
}

/** What happened in which order, or why it is over. */
function linesOf(change: Told['change'], incident: Incident | null, { withdrawReason }: Alert): string[] {
  if (change === 'resolved' && withdrawReason) return [visible(withdrawReason)]
  return (incident?.story ?? []).slice(-MOST_LINES).map(({ text }) => visible(text))
}

const WORDS: Record<Severity, string> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low' }
const CHANGES: Record<Message['change'], string> = {
  raised: '',
  escalated: 'Worse: ',
  ongoing: 'Still going on: ',
  resolved: 'Over: ',
  digest: '',
  test: 'Test: ',
}

/** `High: alice@example.org: risky sign-in ...`: one line, for subjects and titles. */
export function titleOf({ change, severity, sentence, drill }: Message): string {
  return `${drill ? 'Drill, nothing happened: ' : ''}${WORDS[severity]}: ${CHANGES[change]}${sentence}`
}

/** Everything as plain text. */
export function textOf(message: Message): string {
  return [
    titleOf(message),
    ...(message.lines.length > 0 ? ['', ...message.lines.map((line) => `- ${line}`)] : []),
    ...(message.steps.length > 0
      ? ['', 'First:', ...message.steps.map((step, i) => `${i + 1}. ${step}`)]
      : []),
    ...(message.link ? ['', message.link] : []),
  ].join('\n')
}

// Control and formatting characters: what attackers write must be seen, and must not end a header.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** On one line, with what cannot be seen written out. */
export function visible(text: string): string {
  return text.replaceAll(
    UNSEEN,
    (sign) => `\\u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  )
}
