/**
 * A record as it may stand in the audit trail. Of records that hold credentials only the fields named here are told,
 * so that a new one is hidden until somebody says otherwise.
 */
import { CHANNEL_SECRETS, type ChannelKind } from '../domain/channel.ts'
import { isObject, type Fields, type Json } from '../domain/json.ts'
import type { AuditChange } from './audit-diff.ts'
import type { RecordKind } from './store.ts'

/** The change of a record with each secret replaced; that a secret is another one than before is told. */
export function recordChange(kind: RecordKind, id: string, before: Json, after: Json): AuditChange {
  if (kind === 'rule') return { before: ruleAsItRuns(before), after: ruleAsItRuns(after) }
  const isSecret = secretsOf(kind, id, before, after)
  if (!isSecret) return { before, after }
  return { before: hide(before, undefined, isSecret, []), after: hide(after, before, isSecret, []) }
}

/** A rule's file with what people changed of it, so that a change is told against what the file says. */
function ruleAsItRuns(body: Json): Json {
  if (!isObject(body) || !isObject(body['source'] ?? null) || !isObject(body['changes'] ?? null)) return body
  const rule: Fields = { enabled: true, ...(body['source'] as Fields) }
  for (const [name, change] of Object.entries(body['changes'] as Fields)) {
    const block = rule[name] ?? null
    rule[name] = isObject(block) && isObject(change) ? { ...block, ...change } : change
  }
  return rule
}

type IsSecret = (path: readonly string[]) => boolean

const TOLD: Partial<Record<RecordKind, readonly string[]>> = {
  user: ['name', 'role', 'disabled'],
  key: ['name', 'scopes', 'createdBy', 'expiresAt'],
  session: ['user', 'address', 'agent', 'expiresAt'],
}
const SECOND_FACTOR = 'totp:'
const TOLD_OF_FACTOR = ['on']

// Settings are of many sorts, and so are the parts of a channel: what sounds like a secret is one.
const SECRET_NAME =
  /pass(word|phrase|wd)|secret|token|recovery|credential|authorization|cookie|(api|private|access)[-_]?key|(^|[-_])hash|Hash$/i

/** Null: records of this kind hold none. */
function secretsOf(kind: RecordKind, id: string, before: Json, after: Json): IsSecret | null {
  const told = kind === 'setting' && id.startsWith(SECOND_FACTOR) ? TOLD_OF_FACTOR : TOLD[kind]
  if (told) return ([name]) => name !== undefined && !told.includes(name)
  const soundsSecret: IsSecret = (path) => SECRET_NAME.test(path.at(-1) ?? '')
  if (kind === 'setting') return soundsSecret
  if (kind !== 'channel') return null
  const ofKinds = [before, after].flatMap((body) => (isObject(body) ? [body['kind'] as ChannelKind] : []))
  const names = ofKinds.flatMap((one) => (Object.hasOwn(CHANNEL_SECRETS, one) ? CHANNEL_SECRETS[one] : []))
  return (path) =>
    (path.length === 2 && path[0] === 'config' && names.includes(path[1]!)) || soundsSecret(path)
}

/** `other`: what stood there before, for the side that came after. */
function hide(value: Json, other: Json | undefined, isSecret: IsSecret, path: readonly string[]): Json {
  if (path.length > 0 && isSecret(path)) return value === null ? null : hidden(value, other)
  if (Array.isArray(value)) {
    const others = Array.isArray(other) ? other : []
    return value.map((item, i) => hide(item, others[i], isSecret, path))
  }
  if (!isObject(value)) return value
  const others: Fields = isObject(other ?? null) ? (other as Fields) : {}
  const entries = Object.entries(value).map(([name, one]) => {
    const was = Object.hasOwn(others, name) ? others[name] : undefined
    return [name, hide(one, was, isSecret, [...path, name])] as const
  })
  return Object.fromEntries(entries)
}

function hidden(value: Json, other: Json | undefined): string {
  const isAnother = other !== undefined && JSON.stringify(value) !== JSON.stringify(other)
  if (Array.isArray(value)) return `[${value.length}${isAnother ? ' other' : ''} secrets]`
  return isAnother ? '[another secret]' : '[secret]'
}
