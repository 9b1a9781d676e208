/**
 * Events to search in, many and fast: a few thousand synthetic ones serve as forms, of which each event is a copy with
 * times and identifiers of its own. Now and then an account is taken over, so that the built-in rules have hits.
 */
import { eventId, type LogEvent } from '../../server/domain/event.ts'
import type { Fields } from '../../server/domain/json.ts'
import type { Millis } from '../../server/domain/time.ts'
import { syntheticEvent } from './store-documents.ts'

export type SearchedEvent = {
  time: Millis
  identity: string
  /** The document as JSON. */
  text: string
  raw: string
  columns: Columns
}
export type Columns = {
  dataset: string
  user: string
  action: string
  outcome: string
  ip: string
  risk: string | null
  forward: string | null
}
/** Event number `n`: the same number gives the same event. */
export type SearchedEvents = (n: number) => SearchedEvent

// More than several blocks hold, so that a block does not pack better than one of a real day.
const FORMS = 3_000
// A risky sign-in, and a rule that forwards mail, in every so many events.
const RISKY = 997
const FORWARDING = 1009

export function searchedEvents(count: number, start: Millis, span: Millis): SearchedEvents {
  const ordinary: LogEvent[] = []
  const risky: LogEvent[] = []
  const forwarding: LogEvent[] = []
  for (let n = 0; n < FORMS; n++) {
    const [plain, attack] = variants(n)
    ordinary.push(plain)
    if (attack) (attack.dataset === 'azure.signinlogs' ? risky : forwarding).push(attack)
  }
  const isOwn = identifiersOfOne(ordinary)
  const forms = [ordinary, risky, forwarding].map((events) => events.map((event) => formOf(event, isOwn)))
  return (n) => {
    const [all, first, second] = forms as [Form[], Form[], Form[]]
    const among = n % RISKY === 0 ? first : n % FORWARDING === 0 ? second : all
    const form = among[(Math.imul(n, 0x9e3779b1) >>> 8) % among.length]!
    return copyOf(form, n, start + Math.floor((n * span) / count))
  }
}

/** As a rule's engine sees it. */
export function asLogEvent({ time, identity, text, raw, columns }: SearchedEvent): LogEvent {
  const { dataset } = columns
  return {
    id: eventId(dataset, identity, time, true),
    time,
    receivedAt: time + 90_000,
    dataset,
    index: `logs-${dataset}-default`,
    source: 'bench',
    category: [dataset === 'azure.signinlogs' ? 'authentication' : 'web'],
    drill: null,
    ownTime: true,
    identity,
    fields: JSON.parse(text) as Fields,
    raw,
  }
}

/** An event as most are, and the same as part of an attack where it can be. */
function variants(n: number): [plain: LogEvent, attack: LogEvent | null] {
  const event = syntheticEvent(n)
  const own = event.fields as any
  if (event.dataset === 'o365.audit') {
    if (own.event.action !== 'New-InboxRule') return [event, null]
    const attack = structuredClone(event) as any
    attack.fields.o365.audit.Parameters.ForwardTo = 'outside@example.net'
    return [event, attack]
  }
  // People stay at home, and nearly all know their password.
  const isEast = own.user.email.charCodeAt(0) % 2 === 1
  own.source.geo = {
    city_name: isEast ? 'Vienna' : 'Berlin',
    country_iso_code: isEast ? 'AT' : 'DE',
    location: isEast ? { lat: 48.2082, lon: 16.3738 } : { lat: 52.52, lon: 13.405 },
  }
  if (n % 20 !== 0) {
    own.event.outcome = 'success'
    own.azure.signinlogs.result_type = '0'
    own.azure.signinlogs.properties.status.error_code = 0
  }
  const attack = structuredClone(event) as any
  own.azure.signinlogs.properties.risk_level_during_sign_in = 'none'
  attack.fields.azure.signinlogs.properties.risk_level_during_sign_in = 'medium'
  return [event, own.event.outcome === 'success' ? attack : null]
}

const IDENTIFIER = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/]{40,}={0,2}/g

/** Identifiers that occur in one event only; others name an account, a mailbox, a policy. */
function identifiersOfOne(events: readonly LogEvent[]): (text: string) => boolean {
  const seen = new Map<string, number>()
  for (const [at, { fields, raw }] of events.entries()) {
    for (const [text] of `${JSON.stringify(fields)}${raw}`.matchAll(IDENTIFIER)) {
      seen.set(text, seen.has(text) && seen.get(text) !== at ? -1 : at)
    }
  }
  return (text) => (seen.get(text) ?? 0) !== -1
}

/** Texts with gaps between them: -1 for the time, else the number of an identifier. */
type Gapped = { texts: string[]; gaps: number[] }
type Form = {
  document: Gapped
  raw: Gapped
  /** The part of a second at which it happened. */
  millis: number
  identity: number
  kinds: string[]
  columns: Columns
}

function formOf(event: LogEvent, isOwn: (text: string) => boolean): Form {
  const numbers = new Map<string, number>()
  const iso = new Date(event.time).toISOString()
  const gap = (text: string): Gapped => {
    const found: Gapped = { texts: [], gaps: [] }
    let from = 0
    for (const match of text.matchAll(new RegExp(`${iso.slice(0, 19)}|${IDENTIFIER.source}`, 'g'))) {
      const [token] = match
      const isTime = token === iso.slice(0, 19)
      if (!isTime && !isOwn(token)) continue
      if (!isTime && !numbers.has(token)) numbers.set(token, numbers.size)
      found.texts.push(text.slice(from, match.index))
      found.gaps.push(isTime ? -1 : numbers.get(token)!)
      from = match.index + token.length
    }
    found.texts.push(text.slice(from))
    return found
  }
  const { event: about, user, source, azure, o365 } = event.fields as any
  const document = gap(JSON.stringify(event.fields))
  return {
    document,
    raw: gap(event.raw),
    millis: event.time % 1000,
    identity: numbers.get(event.identity)!,
    kinds: [...numbers.keys()],
    columns: {
      dataset: event.dataset,
      user: user.email,
      action: about.action,
      outcome: about.outcome,
      ip: source.ip,
      risk: azure?.signinlogs.properties.risk_level_during_sign_in ?? null,
      forward: o365?.audit.Parameters.ForwardTo ?? null,
    },
  }
}

function copyOf(
  { document, raw, millis, identity, kinds, columns }: Form,
  n: number,
  at: Millis,
): SearchedEvent {
  const time = Math.floor(at / 1000) * 1000 + millis
  const iso = new Date(time).toISOString().slice(0, 19)
  const own = kinds.map((kind, i) => identifierLike(kind, n, i))
  const fill = ({ texts, gaps }: Gapped) => {
    let text = texts[0]!
    for (let i = 0; i < gaps.length; i++) text += (gaps[i] === -1 ? iso : own[gaps[i]!]!) + texts[i + 1]!
    return text
  }
  return { time, identity: own[identity]!, text: fill(document), raw: fill(raw), columns }
}

function identifierLike(kind: string, n: number, i: number): string {
  const isGuid = kind.length === 36 && kind[8] === '-'
  let hex = ''
  for (let word = 0; hex.length < (isGuid ? 32 : 72); word++) hex += hexOf(n, i * 16 + word)
  if (isGuid) {
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
  return Buffer.from(hex, 'latin1').toString('base64').slice(0, kind.length)
}

/** Eight hexadecimal digits. */
function hexOf(n: number, salt: number): string {
  let mixed = Math.imul(n ^ (n >>> 15) ^ 0x2c1b3c6d, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) ^ n
  return ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, '0')
}
