/** The shapes in which an audit record arrives -> the record of the Management Activity API. */
import { type Fields, isObject } from '../../../domain/json.ts'
import { parseNested } from '../../json-text.ts'

/** Whether a record is an audit record in any shape. */
export function isAudit(record: Fields): boolean {
  return (
    isPlain(record) ||
    typeof record['AuditData'] === 'string' ||
    isObject(record['AuditData']) ||
    (isObject(record['auditData']) && isPlain(record['auditData']))
  )
}

/**
 * The record itself: of a Search-UnifiedAuditLog row what its `AuditData` holds (the rest repeats it in the
 * language of the exporter's computer), of a Graph audit query record its `auditData`. Null when that is no record.
 */
export function auditRecord(record: Fields): Fields | null {
  if (isPlain(record)) return record
  const data = record['AuditData'] ?? record['auditData']
  const inner = typeof data === 'string' ? parseNested(data) : data
  return isObject(inner) ? inner : null
}

function isPlain(record: Fields): boolean {
  if (record['AuditData'] !== undefined) return false
  const typed = record['RecordType'] !== undefined || record['Workload'] !== undefined
  const operation = typeof record['Operation'] === 'string'
  if (typeof record['CreationTime'] === 'string') return typed || (operation && 'UserId' in record)
  // Without its time it is still an audit record, to be refused as one.
  return typed && operation && typeof record['Id'] === 'string'
}
