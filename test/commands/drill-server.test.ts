import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import type { AlertView } from '../../server/domain/api.ts'
import { drill } from '../../server/commands/drill.ts'
import { type Siem, startSiem } from '../support/server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('drills against a running server', () => {
  let siem: Siem
  beforeAll(async () => {
    siem = await startSiem()
  })
  afterAll(() => siem?.stop())

  async function play(mark: boolean) {
    const lines: string[] = []
    const options = { scenarios: SCENARIOS, url: siem.url, key: siem.apiKey, wait: 20_000, mark }
    const code = await drill(options, (line) => lines.push(line))
    return { code, output: lines.join('\n') }
  }

  test('each expected alert comes, every time anew, and is marked as a drill', async () => {
    const rounds: string[][] = []
    for (let round = 1; round <= 2; round++) {
      const { code, output } = await play(true)
      expect(code, output).toBe(0)
      expect(output).toContain(`All ${SCENARIOS.length} came.`)
      const alerts = (await siem.settled('?size=1000')) as AlertView[]
      rounds.push(alerts.map(({ ruleId }) => ruleId).toSorted())
      expect(alerts.every((alert) => alert.drill)).toBe(true)
    }
    const [first, both] = rounds
    expect(both).toEqual([...first!, ...first!].toSorted())
  })

  test('each alert says in one sentence what happened to whom, with no gap in it', async () => {
    for (const { summary, entity } of (await siem.settled('?size=1000')) as AlertView[]) {
      expect(summary).toContain(entity.value)
      expect(summary).not.toMatch(/[{}]|undefined|null|NaN|unknown|some time/)
    }
  })

  test('each alert has its why and its steps, with the account in the commands', async () => {
    for (const { id, user } of (await siem.settled('?size=1000')) as AlertView[]) {
      const { why, respond } = await siem.get(`/api/v1/alerts/${encodeURIComponent(id)}`)
      expect(why.length).toBeGreaterThan(0)
      for (const { clauses } of why) expect(clauses.length).toBeGreaterThan(0)
      const commands = respond.flatMap((step: { commands: object }) => Object.values(step.commands))
      expect(commands.join('\n')).toContain(`'${user}'`)
    }
  })

  test('without the mark the alerts are real ones', async () => {
    const { code, output } = await play(false)
    expect(code, output).toBe(0)
    const alerts = (await siem.settled('?size=1000')) as AlertView[]
    expect(
      alerts
        .filter((alert) => !alert.drill)
        .map(({ ruleId }) => ruleId)
        .toSorted(),
    ).toEqual(
      expect.arrayContaining([
        'bulk-send',
        'credential-spray',
        'impossible-travel',
        'risky-sign-in-then-inbox-rule',
      ]),
    )
  })

  test('a key that is not known ends the command with exit code 1 and says so', async () => {
    const { code, output } = await run('drill.ts', ['bulk-send', '--url', siem.url, '--key', 'wrong'])
    expect(code).toBe(1)
    expect(output).toContain('does not know this key (401)')
    expect(output).not.toContain('    at ')
  })

  test('the command itself exits with 0 when the alert came', async () => {
    const { code, output } = await run('drill.ts', ['bulk-send', '--url', siem.url, '--key', siem.apiKey])
    expect(code, output).toBe(0)
  })
})

test(
  'the demo fills a server, plays the attacks, and leaves nothing behind when interrupted',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-demo-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const env = { TMPDIR: folder, VEDETTE_PORT: '0' }
    const { code, output } = await run('demo.ts', [], env, 'Ctrl-C stops it')
    expect(output).toMatch(/Sending \d+ sample logs/)
    expect(output).toContain(`All ${SCENARIOS.length} came.`)
    expect(output).toMatch(/Open {2}http:\/\/127\.0\.0\.1:\d+\nUser {2}admin\nPassword {2}\S+/)
    expect(code, output).toBe(0)
    expect(readdirSync(folder).filter((name) => name.startsWith('vedette-demo-'))).toEqual([])
  },
)

/** Runs a command; with `until`, interrupts it as soon as it has printed that. */
async function run(command: string, args: string[], env: Record<string, string> = {}, until?: string) {
  const child = spawn(process.execPath, [join(ROOT, 'server/commands', command), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const read = (chunk: Buffer) => {
    output += chunk.toString()
    if (until && output.includes(until)) child.kill('SIGINT')
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
