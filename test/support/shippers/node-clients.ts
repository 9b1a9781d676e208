import { symlinkSync, writeFileSync } from 'node:fs'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, start } from './client.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const DRIVER = fileURLToPath(new URL('node-driver.ts', import.meta.url))

type Library = {
  name: string
  shipper: string
  way: string
  /** The package of the snippet under the name that it has here, where several versions are installed. */
  alias?: [string, string]
}

const LIBRARIES: Library[] = [
  { name: '@elastic/elasticsearch 9', shipper: 'elasticsearch-js', way: 'send' },
  {
    name: '@elastic/elasticsearch 8',
    shipper: 'elasticsearch-js',
    way: 'send',
    alias: ['@elastic/elasticsearch', 'es8'],
  },
  {
    name: '@elastic/elasticsearch 7',
    shipper: 'elasticsearch-js-7',
    way: 'send',
    alias: ['@elastic/elasticsearch', 'es7'],
  },
  { name: '@opensearch-project/opensearch', shipper: 'opensearch-js', way: 'send' },
  { name: 'pino-elasticsearch', shipper: 'pino', way: 'pino' },
  { name: 'winston-elasticsearch', shipper: 'winston', way: 'winston' },
  { name: 'splunk-logging', shipper: 'splunk-logging', way: 'splunk' },
  { name: 'winston-splunk-httplogger', shipper: 'winston-splunk-httplogger', way: 'winston' },
  { name: 'OTLP JSON', shipper: 'opentelemetry-js', way: 'otlp' },
  {
    name: 'OTLP protobuf',
    shipper: 'opentelemetry-js',
    way: 'otlp',
    alias: ['@opentelemetry/exporter-logs-otlp-http', '@opentelemetry/exporter-logs-otlp-proto'],
  },
]

export const nodeClients: Client[] = LIBRARIES.map(({ name, shipper, way, alias }) => ({
  name,
  missing: () => null,
  async send(run) {
    const text = await run.snippet(shipper)
    const file = join(run.folder, 'logs.mjs')
    writeFileSync(file, alias ? text.replace(`'${alias[0]}'`, `'${alias[1]}'`) : text)
    symlinkSync(join(ROOT, 'node_modules'), join(run.folder, 'node_modules'))
    const input = join(run.folder, 'lines')
    writeFileSync(input, run.lines.join('\n'))
    await start(run, process.execPath, [DRIVER, file, way, String(run.pace)], {
      stdio: [openSync(input, 'r'), 'pipe', 'pipe'],
    }).exit
  },
}))
