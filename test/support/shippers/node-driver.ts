/** Logs through a library as an application would: `node node-driver.ts SNIPPET WAY PACE`, the lines on standard input. */
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { spread } from './client.ts'

type Way = { log(lines: readonly string[]): unknown; end(): unknown }
type Library = Record<string, any>

/** How each snippet is used, by what it exports. */
const WAYS: Record<string, (library: Library) => Way> = {
  send: ({ send }) => ({
    log: (lines) => send(lines.map((message) => ({ message }))),
    end() {},
  }),
  pino: ({ logger, stream }) => ({
    log: (lines) => lines.forEach((line) => logger.info(line)),
    end: () =>
      new Promise((resolve) => {
        stream.once('insert', resolve)
        stream.end()
      }),
  }),
  winston: ({ logger, drain }) => ({
    log: (lines) => lines.forEach((line) => logger.info(line)),
    end: () => drain(),
  }),
  splunk: ({ logger, drain }) => ({
    log: (lines) => lines.forEach((line) => logger.send({ message: line })),
    end: () => drain(),
  }),
  otlp: ({ logger, provider }) => ({
    log: (lines) => lines.forEach((line) => logger.emit({ severityText: 'INFO', body: line })),
    end: () => provider.shutdown(),
  }),
}

const [snippet, way, pace] = process.argv.slice(2)
const lines = (await text(process.stdin)).split('\n').filter(Boolean)
const library = (await import(pathToFileURL(snippet!).href)) as Library
const { log, end } = WAYS[way!]!(library)
await spread({ lines, pace: Number(pace) }, log)
await end()
console.log('everything was handed over')
// Some libraries keep a timer, which would keep the process.
process.exit(0)
