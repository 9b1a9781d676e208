/** What shippers put around a record. */
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { parseNested } from '../json-text.ts'
import { bodyRecord, otelRecord } from './otel.ts'

/**
 * The record inside, or null when there is none: Splunk's `{"event":..,"sourcetype":..}`, Elastic Agent's
 * `{"o365audit":{...}}`, the body of an OpenTelemetry log, and Beats' JSON text in `message` or `event.original`.
 */
export function innerRecord(record: Fields): Fields | null {
  const audit = record['o365audit']
  if (isObject(audit)) return audit
  const otel = otelRecord(record)
  if (otel) return bodyRecord(otel)
  const event = record['event']
  const inner = objectIn(event) ?? objectIn(record['message'])
  if (inner && inner !== event) return inner
  return (isObject(event) ? objectIn(event['original']) : null) ?? inner
}

function objectIn(value: Json | undefined): Fields | null {
  const found = typeof value === 'string' ? parseNested(value) : value
  return isObject(found) ? found : null
}
