import type { Shipper } from './shipper.ts'

export const splunkHec: Shipper = {
  name: 'splunk-hec',
  title: 'Splunk HTTP Event Collector (any client)',
  language: 'sh',
  path: 'send-event.sh',
  text: ({ url, key }) => `#!/bin/sh
# Usage: send-event.sh TEXT
set -eu

curl --silent --show-error --fail-with-body \\
  --retry 10 --retry-all-errors --retry-max-time 600 --max-time 120 \\
  -H "Authorization: Splunk ${key}" \\
  -d "$(jq -cn --arg text "$1" --arg host "$(hostname)" \\
    '{time: now, host: $host, sourcetype: "my-app", event: $text}')" \\
  ${url}/services/collector/event
`,
  steps: ({ url }) => [
    `Any client of the HTTP Event Collector works: its URL is ${url}/services/collector, its token is your key.`,
    'Its token goes into Authorization: Splunk KEY, or is the password of HTTP Basic.',
    'Raw lines go to /services/collector/raw; acknowledgement (/services/collector/ack) is there for clients that ask for it.',
  ],
  notes: [
    'The server full: 503 with {"text":"Server is busy","code":9}, which well-behaved clients send again. Away: whatever the client does then.',
    'Events that follow each other without a newline are read as Splunk reads them.',
    'An event that cannot be stored is kept with the reason (GET /api/v1/rejected), and the others of its request are stored.',
  ],
}

/** Counts the requests of splunk-logging that wait for their answer or for another attempt. */
const counted = (logger: string) => `let underWay = 0
const sendEvents = ${logger}._sendEvents.bind(${logger})
${logger}._sendEvents = (context, done) => {
  underWay++
  sendEvents(context, (...answer) => {
    underWay--
    done?.(...answer)
  })
}
`

export const splunkLogging: Shipper = {
  name: 'splunk-logging',
  title: 'splunk-logging for Node.js',
  language: 'js',
  path: 'logs.mjs',
  text: ({ node, tls, key }) => `import splunk from 'splunk-logging'

export const logger = new splunk.Logger({
  url: '${node}/services/collector/event/1.0',
  token: '${key}',
  batchInterval: 1000,
  maxBatchCount: 500,
  // Tries again while the server is away; by default it gives up at once.
  maxRetries: 1_000_000,
})
${tls ? '// By default it takes any certificate.\nlogger.requestOptions.strictSSL = true\n' : ''}logger.error = (error) => console.error('A log could not be sent:', error)

${counted('logger')}
/** Resolves when everything was sent. flush() alone does not wait for batches that are sent again. */
export async function drain() {
  if (logger.serializedContextQueue.length > 0) logger.flush()
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 100))
}
`,
  steps: () => [
    'npm install splunk-logging',
    "Log: import { logger } from './logs.mjs'; logger.send({ message: { text: 'signed in', user: 'ann' } })",
    'Before the process ends: await drain()',
  ],
  notes: [
    'The server away: a batch is sent again, with pauses up to two minutes. Batches wait in memory: a crash of your process loses them.',
    'The server full: it closes the connection, since splunk-logging drops a batch at any answer but never at a closed connection.',
    'A batch that is sent again as it was within ten minutes is known and stored once.',
    'url needs the port, also where it is the usual one: without it the client takes 8088.',
  ],
}

export const winstonSplunk: Shipper = {
  name: 'winston-splunk-httplogger',
  title: 'winston with winston-splunk-httplogger',
  language: 'js',
  path: 'logs.mjs',
  text: ({ protocol, host, port, tls, key }) => `import winston from 'winston'
import SplunkTransport from 'winston-splunk-httplogger'

export const transport = new SplunkTransport({
  splunk: {
    protocol: '${protocol}',
    host: '${host}',
    port: ${port},
    token: '${key}',
    sourcetype: 'my-app',
    index: 'main',
    // Tries again while the server is away; by default it gives up at once.
    maxRetries: 1_000_000,
  },
  exitOnError: false,
})
${tls ? '// By default it takes any certificate.\ntransport.server.requestOptions.strictSSL = true\n' : ''}
export const logger = winston.createLogger({ transports: [transport] })

${counted('transport.server')}
/** Resolves when everything was sent. Ending the logger instead would lose what waits for another attempt. */
export async function drain() {
  do await new Promise((resolve) => setTimeout(resolve, 100))
  while (logger.writableLength + logger.readableLength + transport.writableLength + underWay > 0)
}
`,
  steps: () => [
    'npm install winston winston-splunk-httplogger',
    "Log: import { logger } from './logs.mjs'; logger.info('signed in', { user: 'ann' })",
    'Before the process ends: await drain()',
  ],
  notes: [
    'The server away: the event is sent again, with pauses up to two minutes; the others wait in memory: a crash of your process loses them.',
    'The server full: it closes the connection, since the client drops an event at any answer but never at a closed connection.',
    'It sends one event a request. Where you log much, use another way.',
  ],
}
