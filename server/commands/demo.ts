/** `npm run demo`: a throw-away server with a day of sample logs and the attack drills, to look at. */
import { randomBytes } from 'node:crypto'
import { background } from '../../seed/scenarios/background.ts'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import { freshRun } from '../../seed/scenarios/run.ts'
import { SECOND } from '../domain/time.ts'
import { CommandError } from './api-client.ts'
import { isEntry } from './entry.ts'
import { startDemoServer } from './demo-server.ts'
import { drill } from './drill.ts'
import { postAll } from './play.ts'

const PEOPLE = 20
const HOURS = 20

/** Runs until it is interrupted. Gives the exit code. */
export async function demo(print: (line: string) => void = console.log): Promise<number> {
  const key = randomBytes(24).toString('base64url')
  const password = randomBytes(9).toString('base64url')
  // Before the server starts, so that an early Ctrl-C also cleans up.
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'))
  })
  print('Starting a server with a data folder that is removed at the end ...')
  const server = await startDemoServer({ key, password })
  try {
    const client = { url: server.url, key }
    const show = async () => {
      const sample = background(freshRun(Date.now()), PEOPLE, HOURS)
      print(`Sending ${sample.length} sample logs: ${HOURS} hours of ${PEOPLE} people ...`)
      await postAll(client, sample, null)
      print('Playing the attacks through the HTTP port ...')
      const code = await drill({ ...client, scenarios: SCENARIOS, wait: 60 * SECOND, mark: false }, print)
      print(
        `\nOpen  ${server.url}\nUser  admin\nPassword  ${password}\nAPI key  ${key}\n\nCtrl-C stops it and removes its data.`,
      )
      return code
    }
    const shown = await Promise.race([show(), interrupted, server.ended.then(() => 'ended' as const)])
    if (shown === 'interrupted') return 0
    if (shown === 'ended' || (await Promise.race([interrupted, server.ended])) !== 'interrupted') {
      throw new CommandError('The server ended by itself.')
    }
    return shown
  } finally {
    await server.stop()
  }
}

if (isEntry(import.meta.url)) {
  try {
    process.exitCode = await demo()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
