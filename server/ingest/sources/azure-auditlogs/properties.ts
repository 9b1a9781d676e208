/** `properties` of an Entra audit record under Elastic's names, and who did it to whom. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { clean, put, text, unique } from '../../clean.ts'
import { parseNested } from '../../json-text.ts'
import { personOf } from '../../person.ts'
import { snakeKey, snakeKeys } from '../azure-signinlogs/key-case.ts'

/** Names that Elastic spells in its own way. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['activityDateTime', 'activity_datetime'],
  ['userAgent', 'userAgent'],
])

/**
 * Snake case at the first level; inside `initiated_by` and `additional_details` Microsoft's names stay; the lists of
 * targets and of their changes become objects with number keys (`target_resources.0.modified_properties.1.new_value`).
 */
export function auditProperties(properties: Fields): Fields {
  const named: Fields = {}
  for (const key in properties) {
    const value = properties[key]!
    const name = NAMES.get(key) ?? snakeKey(key)
    if (name === 'initiated_by') put(named, name, clean(smallNames(unpacked(value))))
    else if (name === 'target_resources') put(named, name, numbered(unpacked(value), target))
    else if (name === 'additional_details') put(named, name, clean(smallNames(unpacked(value))))
    else put(named, name, snakeKeys(value))
  }
  return named
}

function target(resource: Json): Json | undefined {
  const named = snakeKeys(resource)
  if (!isObject(named)) return named
  put(
    named,
    'modified_properties',
    numbered(named['modified_properties'], (change) => change),
  )
  return named
}

/** A list -> an object with the positions as keys. */
function numbered(list: Json | undefined, each: (item: Json) => Json | undefined): Json | undefined {
  if (!Array.isArray(list)) return snakeKeys(list)
  const object: Fields = {}
  for (const [i, item] of list.entries()) put(object, String(i), each(item))
  return object
}

/** `user.*` of who did it, and of the first account that it was done to as `user.target.*`. */
export function peopleOf(properties: Fields): Fields {
  const actor = part(part(properties, 'initiated_by'), 'user')
  const user = person(text(actor['userPrincipalName']), actor['id'], actor['displayName'])
  const targets = Object.values(part(properties, 'target_resources')).filter((item) => isObject(item))
  const other = targets.find(({ type, user_principal_name: name }) => type === 'User' || name !== undefined)
  if (other)
    put(user, 'target', person(text(other['user_principal_name']), other['id'], other['display_name']))
  return user
}

function person(principal: string | undefined, id: Json | undefined, name: Json | undefined): Fields {
  const user: Fields = principal === undefined ? {} : personOf(principal)
  if (principal !== undefined && user['name'] === undefined) user['name'] = principal
  put(user, 'id', text(id))
  put(user, 'full_name', text(name))
  return user
}

/** The addresses that a record names: who called, as the person's own record says it, and as the service saw it. */
export function addressesOf(properties: Fields, caller: Json | undefined): string[] {
  const own = part(part(properties, 'initiated_by'), 'user')['ipAddress']
  return unique([own, caller]).map((address) => address.trim())
}

export function relatedOf(properties: Fields, user: Fields, ip: string | undefined): Fields {
  const app = part(part(properties, 'initiated_by'), 'app')
  const targets = Object.values(part(properties, 'target_resources')).filter((item) => isObject(item))
  const other = part(user, 'target')
  const related: Fields = {}
  if (ip !== undefined) related['ip'] = [ip]
  put(related, 'user', unique([user['id'], user['email'], user['name'], other['id'], other['email']]))
  put(related, 'entity', unique([app['appId'], app['servicePrincipalId'], ...targets.map(({ id }) => id)]))
  return related
}

function unpacked(value: Json): Json {
  return typeof value === 'string' ? (parseNested(value) ?? value) : value
}

/** PowerShell's `UserPrincipalName` -> `userPrincipalName`, at every level. */
function smallNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(smallNames)
  if (!isObject(value)) return value
  const named: Fields = {}
  for (const key in value) named[key.charAt(0).toLowerCase() + key.slice(1)] = smallNames(value[key]!)
  return named
}

function part(object: Fields, key: string): Fields {
  const value = object[key]
  return isObject(value) ? value : {}
}
