/** The audit log of Microsoft Entra ID: who changed what in the directory, as Elastic's azure integration names it. */
import { isIP } from 'node:net'
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { toIso } from '../../domain/time.ts'
import { long, put, take, text } from '../clean.ts'
import { ownTime } from '../event-time.ts'
import { addressesOf, auditProperties, peopleOf, relatedOf } from './azure-auditlogs/properties.ts'
import { isAuditLog, shape } from './azure-auditlogs/shapes.ts'
import { putResource } from './azure-signinlogs/resource.ts'
import { snakeObject } from './azure-signinlogs/key-case.ts'
import type { Normalised, Problem, Source } from './source.ts'

export const azureAuditlogs: Source = {
  dataset: 'azure.auditlogs',
  looksLike:
    'an Entra audit record: an Azure Monitor record of the category AuditLogs, a row of the AuditLogs table, or a Microsoft Graph directoryAudit object',
  recognise: isAuditLog,
  normalise,
}

function normalise(record: Fields): Normalised | Problem {
  const { root: sent, properties: raw } = shape(record)
  const time = ownTime([
    { field: 'properties.activityDateTime', value: raw['activityDateTime'] },
    { field: 'time', value: take(sent, 'time') },
    { field: 'TimeGenerated', value: take(sent, 'timeGenerated') },
  ])
  if (typeof time !== 'number') return time

  const root = snakeObject(sent)
  const properties = auditProperties(raw)
  const fields: Fields = { '@timestamp': toIso(time) }
  if (root['operation_name'] === undefined) put(root, 'operation_name', properties['activity_display_name'])
  const ip = putAddress(fields, addressesOf(properties, take(root, 'caller_ip_address')))
  const user = peopleOf(properties)
  const id = text(properties['id']) ?? null

  fields['event'] = eventOf(root, properties, id)
  const level = root['level']
  if (level !== undefined) fields['log'] = { level: String(level as string | number) }
  put(fields, 'user', user)
  const agent = text(properties['userAgent']) ?? agentIn(properties['additional_details'])
  if (agent !== undefined) fields['user_agent'] = { original: agent }
  fields['cloud'] = { provider: 'azure' }
  put(fields, 'related', relatedOf(properties, user, ip))
  fields['azure'] = azureOf(root, properties)
  return { fields, id, time }
}

/** Graph and the diagnostic log say `success` or `failure`; anything else (`timeout`) stays where it was. */
function eventOf(root: Fields, properties: Fields, id: string | null): Fields {
  const type = TYPES.get(text(properties['operation_type'])?.toLowerCase() ?? '') ?? 'info'
  const event: Fields = {
    kind: 'event',
    category: ['iam'],
    type: [type],
    module: 'azure',
    dataset: 'azure.auditlogs',
  }
  const result = text(properties['result'])?.toLowerCase()
  if (result === 'success' || result === 'failure') {
    event['outcome'] = result
    delete properties['result']
  }
  put(event, 'id', id)
  put(event, 'action', root['operation_name'])
  put(event, 'reason', properties['result_reason'])
  const duration = long(take(root, 'duration_ms'))
  if (typeof duration === 'number') event['duration'] = duration * 1_000_000
  return event
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['add', 'creation'],
  ['delete', 'deletion'],
  ['update', 'change'],
  ['assign', 'change'],
  ['unassign', 'change'],
])

/** The first valid address is the source; if there is none, the first text is its address as it was written. */
function putAddress(fields: Fields, addresses: readonly string[]): string | undefined {
  const ip = addresses.map((address) => address.replace(/^::ffff:(?=\d+\.)/i, '')).find((one) => isIP(one))
  if (ip === undefined) {
    if (addresses[0] !== undefined) fields['source'] = { address: addresses[0] }
    return undefined
  }
  fields['source'] = { address: ip, ip }
  fields['client'] = { ip }
  return ip
}

/** Core Directory writes the program as one of the details: `{"key":"User-Agent","value":"..."}`. */
function agentIn(details: Json | undefined): string | undefined {
  if (!Array.isArray(details)) return undefined
  const found = details.find((pair) => isObject(pair) && /^user-?agent$/i.test(text(pair['key']) ?? ''))
  return isObject(found) ? text(found['value']) : undefined
}

function azureOf(root: Fields, properties: Fields): Fields {
  const azure: Fields = {}
  const resource = take(root, 'resource_id')
  const named = typeof resource === 'string' ? /^\/tenants\/([^/]+)\//i.exec(resource)?.[1] : undefined
  put(azure, 'tenant_id', take(root, 'tenant_id') ?? named)
  put(azure, 'correlation_id', take(root, 'correlation_id'))
  putResource(azure, resource)
  put(root, 'properties', properties)
  azure['auditlogs'] = root
  return azure
}
