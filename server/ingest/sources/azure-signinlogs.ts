/** Microsoft Entra ID sign-ins, as Elastic's azure integration normalises them. */
import type { Fields } from '../../domain/json.ts'
import { toIso } from '../../domain/time.ts'
import { keyword, long, put, take, text } from '../clean.ts'
import { ownTime } from '../event-time.ts'
import { sourceGeo, takeGeo } from './azure-signinlogs/location.ts'
import { relatedOf, retype, takeAddress, takeStatus, userOf } from './azure-signinlogs/properties.ts'
import { putResource } from './azure-signinlogs/resource.ts'
import { isSignIn, shape } from './azure-signinlogs/shapes.ts'
import type { Normalised, Problem, Source } from './source.ts'

export const azureSigninlogs: Source = {
  dataset: 'azure.signinlogs',
  looksLike:
    'a sign-in: an Azure Monitor record whose category ends in SignInLogs, a row of a SigninLogs table, or a Microsoft Graph signIn object',
  recognise: isSignIn,
  normalise,
}

function normalise(record: Fields): Normalised | Problem {
  const { root, properties } = shape(record)
  const time = ownTime([
    { field: 'properties.createdDateTime', value: properties['created_date_time'] },
    { field: 'time', value: take(root, 'time') },
    { field: 'createdDateTime', value: take(root, 'created_date_time') },
  ])
  if (typeof time !== 'number') return time

  const fields: Fields = { '@timestamp': toIso(time) }
  const ip = takeAddress(fields, properties)
  const geo = takeGeo(root, properties)
  const failed = takeStatus(fields, root, properties) > 0
  retype(properties)
  const id = text(properties['id']) ?? null

  fields['event'] = eventOf(root, id, failed)
  putLevel(fields, root)
  putPlace(fields, geo, properties)
  put(fields, 'user', userOf(properties))
  const agent = take(properties, 'user_agent')
  if (agent !== undefined) fields['user_agent'] = { original: agent }
  const service = properties['service_principal_name']
  if (service !== undefined) fields['service'] = { name: service }
  fields['cloud'] = { provider: 'azure' }
  put(fields, 'related', relatedOf(properties, ip))
  fields['azure'] = azureOf(root, properties)
  return { fields, id, time }
}

function eventOf(root: Fields, id: string | null, failed: boolean): Fields {
  const event: Fields = {
    kind: 'event',
    category: ['authentication'],
    type: ['info'],
    outcome: failed ? 'failure' : 'success',
    module: 'azure',
    dataset: 'azure.signinlogs',
  }
  put(event, 'id', id)
  put(event, 'action', root['operation_name'])
  const duration = long(take(root, 'duration_ms'))
  if (typeof duration === 'number') event['duration'] = duration * 1_000_000
  return event
}

function putLevel(fields: Fields, root: Fields): void {
  const level = keyword(take(root, 'level'))
  if (level !== undefined) fields['log'] = { level }
}

/** The sign-in's own place, where Elastic puts it and where rules look for it. */
function putPlace(fields: Fields, geo: Fields, properties: Fields): void {
  put(fields, 'geo', geo)
  const place = sourceGeo(geo)
  const network = properties['autonomous_system_number']
  if (!place && network === undefined) return
  const source: Fields = (fields['source'] as Fields | undefined) ?? {}
  fields['source'] = source
  if (place) {
    source['geo'] = place
    fields['vedette'] = { location_from: 'record' }
  }
  if (network !== undefined) source['as'] = { number: network }
}

/** What is left of both levels; `root` becomes `azure.signinlogs` itself. */
function azureOf(root: Fields, properties: Fields): Fields {
  const azure: Fields = {}
  put(azure, 'tenant_id', take(root, 'tenant_id'))
  put(azure, 'correlation_id', take(root, 'correlation_id'))
  putResource(azure, take(root, 'resource_id'))
  put(root, 'result_type', keyword(root['result_type']))
  put(root, 'properties', properties)
  azure['signinlogs'] = root
  return azure
}
