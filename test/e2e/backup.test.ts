/** A backup of a running server holds all that was acknowledged, and comes back as the same store. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { send, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let siem: Siem
let elsewhere: string
beforeAll(async () => {
  siem = await startSiem()
  elsewhere = join(mkdtempSync(join(tmpdir(), 'vedette-restored-')), 'data')
})
afterAll(async () => {
  await siem.stop()
  rmSync(join(elsewhere, '..'), { recursive: true, force: true })
})

type Said = { code: number; out: string; err: string }
function run(command: 'backup' | 'restore', args: string[], env: Record<string, string>): Promise<Said> {
  const options = { cwd: ROOT, env: { ...process.env, ...env } }
  return new Promise((resolve) =>
    execFile(process.execPath, [`server/commands/${command}.ts`, ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    ),
  )
}

/** All that people would miss. */
async function contents(of: Siem) {
  const search = async (cursor: string | null): Promise<any[]> => {
    const body = {
      language: 'eql',
      query: 'any where true',
      size: 1000,
      order: 'asc',
      ...(cursor && { cursor }),
    }
    const page = await of.post('/api/v1/search', body)
    return [...page.events, ...(page.nextCursor ? await search(page.nextCursor) : [])]
  }
  return {
    events: await search(null),
    alerts: await of.get('/api/v1/alerts?size=1000'),
    incidents: await of.get('/api/v1/incidents?size=1000'),
    rules: (await of.get('/api/v1/rules')).rules,
    users: await of.get('/api/v1/users'),
    exceptions: await of.get('/api/v1/exceptions'),
    rejected: await of.get('/api/v1/rejected'),
  }
}

const mails = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    send({ user: `person${i % 3}@example.org`, at: Date.now() - 1000 * (from + i) }),
  )

test('made while logs come in, it holds all of them that were acknowledged before, and is the same store elsewhere', async () => {
  await siem.ingest([...mails(0, 400), signIn({ user: 'ann@example.org', at: Date.now() })])
  await siem.ingest(['no json'])
  await siem.post('/api/v1/users', { name: 'ann', password: 'long enough to be one', role: 'analyst' })
  await siem.post('/api/v1/rules', { name: 'Mine', language: 'eql', query: 'any where user.name == "x"' })
  await siem.settled()
  let acknowledged = 0
  let over = false
  const load = (async () => {
    for (let n = 1000; !over; n += 50) acknowledged += (await siem.ingest(mails(n, 50))).accepted
  })()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = acknowledged
  const answer = await siem.request('/api/v1/backups', { method: 'POST' })
  over = true
  expect(answer.status).toBe(201)
  const made = (await answer.json()) as { file: string; bytes: number; events: number; checked: boolean }
  await load
  expect(made.checked).toBe(true)
  expect(made.events).toBeGreaterThanOrEqual(401 + before)
  expect(made.events).toBeLessThan(401 + acknowledged + 1)
  const path = join(siem.data, 'backups', made.file)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(siem.data, 'backups')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(siem.data, 'backups'))).toEqual([made.file])

  // Nothing comes in any more: this one must be the same.
  await siem.settled()
  const original = await contents(siem)
  const last = await siem.post('/api/v1/backups')
  const said = await run('restore', [join(siem.data, 'backups', last.file)], { VEDETTE_DATA: elsewhere })
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toContain(`Restored ${original.events.length} events`)
  const restored = await startSiem({ data: elsewhere, keep: true })
  expect(await contents(restored)).toEqual(original)
  expect(await restored.stop()).toBe(0)
})

test('the list tells what there is, the schedule, and the audit trail who asked', async () => {
  const listed = await siem.get('/api/v1/backups')
  expect(listed.backups).toHaveLength(2)
  expect(listed.backups[0]).toMatchObject({ checked: true, events: expect.any(Number) })
  expect(listed.schedule).toMatchObject({ enabled: true, time: '03:00', keep: 7 })
  writeFileSync(join(siem.data, 'backups', 'holiday.db'), 'mine')
  writeFileSync(join(siem.data, 'backups', 'vedette-2020-01-01T00-00-00Z.db'), 'mine too')
  const again = await siem.get('/api/v1/backups')
  expect(again.backups.map(({ checked }: { checked: boolean }) => checked)).toEqual([true, true, false])
  const json = { enabled: true, time: '04:30', keep: 3 }
  const set = await siem.request('/api/v1/backups/schedule', { method: 'PUT', json })
  expect((await set.json()) as object).toMatchObject({ schedule: json })
  const { audit } = await siem.get('/api/v1/audit?size=20')
  expect(audit.map(({ verb }: { verb: string }) => verb)).toEqual(
    expect.arrayContaining(['backup.create', 'backup-schedule.change']),
  )
})

test.each([
  ['a folder that a server uses', () => ['-', siem.data], /in use.*Stop it first/s],
  ['a folder that has a store', () => ['-', elsewhere], /has a store.*--replace/s],
  ['a file that is not there', () => ['vedette-1.db', elsewhere], /There is no file/],
  [
    'a file that is no store',
    () => [join(siem.data, 'backups', 'holiday.db'), elsewhere],
    /cannot be restored.*Nothing was changed/s,
  ],
  ['a rollback where nothing was upgraded', () => ['--rollback', elsewhere], /nothing to go back to/],
])('a restore into or from %s is refused, and changes nothing', async (what, given, message) => {
  const [file, data] = given() as [string, string]
  const newest = readdirSync(join(siem.data, 'backups'))
    .filter((name) => name.startsWith('vedette'))
    .sort()
    .at(-1)!
  const before = statSync(join(elsewhere, 'vedette.db')).mtimeMs
  const args = [file === '-' ? join(siem.data, 'backups', newest) : file]
  if (what.includes('file that is no')) args.push('--replace')
  const said = await run('restore', args, { VEDETTE_DATA: data })
  expect(said.code).toBe(1)
  expect(said.err).toMatch(message)
  expect(statSync(join(elsewhere, 'vedette.db')).mtimeMs).toBe(before)
  expect(readdirSync(elsewhere).filter((name) => /restor/.test(name))).toEqual([])
})

test('the command asks the server that runs, or does it itself; --replace keeps the store that was there', async () => {
  const env = { VEDETTE_DATA: siem.data, VEDETTE_PORT: new URL(siem.url).port }
  const asked = await run('backup', [], { ...env, VEDETTE_API_KEY: siem.apiKey })
  expect(asked).toMatchObject({ code: 0, err: '' })
  const stranger = await run('backup', [], { ...env, VEDETTE_API_KEY: 'nobody' })
  expect(stranger).toMatchObject({ code: 1 })
  expect(stranger.err).toMatch(/does not know this key/)
  const keyless = await run('backup', [], { ...env, VEDETTE_API_KEY: '' })
  expect(keyless.err).toMatch(/--key or VEDETTE_API_KEY/)

  const alone = await run('backup', [], { VEDETTE_DATA: elsewhere })
  expect(alone).toMatchObject({ code: 0, err: '' })
  const [file] = readdirSync(join(elsewhere, 'backups'))
  const was = readFileSync(join(elsewhere, 'vedette.db'))
  const restored = await run('restore', [file!, '--replace'], { VEDETTE_DATA: elsewhere })
  expect(restored).toMatchObject({ code: 0, err: '' })
  expect(readFileSync(join(elsewhere, 'vedette.db.before-restore')).equals(was)).toBe(true)
  expect(existsSync(join(elsewhere, 'vedette.db.restoring'))).toBe(false)
})
