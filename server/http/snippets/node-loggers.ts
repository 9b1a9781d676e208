import type { Shipper } from './shipper.ts'

export const pinoElasticsearch: Shipper = {
  name: 'pino',
  title: 'pino with pino-elasticsearch',
  language: 'js',
  path: 'logs.mjs',
  text: ({ node, key }) => `import { Client } from '@elastic/elasticsearch'
import pino from 'pino'
import pinoElasticsearch from 'pino-elasticsearch'

// pino-elasticsearch drops what its client gives up, and by default that is after three attempts.
class PersistentClient extends Client {
  constructor(options) {
    super({ ...options, maxRetries: 1_000_000, retryOnTimeout: true, requestTimeout: 90_000 })
    const { helpers } = this
    const bulk = helpers.bulk.bind(helpers)
    // Of batches that wait for one of five places, the helper forgets all but one: give each its own.
    helpers.bulk = (bulkOptions) => bulk({ ...bulkOptions, concurrency: 1_000_000 })
  }
}

export const stream = pinoElasticsearch(
  {
    node: '${node}',
    auth: { username: 'vedette', password: '${key}' },
    index: 'logs-app-default',
    esVersion: 8,
    opType: 'create',
    flushBytes: 100_000,
    flushInterval: 1000,
  },
  { Client: PersistentClient },
)
stream.on('insertError', (error) => console.error('Not stored:', error.document))
stream.on('error', (error) => console.error('Logs could not be sent:', error))

export const logger = pino({ messageKey: 'message' }, stream)
`,
  steps: () => [
    'npm install pino pino-elasticsearch @elastic/elasticsearch',
    "Log: import { logger } from './logs.mjs'; logger.info({ user: { email: 'ann@example.org' } }, 'signed in')",
    "Before the process ends: stream.end(), and wait for its 'insert'.",
  ],
  notes: [
    'The server away or full: the client sends the same batch again without end, and later lines wait in memory: a crash of your process loses them.',
    'As a transport (pino.transport), or with its own client, it loses what was on its way when the server goes away, and without a word what waits meanwhile: use it as a stream with this client.',
    'A batch that is sent again as it was within ten minutes is known and stored once.',
    'Where nothing may be lost, log to a file and let Filebeat, Vector or Fluent Bit send it.',
  ],
}

export const winstonElasticsearch: Shipper = {
  name: 'winston',
  title: 'winston with winston-elasticsearch',
  language: 'js',
  path: 'logs.mjs',
  text: ({ node, key }) => `import winston from 'winston'
import { ElasticsearchTransport } from 'winston-elasticsearch'

export const transport = new ElasticsearchTransport({
  clientOpts: {
    node: '${node}',
    auth: { username: 'vedette', password: '${key}' },
    maxRetries: 10,
  },
  dataStream: true,
  index: 'logs-app-default',
  ensureIndexTemplate: false,
  flushInterval: 1000,
  // By default it gives up after 400 attempts, and keeps as much as memory holds.
  retryLimit: 1_000_000,
  bufferLimit: 100_000,
})
transport.on('warning', (error) => console.error('Logs are sent again:', error.message))

export const logger = winston.createLogger({ transports: [transport] })

const { bulkWriter } = transport
const write = bulkWriter.write.bind(bulkWriter)
let underWay = 0
bulkWriter.write = (body) => {
  underWay++
  return write(body).finally(() => underWay--)
}

/** Resolves when everything was sent. Ending the logger, or flush(), loses what waits for another attempt. */
export async function drain() {
  const isWaiting = () => logger.writableLength + bulkWriter.bulk.length + underWay > 0
  do await new Promise((resolve) => setTimeout(resolve, 100))
  while (isWaiting() || !bulkWriter.esConnection)
}
`,
  steps: () => [
    'npm install winston winston-elasticsearch',
    "Log: import { logger } from './logs.mjs'; logger.info('signed in', { user: { email: 'ann@example.org' } })",
    'Before the process ends: await drain()',
  ],
  notes: [
    'The server away or full: what was on its way goes back into the buffer in memory and is sent again: a crash of your process loses it.',
    'Lines have no id, and what is sent again comes in another batch: a line whose answer was lost is stored twice.',
    'Where nothing may be lost or doubled, log to a file and let Filebeat, Vector or Fluent Bit send it.',
  ],
}
