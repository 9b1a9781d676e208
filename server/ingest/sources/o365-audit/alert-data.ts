/** `Data` of an alert record: JSON text with short keys, which Elastic keeps whole and beside it key by key. */
import { type Fields, isObject } from '../../../domain/json.ts'
import { toIso } from '../../../domain/time.ts'
import { clean, put, text } from '../../clean.ts'
import { parseNested } from '../../json-text.ts'
import { parseTime } from '../../time-text.ts'

/** Unpacks `Data` in place. Gives the account that the alert is about, if it names one (`f3u`). */
export function unpackData(audit: Fields): string | undefined {
  const data = audit['Data']
  if (typeof data !== 'string' || data === '') return undefined
  const parsed = clean(parseNested(data))
  if (!isObject(parsed)) {
    audit['Data'] = { _raw: data }
    return undefined
  }
  const unpacked: Fields = { flattened: parsed }
  for (const key in parsed) {
    const value = parsed[key]!
    if (typeof value !== 'object' && SHORT.test(key)) put(unpacked, key, asTime(key, value) ?? value)
  }
  audit['Data'] = unpacked
  return text(parsed['f3u'])
}

const SHORT = /^[a-z0-9]{1,6}$/
const TIMES = new Set(['at', 'md', 'te', 'ts', 'ttdt'])

function asTime(key: string, value: unknown): string | undefined {
  if (!TIMES.has(key) || typeof value !== 'string') return undefined
  const time = parseTime(value)
  return time === undefined ? undefined : toIso(time)
}
