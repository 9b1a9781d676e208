/**
 * OpenTelemetry's names -> ECS. The two share most names (OpenTelemetry took them over from ECS); these are the ones
 * that differ, as the Collector's Elasticsearch exporter maps them in its `ecs` mode, and older HTTP conventions.
 */
import { isIP } from 'node:net'
import type { Fields, Json } from '../../../domain/json.ts'
import { type Additions, addFields } from '../../additions.ts'
import { parseClient } from '../../address.ts'
import { text } from '../../clean.ts'
import { personOf } from '../../person.ts'

/** Adds attributes under their ECS names. An attribute that is set already, on the log itself, wins. */
export function addAttributes(fields: Fields, attributes: Fields): void {
  for (const key in attributes) {
    const value = attributes[key]!
    const special = SPECIAL.get(key)
    if (special) addFields(fields, special(value))
    else if (key !== '') addFields(fields, [[NAMES.get(key) ?? key, value]])
  }
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'service.instance.id': 'service.node.name',
    'deployment.environment': 'service.environment',
    'deployment.environment.name': 'service.environment',
    'telemetry.sdk.name': 'agent.name',
    'telemetry.sdk.version': 'agent.version',
    'cloud.platform': 'cloud.service.name',
    'container.image.tags': 'container.image.tag',
    'host.arch': 'host.architecture',
    'os.name': 'host.os.name',
    'os.type': 'host.os.type',
    'os.version': 'host.os.version',
    'os.description': 'host.os.full',
    'process.executable.name': 'process.name',
    'process.executable.path': 'process.executable',
    'process.parent_pid': 'process.parent.pid',
    'process.command_args': 'process.args',
    'process.owner': 'process.user.name',
    'process.runtime.name': 'service.runtime.name',
    'process.runtime.version': 'service.runtime.version',
    'k8s.namespace.name': 'kubernetes.namespace',
    'k8s.cluster.uid': 'orchestrator.cluster.id',
    'event.name': 'event.action',
    'log.record.uid': 'event.id',
    'log.record.original': 'event.original',
    'exception.type': 'error.type',
    'exception.message': 'error.message',
    'exception.stacktrace': 'error.stack_trace',
    'code.function.name': 'log.origin.function',
    'code.function': 'log.origin.function',
    'code.file.path': 'log.origin.file.name',
    'code.filepath': 'log.origin.file.name',
    'code.line.number': 'log.origin.file.line',
    'code.lineno': 'log.origin.file.line',
    'thread.name': 'process.thread.name',
    'thread.id': 'process.thread.id',
    'enduser.role': 'user.roles',
    'http.method': 'http.request.method',
    'http.status_code': 'http.response.status_code',
    'http.request.body.size': 'http.request.body.bytes',
    'http.response.body.size': 'http.response.body.bytes',
    'http.request_content_length': 'http.request.body.bytes',
    'http.response_content_length': 'http.response.body.bytes',
    'http.flavor': 'http.version',
    'http.url': 'url.full',
    'http.target': 'url.original',
    'http.scheme': 'url.scheme',
    'http.host': 'url.domain',
    'http.user_agent': 'user_agent.original',
    'server.port': 'server.port',
    'network.protocol.name': 'network.protocol',
    'geo.locality.name': 'geo.city_name',
    'geo.country.iso_code': 'geo.country_iso_code',
    'geo.region.iso_code': 'geo.region_iso_code',
    'geo.continent.code': 'geo.continent_code',
  }),
)

const KUBERNETES =
  'pod.name pod.uid node.name node.uid container.name deployment.name replicaset.name statefulset.name daemonset.name job.name cronjob.name'

const SPECIAL: ReadonlyMap<string, (value: Json) => Additions> = new Map<string, (value: Json) => Additions>([
  ...KUBERNETES.split(' ').map(
    (name) => [`k8s.${name}`, (value: Json): Additions => [[`kubernetes.${name}`, value]]] as const,
  ),
  [
    'k8s.cluster.name',
    (value) => [
      ['orchestrator.cluster.name', value],
      ['orchestrator.type', 'kubernetes'],
    ],
  ],
  [
    'host.name',
    (value) => [
      ['host.name', value],
      ['host.hostname', value],
    ],
  ],
  ['enduser.id', (value) => [['user.id', value], ...personFields(value)]],
  ['enduser.email', personFields],
  ['user.email', personFields],
  ['client.address', (value) => [...addressFields('client', value), ...addressFields('source', value)]],
  ['http.client_ip', (value) => [...addressFields('client', value), ...addressFields('source', value)]],
  ['source.address', (value) => addressFields('source', value)],
  ['destination.address', (value) => addressFields('destination', value)],
  ['server.address', (value) => addressFields('server', value)],
  [
    'client.port',
    (value) => [
      ['client.port', value],
      ['source.port', value],
    ],
  ],
  ['network.type', (value) => [['network.type', value]]],
  ['http.response.status_code', statusFields],
])

function personFields(value: Json): Additions {
  const address = text(value)
  const { email, name, domain } = address === undefined ? {} : personOf(address)
  return [
    ['user.email', email],
    ['user.name', name],
    ['user.domain', domain],
  ]
}

function addressFields(side: string, value: Json): Additions {
  const said = text(value)
  if (said === undefined) return []
  const { address, port } = parseClient(said)
  const ip = address !== undefined && isIP(address) ? address : undefined
  return [
    [`${side}.address`, said],
    [`${side}.ip`, ip],
    [`${side}.port`, port],
    [`${side}.domain`, ip === undefined ? said : undefined],
  ]
}

function statusFields(value: Json): Additions {
  const code = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return [['http.response.status_code', code]]
}
