/** What was acknowledged is there after the process was killed, wherever that was. `VEDETTE_KILLS` sets how often. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { mergeFields, T0 } from './samples.ts'
import { temporaryFile } from './temporary-file.ts'

const KILLS = Number(process.env['VEDETTE_KILLS'] ?? 20)
const APPENDER = fileURLToPath(new URL('./crash-appender.ts', import.meta.url))

test(
  `nothing acknowledged is lost and nothing is doubled over ${KILLS} kills while appending`,
  { timeout: 30_000 + KILLS * 5000 },
  async () => {
    const file = temporaryFile()
    const events = new Set<string>()
    const alerts = new Set<string>()
    for (let run = 0; run < KILLS; run++) {
      for (const line of await appendUntilKilled(file.path, `run${run}`, Math.random() * 200)) {
        const acknowledged = JSON.parse(line) as { appended?: string[]; alert?: string }
        for (const id of acknowledged.appended ?? []) events.add(id)
        if (acknowledged.alert) alerts.add(acknowledged.alert)
      }
    }
    expect(events.size).toBeGreaterThan(KILLS)

    const store = openSqlite({ file: file.path, merge: mergeFields })
    const stored = new Map<string, number>()
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.replay(0, T0 + 1e9, 1000, ...(cursor === undefined ? [] : [cursor]))
      for (const { id } of page.events) stored.set(id, (stored.get(id) ?? 0) + 1)
      cursor = page.cursor
    }
    expect([...events].filter((id) => !stored.has(id))).toEqual([])
    expect([...stored].filter(([, times]) => times > 1)).toEqual([])
    expect(await store.state()).toMatchObject({ events: stored.size })
    expect(await store.events([...stored.keys()])).toHaveLength(stored.size)
    for (const id of alerts) expect(await store.alert(id)).not.toBeNull()
    await store.close()
    wholeFile(file.path)
    file.remove()
  },
)

/** The file itself: sound, every row at a line that is there, and no hit newer than the settling of its group lost. */
function wholeFile(path: string): void {
  const db = new Database(path, { readonly: true })
  const count = (sql: string) => db.prepare<[], number>(sql).pluck().get()
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(
    count('SELECT count(*) FROM event LEFT JOIN block b ON b.id = block WHERE b.id IS NULL OR at >= b.n'),
  ).toBe(0)
  expect(count('SELECT count(*) FROM block LEFT JOIN raw ON raw.block = id WHERE raw.block IS NULL')).toBe(0)
  expect(count('SELECT sum(live) FROM block')).toBe(count('SELECT count(*) FROM event'))
  // Each event came with a hit, in the same transaction.
  expect(count('SELECT count(*) FROM hit')).toBe(count('SELECT count(*) FROM event'))
  expect(count('SELECT count(*) FROM dead_letter')).toBe(
    count('SELECT count(DISTINCT detail) FROM dead_letter'),
  )
  expect(
    count(`SELECT count(*) FROM pending p WHERE NOT EXISTS (
      SELECT 1 FROM hit WHERE hit.rule = p.rule AND hit.key = p.key AND time BETWEEN p.t_from AND p.t_to)`),
  ).toBe(0)
  db.close()
}

/** Starts the appender, kills it some milliseconds after its first acknowledgement, and gives all it acknowledged. */
function appendUntilKilled(file: string, run: string, after: number): Promise<string[]> {
  const child = spawn(process.execPath, [APPENDER, file, run], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after))
  child.stdout.on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(0, -1))
      else reject(new Error(`The appender ended by itself with ${code}.`))
    })
  })
}
