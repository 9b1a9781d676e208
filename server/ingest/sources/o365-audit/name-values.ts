/** Microsoft's lists of `{Name, Value}` -> objects, and the fields whose numbers Elastic keeps as text. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { clean, keyword, put, take, text } from '../../clean.ts'
import { parseNested } from '../../json-text.ts'

/** Makes `Parameters`, `ExtendedProperties`, `ModifiedProperties` objects and the type numbers text, in place. */
export function retype(audit: Fields): void {
  for (const key of TEXT_FIELDS) {
    if (audit[key] !== undefined) audit[key] = keyword(audit[key])!
  }
  for (const key of ['Actor', 'Target']) {
    const list = audit[key]
    if (Array.isArray(list)) audit[key] = list.map(withTextType)
  }
  replace(audit, 'Parameters', namedValues)
  replace(audit, 'ExtendedProperties', extendedProperties)
  replace(audit, 'ModifiedProperties', modifiedProperties)
  for (const key of ['OperationProperties', 'AdditionalInfo']) {
    const value = audit[key]
    if (typeof value === 'string') replace(audit, key, (raw) => clean(parseNested(raw as string)) ?? raw)
  }
}

/** `user_agent.original` from the three places where it is written; the first two are moved. */
export function takeUserAgent(audit: Fields): Json | undefined {
  const own = take(audit, 'UserAgent')
  if (text(own)) return own
  const extended = audit['ExtendedProperties']
  if (!isObject(extended)) return undefined
  const named = take(extended, 'UserAgent')
  if (text(named)) return named
  const details = extended['additionalDetails']
  return isObject(details) ? text(details['User-Agent']) : undefined
}

const TEXT_FIELDS = [
  'RecordType',
  'AzureActiveDirectoryEventType',
  'UserType',
  'Version',
  'InternalLogonType',
  'LogonType',
  'ListBaseType',
  'ActorYammerUserId',
  'YammerNetworkId',
  'FileSize',
  'FileSizeBytes',
]

function withTextType(entry: Json): Json {
  if (!isObject(entry) || typeof entry['Type'] !== 'number') return entry
  return { ...entry, Type: String(entry['Type']) }
}

function replace(audit: Fields, key: string, convert: (value: Json) => Json | undefined): void {
  const value = audit[key]
  if (value === undefined) return
  const converted = convert(value)
  delete audit[key]
  put(audit, key, converted)
}

/** `[{Name, Value}]` -> `{Name: Value}`, values as text, later duplicates win; text is kept whole in `_raw`. */
function namedValues(value: Json): Json | undefined {
  if (typeof value === 'string') return { _raw: value }
  if (!Array.isArray(value)) return value
  const object: Fields = {}
  for (const pair of value) {
    if (!isObject(pair)) continue
    const name = text(pair['Name'])
    if (name && name !== '__proto__') put(object, name, keyword(pair['Value']))
  }
  return object
}

function extendedProperties(value: Json): Json | undefined {
  const object = namedValues(value)
  if (isObject(object) && typeof object['additionalDetails'] === 'string') {
    const details = parseNested(object['additionalDetails'])
    if (details !== undefined) replace(object, 'additionalDetails', () => clean(details))
  }
  return object
}

/** Of `[{Name, NewValue, OldValue}]` those with both values; `.` and blanks in names become `_`. */
function modifiedProperties(value: Json): Json | undefined {
  if (typeof value === 'string') return { _raw: value }
  if (!Array.isArray(value)) return value
  const object: Fields = {}
  for (const entry of value) {
    if (!isObject(entry)) continue
    const name = text(entry['Name'])?.replace(/[ .]/g, '_')
    const { NewValue: newValue, OldValue: oldValue } = entry
    if (!name || name === '__proto__') continue
    if (newValue === null || newValue === undefined || oldValue === null || oldValue === undefined) continue
    put(object, name, clean({ NewValue: newValue, OldValue: oldValue }))
  }
  return object
}
