import type { Fields, Json } from '../../../server/domain/json.ts'

const WORDS: Record<string, string> = {
  create: 'made',
  delete: 'deleted',
  revoke: 'revoked',
  update: 'changed',
  change: 'changed',
  save: 'saved',
  play: 'played',
  replay: 'sent through again',
  import: 'imported',
  install: 'installed',
  upgrade: 'upgraded',
  replace: 'replaced',
  remove: 'removed',
}

const WHOLE: Record<string, string> = {
  'session.start': 'signed in as',
  'session.end': 'signed out',
  'session.refused': 'could not sign in as',
  'alert.revise': 'worked on the alert',
}

/** `key.create` as `made the key`; what has no words of its own is told as it is written. */
export function auditWords(verb: string): string {
  const [what, did] = verb.split('.')
  const word = did === undefined ? undefined : WORDS[did]
  if (Object.hasOwn(WHOLE, verb)) return WHOLE[verb]!
  return word ? `${word} the ${what!.replaceAll('-', ' ')}` : verb
}

/**
 * A field that was changed, by its dotted path; null: it was not there, or is not there any more. Of a list `was` and
 * `is` are the items that it lost and gained.
 */
export type ChangedField = { path: string; was: string | null; is: string | null; isList: boolean }

/** What differs between two states, field by field. Empty where something was made or deleted as a whole. */
export function changedFields(before: Json, after: Json): ChangedField[] {
  return isObject(before) && isObject(after) ? fieldsOf(before, after, []) : []
}

function fieldsOf(before: Fields, after: Fields, path: string[]): ChangedField[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [before, after].map((one) => (Object.hasOwn(one, name) ? one[name] : undefined))
    const at = [...path, name]
    if (isObject(was) && isObject(is)) return fieldsOf(was, is, at)
    if (Array.isArray(was) && Array.isArray(is)) {
      return [{ path: at.join('.'), was: items(was), is: items(is), isList: true }]
    }
    return [{ path: at.join('.'), was: written(was), is: written(is), isList: false }]
  })
}

function items(list: Json[]): string | null {
  return list.length > 0 ? list.map(written).join(', ') : null
}

function written(value: Json | undefined): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
