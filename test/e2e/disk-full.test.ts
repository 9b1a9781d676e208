import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { type Disk, waysToFill } from '../support/full-disk.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const USER = 'taken@full.example'
const SOON = { timeout: 20_000, interval: 100 }

describe.each(waysToFill())('$name', ({ make }) => {
  const at = Date.now() - 2 * HOUR
  let disk: Disk
  let siem: Siem
  let cookie: string
  let acknowledged = 0

  beforeAll(async () => {
    disk = make()
    siem = await startSiem({ data: disk.folder })
    cookie = (await signInAs(siem)).headers.getSetCookie()[0]!.split(';')[0]!
  })
  afterAll(async () => {
    await siem?.kill()
    disk?.remove()
  })

  const other = () => signIn({ user: `other${Math.random()}@full.example`, at })
  async function ingest(records: unknown[]): Promise<Response> {
    const body = records.map((record) => JSON.stringify(record)).join('\n')
    const response = await siem.request('/api/v1/events', { method: 'POST', body })
    if (response.ok) acknowledged += ((await response.clone().json()) as any).accepted
    return response
  }

  test('with room, logs are taken', async () => {
    expect((await ingest([signIn({ user: USER, at, risk: 'high' }), other()])).status).toBe(200)
    expect((await siem.get('/api/v1/overview')).storage).toMatchObject({ full: false, since: null })
    expect((await siem.request('/readyz')).status).toBe(200)
  })

  test('in the reserve, logs are refused while people go on', async () => {
    if (!disk.fill) return
    disk.fill()
    const refused = await ingest([other()])
    expect(refused.status).toBe(503)
    expect((await signInAs(siem)).status).toBe(201)
    expect((await siem.request('/api/v1/keys', { method: 'POST', json: KEY })).status).toBe(201)
    await siem.post('/api/v1/correlator/run', { force: true })
  })

  test('without room, whole requests are refused as each shipper understands it', async () => {
    disk.choke(siem.pid)
    const refused = await ingest([other()])
    expect(refused.status).toBe(503)
    expect(refused.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.text()).toMatch(/disk/)
    const hec = { method: 'POST', body: '{"event":"x"}' }
    expect(await (await siem.request('/services/collector/event', hec)).json()).toMatchObject({ code: 9 })
    expect(await nameless(siem)).toBe('cut')
  })

  test('without room, it says so, shows what it has, and refuses changes clearly', async () => {
    const ready = await siem.request('/readyz')
    expect(ready.status).toBe(503)
    expect(((await ready.json()) as any).detail).toMatch(/disk .* full since .*: logs are refused/)
    expect((await siem.get('/api/v1/overview')).storage).toMatchObject({
      full: true,
      since: expect.stringMatching(/Z$/),
      freeBytes: expect.any(Number),
    })
    const asPerson = { headers: { cookie }, key: null }
    expect((await siem.request('/api/v1/alerts', asPerson)).status).toBe(200)
    const query = { language: 'kql', query: 'user.email : *' }
    expect((await siem.post('/api/v1/search', query)).total.value).toBe(acknowledged)
    for (const change of [
      await signInAs(siem),
      await siem.request('/api/v1/keys', { method: 'POST', json: KEY }),
    ]) {
      expect(change.status).toBe(503)
      expect(await change.json()).toMatchObject({ type: '/problems/storage-full' })
    }
  })

  test('with room again, it goes on by itself, and nothing acknowledged is lost', async () => {
    disk.free(siem.pid)
    await vi.waitFor(async () => expect((await ingest([other()])).status).toBe(200), SOON)
    await vi.waitFor(async () => expect((await siem.request('/readyz')).status).toBe(200), SOON)
    expect((await siem.get('/api/v1/overview')).storage).toMatchObject({ full: false, since: null })
    await ingest([inboxRule({ user: USER, at: at + 10 * MINUTE })])
    const [alert] = await siem.settled(SEQUENCE)
    expect(alert).toMatchObject({ user: USER, ruleId: 'risky-sign-in-then-inbox-rule' })
    await siem.kill()
    siem = await siem.restart()
    expect((await siem.alerts(SEQUENCE)).map(({ id }) => id)).toEqual([alert.id])
    const db = new Database(join(disk.folder, 'vedette.db'), { readonly: true })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(acknowledged)
    db.close()
  })
})

const SEQUENCE = '?rule=risky-sign-in-then-inbox-rule'
const KEY = { name: 'while full', scopes: ['ingest'] }

function signInAs(siem: Siem): Promise<Response> {
  const json = { user: 'admin', password: siem.adminPassword }
  return siem.request('/api/v1/session', { method: 'POST', json, key: null })
}

/** Sends as rsyslog does, without a user agent. */
function nameless(siem: Siem): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${siem.apiKey}` }
    const request = httpRequest(`${siem.url}/_bulk`, { method: 'POST', headers }, ({ statusCode }) =>
      resolve(statusCode!),
    )
    request.on('error', () => resolve('cut'))
    request.end('{"create":{"_index":"logs-x-default"}}\n{"message":"x"}\n')
  })
}
