/** What an event says in words, from its normalised fields; with less known, from the fields a rule matched. */
import type { EvidenceView } from '../../../server/domain/api.ts'
import type { Fields, Json } from '../../../server/domain/json.ts'
import type { IconName } from './icon-name.ts'
import { plainValue } from './json.ts'

export type Described = {
  /** A sentence for the timeline. */
  title: string
  /** Two short lines for the chain on the overview. */
  short: string
  detail: string
  icon: IconName
}

const MAIL_SENT = new Set(['Send', 'SendAs', 'SendOnBehalf'])
const INBOX_RULE: Record<string, string> = {
  'New-InboxRule': 'Created',
  'Set-InboxRule': 'Changed',
  UpdateInboxRules: 'Changed',
  'Remove-InboxRule': 'Removed',
  'Disable-InboxRule': 'Switched off',
  'Enable-InboxRule': 'Switched on',
}

/** `fields` is null until the event has been fetched. */
export function describeEvidence(
  evidence: Pick<EvidenceView, 'dataset' | 'matched'>,
  fields: Fields | null,
): Described {
  const read = reader(fields, evidence)
  const action = read('event.action')
  const categories = read('event.category')
  if (action && INBOX_RULE[action]) return inboxRule(INBOX_RULE[action], read)
  if (action && MAIL_SENT.has(action)) return mailSent(action, read)
  if (action === 'MailItemsAccessed') {
    return { title: 'Opened mail', short: 'Mail opened', detail: read('source.ip') ?? '', icon: 'eye' }
  }
  if (action === 'Set-Mailbox') {
    const to =
      read('o365.audit.Parameters.ForwardingSmtpAddress') ?? read('o365.audit.Parameters.ForwardingAddress')
    return {
      title: to ? `Changed the mailbox to forward to ${bareAddress(to)}` : 'Changed mailbox settings',
      short: 'Mailbox settings',
      detail: to ? `forwards to ${domainOf(to)}` : 'changed',
      icon: 'forward',
    }
  }
  if (
    evidence.dataset === 'azure.signinlogs' ||
    action === 'UserLoggedIn' ||
    categories === 'authentication'
  ) {
    return signIn(read)
  }
  const what = action ?? categories ?? evidence.dataset
  return { title: what, short: what, detail: read('source.ip') ?? evidence.dataset, icon: 'shield' }
}

type Read = (path: string) => string | undefined

function signIn(read: Read): Described {
  const place = placeOf(read)
  const failed = read('event.outcome') === 'failure'
  const risk =
    read('azure.signinlogs.properties.risk_level_during_signin') ??
    read('azure.signinlogs.properties.risk_level_during_sign_in')
  const risky = risk && !/^(none|hidden|low|unknown.*)$/i.test(risk) ? risk : undefined
  const from = place ?? read('source.ip')
  const verb = failed ? 'Failed sign-in' : 'Signed in'
  return {
    title:
      verb + (from ? ` from ${from}` : '') + (risky ? `; Microsoft rates the sign-in ${risky} risk` : ''),
    short: place ?? from ?? verb,
    detail: failed ? 'failed sign-in' : risky ? `sign-in, risk ${risky}` : 'sign-in',
    icon: 'signin',
  }
}

function inboxRule(verb: string, read: Read): Described {
  const name = read('o365.audit.Parameters.Name')
  const to =
    read('o365.audit.Parameters.ForwardTo') ??
    read('o365.audit.Parameters.ForwardAsAttachmentTo') ??
    read('o365.audit.Parameters.RedirectTo')
  const folder = read('o365.audit.Parameters.MoveToFolder')
  const deletes = /^true$/i.test(read('o365.audit.Parameters.DeleteMessage') ?? '')
  const effects = [
    to ? `forwards to ${bareAddress(to)}` : '',
    folder ? `moves mail to ${folder}` : '',
    deletes ? 'deletes mail' : '',
  ].filter(Boolean)
  return {
    title: `${verb} inbox rule${name ? ` “${name}”` : ''}${effects.length ? ` that ${effects.join(' and ')}` : ''}`,
    short: `Inbox rule${name ? ` “${name}”` : ''}`,
    detail: to ? `forwards to ${domainOf(to)}` : (effects[0] ?? verb.toLowerCase()),
    icon: 'forward',
  }
}

function mailSent(action: string, read: Read): Described {
  const subject = read('email.subject') ?? read('o365.audit.Item.Subject')
  const as =
    action === 'SendAs'
      ? ' as another mailbox'
      : action === 'SendOnBehalf'
        ? ' on behalf of another mailbox'
        : ''
  return {
    title: `Sent a message${as}${subject ? `, subject “${subject}”` : ''}`,
    short: 'Message sent',
    detail: subject ? `“${subject}”` : (read('source.ip') ?? ''),
    icon: 'send',
  }
}

function placeOf(read: Read): string | undefined {
  const city = read('source.geo.city_name')
  const code = read('source.geo.country_iso_code')
  const country = read('source.geo.country_name') ?? code
  return city ? [city, code ?? country].filter(Boolean).join(', ') : country
}

/** `smtp:x@example.com` and `"Name" [SMTP:x@example.com]` as audit records write them. */
function bareAddress(text: string): string {
  return /[^\s:;<>"[\]]+@[^\s:;<>"[\]]+/.exec(text)?.[0] ?? text
}

function domainOf(text: string): string {
  const address = bareAddress(text)
  return address.includes('@') ? address.slice(address.lastIndexOf('@') + 1) : address
}

function reader(fields: Fields | null, evidence: Pick<EvidenceView, 'matched'>): Read {
  return (path) => {
    const value = fields
      ? valueAtPath(fields, path)
      : evidence.matched.find((one) => one.field === path)?.value
    const first = Array.isArray(value) ? value[0] : value
    return first === undefined || first === null || first === '' || typeof first === 'object'
      ? undefined
      : plainValue(first)
  }
}

/** The value at a dotted path; a key may itself hold dots. */
export function valueAtPath(node: Json | undefined, path: string): Json | undefined {
  if (node === undefined || node === null || typeof node !== 'object') return undefined
  if (Array.isArray(node)) {
    for (const item of node) {
      const found = valueAtPath(item, path)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (Object.hasOwn(node, path)) return node[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    const found = Object.hasOwn(node, head) ? valueAtPath(node[head], path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Evidence for the timeline: runs of four or more of one step and dataset are folded into one entry. */
export type EvidenceRun = { first: EvidenceView; last: EvidenceView; events: EvidenceView[] }

export function foldEvidence(evidence: readonly EvidenceView[]): EvidenceRun[] {
  const runs: EvidenceRun[] = []
  for (const one of [...evidence].sort(
    (a, b) => Date.parse(a.time) - Date.parse(b.time) || a.step - b.step,
  )) {
    const run = runs.at(-1)
    if (run && run.last.step === one.step && run.last.dataset === one.dataset) {
      run.events.push(one)
      run.last = one
    } else {
      runs.push({ first: one, last: one, events: [one] })
    }
  }
  return runs.flatMap((run) =>
    run.events.length >= 4 ? [run] : run.events.map((one) => ({ first: one, last: one, events: [one] })),
  )
}

// Delivery within this is normal work of a shipper; more is said.
const LATE = 10 * 60_000

/** How late a record came, in milliseconds; null when it came in time. */
export function lateBy(evidence: Pick<EvidenceView, 'time' | 'receivedAt'>): number | null {
  const delay = Date.parse(evidence.receivedAt) - Date.parse(evidence.time)
  return delay > LATE ? delay : null
}
