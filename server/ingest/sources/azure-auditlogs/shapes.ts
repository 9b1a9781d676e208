/** The shapes in which an Entra audit record arrives -> the two levels of the diagnostic record, names as Microsoft's. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { parseNested } from '../../json-text.ts'

/** `root` and `properties` of a diagnostic record, both new objects, keys beginning with a small letter. */
export type AuditRecord = { root: Fields; properties: Fields }

/** Whether a record is of Entra's audit log in any shape. */
export function isAuditLog(record: Fields): boolean {
  const category = record['category'] ?? record['Category']
  if (typeof category === 'string' && /^AuditLogs$/i.test(category)) return true
  return isRow(record) || isGraph(record) || isBareDiagnostic(record)
}

export function shape(record: Fields): AuditRecord {
  if (isRow(record)) return fromRow(record)
  if (isGraph(record)) return fromGraph(record)
  const { properties, ...root } = smallKeys(record)
  return { root, properties: smallKeys(asObject(properties)) }
}

/** Microsoft Graph's `directoryAudit`, the diagnostic record's `properties` alone; its PowerShell module writes capitals. */
function isGraph(record: Fields): boolean {
  if (record['properties'] !== undefined || record['Properties'] !== undefined) return false
  const named = (key: string) => record[key] ?? record[key.charAt(0).toUpperCase() + key.slice(1)]
  return (
    typeof named('activityDateTime') === 'string' &&
    typeof named('activityDisplayName') === 'string' &&
    (isObject(named('initiatedBy')) || Array.isArray(named('targetResources')))
  )
}

/** A row of the Log Analytics table `AuditLogs`: all in one level, with JSON as text in some columns. */
function isRow(record: Fields): boolean {
  return (
    typeof record['TimeGenerated'] === 'string' &&
    record['properties'] === undefined &&
    typeof record['OperationName'] === 'string' &&
    ('TargetResources' in record || 'InitiatedBy' in record || record['Type'] === 'AuditLogs')
  )
}

/** A diagnostic record that lost its category on the way. */
function isBareDiagnostic(record: Fields): boolean {
  const properties = record['properties']
  return (
    isObject(properties) &&
    typeof properties['activityDateTime'] === 'string' &&
    typeof properties['activityDisplayName'] === 'string'
  )
}

function fromGraph(record: Fields): AuditRecord {
  const properties = smallKeys(record)
  const root: Fields = { category: 'AuditLogs' }
  copy(properties, 'activityDisplayName', root, 'operationName')
  copy(properties, 'correlationId', root, 'correlationId')
  const { app, user } = asObject(properties['initiatedBy'])
  const name = asObject(user)['displayName'] ?? asObject(app)['displayName']
  if (typeof name === 'string') root['identity'] = name
  return { root, properties }
}

/** The columns of a row that belong to the first level of a record. */
const ROOT_COLUMNS: readonly (readonly [column: string, name: string])[] = [
  ['timeGenerated', 'time'],
  ['operationName', 'operationName'],
  ['operationVersion', 'operationVersion'],
  ['durationMs', 'durationMs'],
  ['identity', 'identity'],
  ['level', 'level'],
  ['resourceId', 'resourceId'],
  ['resultSignature', 'resultSignature'],
  ['resultDescription', 'resultDescription'],
  ['resultType', 'resultType'],
  ['location', 'location'],
]

/** Columns about the table, not the record. */
const TABLE_COLUMNS = [
  'type',
  'sourceSystem',
  'resource',
  'resourceGroup',
  'resourceProvider',
  'mg',
  'tenantId',
]

function fromRow(record: Fields): AuditRecord {
  const properties = smallKeys(record)
  for (const key in properties) {
    const value = properties[key]!
    if (typeof value === 'string') properties[key] = parseNested(value) ?? value
  }
  const root: Fields = { category: 'AuditLogs' }
  for (const [column, name] of ROOT_COLUMNS) move(properties, column, root, name)
  // `TenantId` of a row is the workspace's.
  copy(properties, 'aADTenantId', root, 'tenantId')
  copy(properties, 'correlationId', root, 'correlationId')
  move(properties, 'aADOperationType', properties, 'operationType')
  delete properties['aADTenantId']
  for (const column of TABLE_COLUMNS) delete properties[column]
  return { root, properties }
}

function smallKeys(record: Fields): Fields {
  const small: Fields = {}
  for (const key in record) small[key.charAt(0).toLowerCase() + key.slice(1)] = record[key]!
  return small
}

function move(from: Fields, key: string, to: Fields, name: string): void {
  const value = from[key]
  if (value === undefined) return
  delete from[key]
  to[name] = value
}

function copy(from: Fields, key: string, to: Fields, name: string): void {
  const value = from[key]
  if (value !== undefined) to[name] = value
}

function asObject(value: Json | undefined): Fields {
  if (isObject(value)) return value
  const nested = typeof value === 'string' ? parseNested(value) : undefined
  return isObject(nested) ? nested : {}
}
