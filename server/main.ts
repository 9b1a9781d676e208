/** The server as a process: its settings, its start, its signals and its end. */
import { isatty } from 'node:tty'
import { type Config, ConfigError, readConfig } from './config.ts'
import type { Running } from './main-start.ts'
import { loadThreads } from './main-threads.ts'

/** The threads load while the rest of this one does. */
async function begin(config: Config): Promise<Running> {
  const threads = loadThreads()
  const { start } = await import('./main-start.ts')
  return start(config, threads)
}

// Before anything listens: a signal at the first answer must already be heard.
let running: Promise<Running> | null = null
let stopping = false
const stop = () => {
  if (stopping) return
  stopping = true
  void (async () => {
    await (await running)?.stop()
    process.exit(0)
  })()
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
// From a terminal it says that the terminal is gone; from anywhere else, that files have changed.
const hasTerminal = isatty(0)
process.on('SIGHUP', () => {
  if (hasTerminal) stop()
  else void (async () => (await running)?.reload())()
})

try {
  const config = readConfig()
  running = begin(config)
  await running
} catch (error) {
  // One line for the person who starts it; the rest is for whoever reads logs.
  if (error instanceof ConfigError) console.error(error.message)
  else {
    console.error(`Vedette could not start: ${error instanceof Error ? error.message : String(error)}`)
    if (process.env['VEDETTE_LOG_LEVEL'] === 'debug') console.error(error)
  }
  process.exit(1)
}
