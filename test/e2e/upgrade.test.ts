/** A store of the first released schema opens with this program and reads the same; one command goes back. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashPassword } from '../../server/http/auth/passwords.ts'
import { shippedMigrations } from '../../server/store/sqlite/migrate.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { sampleAlert, sampleIncident } from '../store/samples.ts'
import { idOf, makeFirstSchema, type OldStore } from '../support/first-schema.ts'
import { type Siem, startSiem } from '../support/server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const AT = Date.now() - 3_600_000
const PASSWORD = 'a password of long ago'

let data: string
let old: OldStore
let siem: Siem
let asItWas: Buffer
beforeAll(async () => {
  data = join(mkdtempSync(join(tmpdir(), 'vedette-upgrade-')), 'data')
  mkdirSync(data)
  old = await oldStore()
  makeFirstSchema(join(data, 'vedette.db'), old)
  asItWas = readFileSync(join(data, 'vedette.db'))
  siem = await startSiem({ data, keep: true })
})
afterAll(async () => {
  await siem.stop()
  rmSync(join(data, '..'), { recursive: true, force: true })
})

async function oldStore(): Promise<OldStore> {
  const events = Array.from({ length: 40 }, (_, i) => ({
    time: AT - i * 61_000,
    identity: `old-${i}`,
    dataset: i % 2 ? 'o365.audit' : 'azure.signinlogs',
    fields: {
      '@timestamp': new Date(AT - i * 61_000).toISOString(),
      event: {
        action: i % 3 ? 'Send' : 'New-InboxRule',
        category: ['web'],
        dataset: i % 2 ? 'o365.audit' : 'azure.signinlogs',
      },
      user: { email: `person${i % 4}@example.org` },
      message: `Grüße ${i}`,
    },
    raw: `{"n":${i}}`,
  }))
  const times = { firstSeen: AT, lastSeen: AT, from: AT, to: AT, raisedAt: AT }
  const alert = (id: string, more: object) =>
    sampleAlert(id, { ...times, incidentId: 'incident-1', ruleId: 'mine', ruleName: 'Mine', ...more })
  return {
    at: AT,
    events,
    alerts: [
      { body: alert('alert-1', { revision: 1 }), evidence: 0 },
      {
        body: alert('alert-2', { revision: 2, status: 'closed', closeReason: 'secured', closedAt: AT }),
        evidence: 1,
      },
    ],
    incidents: [sampleIncident('incident-1', { ...times, revision: 100, alertIds: ['alert-1', 'alert-2'] })],
    records: [
      {
        kind: 'user',
        id: 'ann',
        body: { name: 'Ann', role: 'admin', disabled: false, password: await hashPassword(PASSWORD) },
      },
      {
        kind: 'rule',
        id: 'mine',
        body: {
          builtIn: false,
          source: {
            id: 'mine',
            name: 'Mine',
            language: 'eql',
            query: 'any where event.action == "New-InboxRule"',
          },
          changes: { severity: 'low' },
          matchVersion: 1,
        },
      },
    ],
  }
}

test('events are found by search, by account, by id and by the hour, as they were', async () => {
  const found = await siem.post('/api/v1/search', { language: 'eql', query: 'any where true', size: 100 })
  expect(found.events.map(({ id }: { id: string }) => id)).toEqual(old.events.map(idOf))
  const mine = await siem.post('/api/v1/search', {
    language: 'kql',
    query: 'user.email: person1@example.org and Grüße',
  })
  expect(mine.events).toHaveLength(10)
  const one = await siem.get(`/api/v1/events/${encodeURIComponent(idOf(old.events[7]!))}`)
  expect(one).toMatchObject({ fields: old.events[7]!.fields, raw: '{"n":7}', source: 'vector' })
  const histogram = await siem.post('/api/v1/search/histogram', { language: 'eql', query: 'any where true' })
  expect(histogram.buckets.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(40)
  expect(await siem.get('/api/v1/about')).toMatchObject({ events: 40 })
})

test('alerts, their evidence and their incident read the same', async () => {
  const { alerts } = await siem.get('/api/v1/alerts?rule=mine')
  expect(alerts.map(({ id, status }: { id: string; status: string }) => [id, status]).sort()).toEqual([
    ['alert-1', 'open'],
    ['alert-2', 'closed'],
  ])
  const first = await siem.get('/api/v1/alerts/alert-1')
  expect(first).toMatchObject({
    summary: sampleAlert('x').summary,
    incidentId: 'incident-1',
    severity: 'high',
  })
  const { events } = await siem.get('/api/v1/alerts/alert-1/events')
  expect(events).toMatchObject([{ id: idOf(old.events[0]!) }])
  expect(await siem.get('/api/v1/incidents/incident-1')).toMatchObject({
    user: 'ann@example.org',
    status: 'open',
  })
})

test('people sign in, rules run, and new logs meet them', async () => {
  const json = { user: 'ann', password: PASSWORD }
  const origin = { origin: siem.url }
  const signedIn = await siem.request('/api/v1/session', { method: 'POST', json, key: null, headers: origin })
  expect(signedIn.status).toBe(201)
  expect(await siem.get('/api/v1/rules/mine')).toMatchObject({ name: 'Mine', severity: 'low', enabled: true })
  const fields = {
    '@timestamp': new Date().toISOString(),
    event: { action: 'New-InboxRule', dataset: 'o365.audit' },
    user: { email: 'new@example.org' },
  }
  expect(await siem.ingest([fields])).toMatchObject({ accepted: 1 })
  const raised = await siem.settled('?rule=mine&user=new@example.org')
  expect(raised).toMatchObject([{ ruleName: 'Mine', severity: 'low' }])
})

test('the store as it was before is kept, and one command goes back to it, the newer one beside it', async () => {
  const kept = `vedette.db.before-${shippedMigrations()[3]!.name.slice(0, 4)}`
  expect(readdirSync(data)).toContain(kept)
  expect(readFileSync(join(data, kept)).equals(asItWas)).toBe(true)
  await siem.stop()
  const env = { ...process.env, VEDETTE_DATA: data }
  const args = ['server/commands/restore.ts', '--rollback']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })
  expect(stdout).toMatch(/Start the version of Vedette of before/)
  const db = new Database(join(data, 'vedette.db'), { readonly: true })
  expect(db.prepare('SELECT number FROM migration ORDER BY number').pluck().all()).toEqual([1, 2, 3])
  expect(db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(40)
  db.close()
  const newer = openSqlite({ file: join(data, 'vedette.db.before-restore'), merge: () => null })
  expect(await newer.state()).toMatchObject({ events: 41 })
  await newer.close()
  // And forward again.
  siem = await startSiem({ data, keep: true })
  expect(await siem.get('/api/v1/about')).toMatchObject({ events: 40 })
})
