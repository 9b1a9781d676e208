/** `npm run drill -- [name] --url U --key K`: plays an attack against a running server and says whether it was seen. */
import { parseArgs } from 'node:util'
import { DRILLS, SCENARIOS } from '../../seed/scenarios/index.ts'
import { freshRun } from '../../seed/scenarios/run.ts'
import type { Scenario } from '../../seed/scenarios/scenario.ts'
import { type Millis, SECOND } from '../domain/time.ts'
import { CommandError } from './api-client.ts'
import { isEntry } from './entry.ts'
import { playScenario } from './play.ts'

const OTHERS = DRILLS.filter((drill) => !SCENARIOS.includes(drill)).map(({ name }) => name)

export const USAGE = `Usage: npm run drill -- [name] [--url URL] [--key KEY] [--wait SECONDS] [--no-drill-mark]

  name             ${SCENARIOS.map(({ name }) => name).join(', ')}: these one after another if left out;
                   or the attack of a single rule: ${OTHERS.join(', ')}; or "all"
  --url            the server (default http://127.0.0.1:8514, or VEDETTE_URL)
  --key            an API key with the scopes ingest and read (default: VEDETTE_API_KEY)
  --wait           how long to wait for each alert, in seconds (default 60)
  --no-drill-mark  send the records as if they were real: their alerts count and notify`

export type DrillOptions = {
  scenarios: readonly Scenario[]
  url: string
  key: string
  wait: Millis
  mark: boolean
}

/** Plays each scenario and prints what came. Gives the exit code: 0 if every expected alert came. */
export async function drill(
  options: DrillOptions,
  print: (line: string) => void = console.log,
): Promise<number> {
  let missed = 0
  for (const scenario of options.scenarios) {
    const run = freshRun(Date.now())
    const played = scenario.play(run)
    // Drills meet only their own name, so each run has its own.
    const mark = options.mark ? `${scenario.name}-${run.id}` : null
    print(`${scenario.name}: ${scenario.title}`)
    print(`  ${played.records.length} records about ${played.expected.user ?? played.expected.entity.value}`)
    const { alert, afterMs, detail } = await playScenario(options, played, {
      drill: mark,
      waitMs: options.wait,
    })
    if (alert) {
      print(
        `  ok      ${played.expected.ruleId} (${alert.severity}) after ${(afterMs / SECOND).toFixed(1)} s: ${detail}`,
      )
    } else {
      missed++
      print(`  MISSED  ${played.expected.ruleId} for ${played.expected.entity.value}: ${detail}`)
    }
  }
  const total = options.scenarios.length
  print(missed === 0 ? `All ${total} came.` : `${missed} of ${total} did not come.`)
  return missed === 0 ? 0 : 1
}

/** Reads the command line. Throws a `CommandError` that says what is allowed. */
export function readDrillOptions(args: string[], env: Record<string, string | undefined>): DrillOptions {
  const { values, positionals } = parse(args)
  if (positionals.length > 1)
    throw new CommandError(`One name at a time, not ${positionals.join(' ')}.\n\n${USAGE}`)
  const name = positionals[0]
  const scenarios = named(name)
  if (scenarios.length === 0) {
    throw new CommandError(
      `There is no drill "${name}". There are: ${DRILLS.map((scenario) => scenario.name).join(', ')}.`,
    )
  }
  const url = values.url ?? env['VEDETTE_URL'] ?? 'http://127.0.0.1:8514'
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandError(`--url is "${url}": it must be an address such as http://127.0.0.1:8514.`)
  }
  const key = values.key ?? env['VEDETTE_API_KEY']
  if (!key)
    throw new CommandError('A key is needed: --key KEY, or VEDETTE_API_KEY. POST /api/v1/keys makes one.')
  const seconds = Number(values.wait ?? '60')
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new CommandError(`--wait is "${values.wait}": it must be a number of seconds, e.g. 60.`)
  }
  return { scenarios, url, key, wait: seconds * SECOND, mark: !values['no-drill-mark'] }
}

function named(name: string | undefined): readonly Scenario[] {
  if (name === undefined) return SCENARIOS
  return name === 'all' ? DRILLS : DRILLS.filter((scenario) => scenario.name === name)
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        wait: { type: 'string' },
        'no-drill-mark': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE)
    return 0
  }
  try {
    return await drill(readDrillOptions(args, process.env))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(error.message)
    return 1
  }
}

if (isEntry(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
