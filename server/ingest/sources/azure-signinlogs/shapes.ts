/** The shapes in which a sign-in arrives -> the two levels of the diagnostic record. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { parseNested } from '../../json-text.ts'
import { snakeObject } from './key-case.ts'

/** `root` and `properties` of a diagnostic record, in snake case and without empty values; both are new objects. */
export type SignIn = { root: Fields; properties: Fields }

/** Whether a record is a sign-in in any shape. */
export function isSignIn(record: Fields): boolean {
  const category = record['category'] ?? record['Category']
  if (typeof category === 'string') return /SignInLogs$/i.test(category)
  return isRow(record) || isGraph(record) || isBareDiagnostic(record)
}

export function shape(record: Fields): SignIn {
  if (isRow(record)) return fromRow(record)
  if (isGraph(record)) return fromGraph(record)
  const { properties, Properties, ...rest } = record
  return { root: snakeObject(rest), properties: snakeObject(asObject(properties ?? Properties)) }
}

/** Microsoft Graph's `signIn`, the diagnostic record's `properties` alone; its PowerShell module writes capitals. */
function isGraph(record: Fields): boolean {
  if (typeof record['createdDateTime'] === 'string') {
    return (
      isObject(record['status']) &&
      record['properties'] === undefined &&
      ('userPrincipalName' in record || 'servicePrincipalId' in record)
    )
  }
  return (
    typeof record['CreatedDateTime'] === 'string' &&
    isObject(record['Status']) &&
    record['Properties'] === undefined &&
    ('UserPrincipalName' in record || 'ServicePrincipalId' in record)
  )
}

/** A row of a Log Analytics table (`SigninLogs`, `AADNonInteractiveUserSignInLogs`): all in one level. */
function isRow(record: Fields): boolean {
  return (
    typeof record['TimeGenerated'] === 'string' &&
    record['properties'] === undefined &&
    record['Properties'] === undefined &&
    'ResultType' in record &&
    ('UserPrincipalName' in record || 'ServicePrincipalId' in record || 'ServicePrincipalName' in record)
  )
}

/** A diagnostic record that lost its category on the way. */
function isBareDiagnostic(record: Fields): boolean {
  const properties = record['properties']
  if (!isObject(properties)) return false
  return (
    typeof properties['createdDateTime'] === 'string' &&
    isObject(properties['status']) &&
    ('userPrincipalName' in properties || 'servicePrincipalId' in properties)
  )
}

function fromGraph(record: Fields): SignIn {
  const properties = snakeObject(record)
  const status = asObject(properties['status'])
  const code = status['error_code']
  const root: Fields = { category: graphCategory(properties), operation_name: 'Sign-in activity' }
  if (code !== undefined) root['result_type'] = String(code as number)
  // Graph says "Other." also where nothing failed.
  if (Number(code ?? 0) === 0) delete status['failure_reason']
  copyTo(root, 'result_description', status['failure_reason'])
  copyTo(root, 'caller_ip_address', properties['ip_address'])
  copyTo(root, 'correlation_id', properties['correlation_id'])
  copyTo(root, 'identity', properties['user_display_name'])
  copyTo(root, 'location', asObject(properties['location'])['country_or_region'])
  const userType = properties['user_type']
  if (typeof userType === 'string') properties['user_type'] = capital(userType)
  return { root, properties }
}

const GRAPH_CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['interactiveUser', 'SignInLogs'],
  ['nonInteractiveUser', 'NonInteractiveUserSignInLogs'],
  ['servicePrincipal', 'ServicePrincipalSignInLogs'],
  ['managedIdentity', 'ManagedIdentitySignInLogs'],
])

function graphCategory(properties: Fields): string {
  const types = properties['sign_in_event_types']
  const type = Array.isArray(types) ? types[0] : undefined
  const known = typeof type === 'string' ? GRAPH_CATEGORIES.get(type) : undefined
  if (known) return known
  if (properties['service_principal_id'] && !properties['user_id']) return 'ServicePrincipalSignInLogs'
  return properties['is_interactive'] === false ? 'NonInteractiveUserSignInLogs' : 'SignInLogs'
}

/** The columns of a row that are the diagnostic record's first level; all others are its `properties`. */
const ROOT_COLUMNS = new Set(
  'category duration_ms identity level location operation_name operation_version resource_id result_description result_signature result_type'.split(
    ' ',
  ),
)

function fromRow(record: Fields): SignIn {
  const unpacked: Fields = {}
  for (const key in record) {
    const value = record[key]!
    unpacked[key] = typeof value === 'string' ? (parseNested(value) ?? value) : value
  }
  const root: Fields = {}
  const properties = snakeObject(unpacked)
  for (const column of ROOT_COLUMNS) move(properties, column, root, column)
  move(properties, 'time_generated', root, 'time')
  // `TenantId` of a row is the workspace's.
  const workspace = properties['tenant_id']
  delete properties['tenant_id']
  copyTo(root, 'tenant_id', properties['aadtenant_id'] ?? properties['resource_tenant_id'] ?? workspace)
  copyTo(root, 'correlation_id', properties['correlation_id'])
  move(properties, 'location_details', properties, 'location')
  move(properties, 'resource_identity', properties, 'resource_id')
  move(properties, 'conditional_access_policies', properties, 'applied_conditional_access_policies')
  for (const column of TABLE_COLUMNS) delete properties[column]
  return { root, properties }
}

/** Columns about the table, not the sign-in. */
const TABLE_COLUMNS = ['type', 'source_system', 'mg', 'resource', 'resource_group', 'resource_provider']

function move(from: Fields, key: string, to: Fields, name: string): void {
  const value = from[key]
  if (value === undefined) return
  delete from[key]
  to[name] = value
}

function copyTo(target: Fields, key: string, value: Json | undefined): void {
  if (value !== undefined) target[key] = value
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function asObject(value: Json | undefined): Fields {
  if (isObject(value)) return value
  const nested = typeof value === 'string' ? parseNested(value) : undefined
  return isObject(nested) ? nested : {}
}
