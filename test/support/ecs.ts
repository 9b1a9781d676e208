/** Raw records as another collector would have normalised them: documents already in ECS, without our own additions. */
import { toEvents } from '../../server/ingest/events.ts'
import { isObject, type Fields } from '../../server/domain/json.ts'

export function asEcs(records: readonly unknown[]): Fields[] {
  const { events, rejections } = toEvents({
    records: records.map((record, i) => ({
      line: i + 1,
      raw: JSON.stringify(record),
      record: record as Fields,
    })),
    dataset: null,
    source: 'test',
    drill: null,
    receivedAt: Date.now(),
    batchId: 'test',
    geo: null,
  })
  if (rejections.length > 0) throw new Error(rejections[0]!.detail)
  return events.map(({ event }) => {
    const fields = structuredClone(event.fields)
    const azure = fields['azure']
    const signin = isObject(azure) ? azure['signinlogs'] : undefined
    const properties = isObject(signin) ? signin['properties'] : undefined
    if (isObject(properties)) delete properties['risk_level_during_sign_in']
    delete fields['vedette']
    return fields
  })
}

/** A `_bulk` body that creates these documents. */
export function bulkBody(documents: readonly unknown[], action: object = { create: {} }): string {
  return documents.map((document) => `${JSON.stringify(action)}\n${JSON.stringify(document)}\n`).join('')
}
