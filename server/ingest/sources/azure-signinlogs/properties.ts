/** The parts of a sign-in's `properties` that are renamed, retyped or moved to an ECS field. */
import { isIP } from 'node:net'
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { clean, keyword, long, put, take, text, unique } from '../../clean.ts'
import { parseNested } from '../../json-text.ts'

/** Gives the fields that rules depend on Elastic's names and types, in place. */
export function retype(properties: Fields): void {
  rename(properties, 'created_date_time', 'created_at')
  rename(properties, 'processing_time_in_milliseconds', 'processing_time_ms')
  const risk = take(properties, 'risk_level_during_sign_in')
  if (risk !== undefined) {
    // Elastic's spelling, and the one that people write.
    properties['risk_level_during_signin'] = risk
    properties['risk_level_during_sign_in'] = risk
  }
  for (const key of ['autonomous_system_number', 'processing_time_ms']) retypeKey(properties, key, long)
  for (const key of ['is_interactive', 'flagged_for_review', 'is_risky']) retypeKey(properties, key, truth)
  const device = properties['device_detail']
  if (isObject(device)) for (const key of ['is_managed', 'is_compliant']) retypeKey(device, key, truth)
  const details = take(properties, 'authentication_processing_details')
  put(properties, 'authentication_processing_details', keyValues(details))
}

/** Takes `status` apart: `message`, and what of it stays. Returns the error code, 0 when there is none. */
export function takeStatus(fields: Fields, root: Fields, properties: Fields): number {
  const status = take(properties, 'status')
  const kept = isObject(status) ? status : {}
  const reason = text(take(kept, 'failure_reason'))
  const details = text(take(kept, 'additional_details'))
  put(fields, 'message', reason && details ? `${reason} (${details})` : (reason ?? details))
  retypeKey(kept, 'error_code', long)
  if (kept['error_code'] === undefined) put(kept, 'error_code', resultCode(root['result_type']))
  put(properties, 'status', kept)
  return Number(kept['error_code'] ?? 0) || 0
}

/** Takes the address: `source`, `client`; gives it if it is a valid IP. */
export function takeAddress(fields: Fields, properties: Fields): string | undefined {
  const address = text(take(properties, 'ip_address')) ?? text(take(properties, 'ipaddress'))
  delete properties['ipaddress']
  if (!address) return undefined
  if (!isIP(address)) {
    fields['source'] = { address }
    return undefined
  }
  fields['source'] = { address, ip: address }
  fields['client'] = { ip: address }
  return address
}

/** `user.*`: a principal name that is no address (a GUID) gives only the name. */
export function userOf(properties: Fields): Fields {
  const user: Fields = {}
  const principal = text(properties['user_principal_name'])
  if (principal) {
    const at = principal.indexOf('@')
    put(user, 'name', at > 0 ? principal.slice(0, at) : principal)
    if (at > 0) put(user, 'domain', principal.slice(at + 1))
    if (at !== -1) user['email'] = principal
  }
  put(user, 'full_name', text(properties['user_display_name']))
  put(user, 'id', properties['user_id'])
  return user
}

/** `related.*`: the addresses, people and things that a sign-in is about. */
export function relatedOf(properties: Fields, ip: string | undefined): Fields {
  const related: Fields = {}
  if (ip) related['ip'] = [ip]
  const { user_id: id, user_principal_name: principal, user_display_name: name } = properties
  put(related, 'user', unique([id, principal, name]))
  const device = properties['device_detail']
  put(
    related,
    'entity',
    unique([
      properties['app_id'],
      properties['resource_id'],
      properties['service_principal_id'],
      properties['service_principal_credential_key_id'],
      id,
      isObject(device) ? device['device_id'] : undefined,
    ]),
  )
  return related
}

// A row or an old record may say the result only at its first level.
function resultCode(resultType: Json | undefined): Json | undefined {
  const code = keyword(resultType)
  return typeof code === 'string' && /^\d{1,9}$/.test(code) ? Number(code) : undefined
}

function rename(object: Fields, from: string, to: string): void {
  const value = take(object, from)
  if (value !== undefined) object[to] = value
}

function retypeKey(
  object: Fields,
  key: string,
  convert: (value: Json | undefined) => Json | undefined,
): void {
  const value = object[key]
  if (value !== undefined) object[key] = convert(value)!
}

function truth(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value
  const word = value.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : value
}

/** `[{key, value}]` -> `{key: value}`; the keys are data and stay as they are, blanks and all. */
function keyValues(value: Json | undefined): Json | undefined {
  const list = typeof value === 'string' ? parseNested(value) : value
  if (!Array.isArray(list)) return clean(value)
  const object: Fields = {}
  for (const pair of list) {
    if (!isObject(pair)) continue
    const key = text(pair['key'])
    if (key && key !== '__proto__') put(object, key, pair['value'])
  }
  return object
}
