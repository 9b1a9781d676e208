/** Documents that a pipeline has already normalised: they pass unchanged, with what is missing added beside. */
import { type Fields, type Json, isObject, textAt } from '../../domain/json.ts'
import { ownTime, readTimestamp } from '../event-time.ts'
import { sourceGeo } from './azure-signinlogs/location.ts'
import type { Normalised, Problem } from './source.ts'

/** The dataset that a document says it is, or null. */
export function saidDataset(record: Fields): string | null {
  return textAt(record, 'event.dataset') ?? textAt(record, 'data_stream.dataset') ?? null
}

/** The known dataset that a document is already normalised as, or null. */
export function ecsDataset(record: Fields): 'o365.audit' | 'azure.signinlogs' | 'azure.auditlogs' | null {
  if (record['@timestamp'] === undefined) return null
  const azure = part(record, 'azure')
  const dataset = isObject(part(record, 'o365')['audit'])
    ? 'o365.audit'
    : isObject(azure['signinlogs'])
      ? 'azure.signinlogs'
      : isObject(azure['auditlogs'])
        ? 'azure.auditlogs'
        : null
  return dataset !== null && (saidDataset(record) ?? dataset) === dataset ? dataset : null
}

/**
 * The document itself. Elastic's sign-ins spell `risk_level_during_signin` and keep their place in `geo`: the other
 * spelling and `source.geo` are added where they are missing. Nothing that was sent is changed.
 */
export function passEcs(record: Fields, dataset: string): Normalised | Problem {
  const stamp = record['@timestamp']
  const time = readTimestamp(stamp) ?? ownTime([{ field: '@timestamp', value: stamp }])
  if (typeof time !== 'number') return time
  const fields = dataset === 'azure.signinlogs' ? completeSignIn(record) : { ...record }
  // Elastic's audit logs keep Microsoft's id where it was.
  const id = textAt(record, 'event.id') ?? textAt(record, 'azure.auditlogs.properties.id') ?? null
  return { fields, id, time }
}

function completeSignIn(record: Fields): Fields {
  const fields: Fields = { ...record }
  const azure = part(record, 'azure')
  const signin = part(azure, 'signinlogs')
  const properties = part(signin, 'properties')
  const risk = properties['risk_level_during_signin'] ?? properties['risk_level_during_sign_in']
  if (risk !== undefined) {
    const named = { risk_level_during_signin: risk, risk_level_during_sign_in: risk, ...properties }
    fields['azure'] = { ...azure, signinlogs: { ...signin, properties: named } }
  }
  const geo = record['geo']
  const source = record['source']
  if (!isObject(geo) || (source !== undefined && !isObject(source)) || source?.['geo'] !== undefined)
    return fields
  const place = sourceGeo(geo)
  if (!place) return fields
  fields['source'] = { ...source, geo: place }
  const own = record['vedette']
  fields['vedette'] = { ...(isObject(own) ? own : {}), location_from: 'record' }
  return fields
}

function part(object: { [key: string]: Json | undefined }, key: string): { [key: string]: Json } {
  const value = object[key]
  return isObject(value) ? value : {}
}
