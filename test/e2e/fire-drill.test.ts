/** A fire drill on the whole server: its own port, its own correlator, a channel that is really told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertView } from '../../server/domain/api.ts'
import type { FireDrillRunView, FireDrillView } from '../../server/domain/api/fire-drill.ts'
import { httpReceiver, type HttpReceiver } from '../notify/receivers.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
let receiver: HttpReceiver
beforeAll(async () => {
  siem = await startSiem()
  receiver = await httpReceiver()
  const channel = { kind: 'webhook', config: { url: `${receiver.url}/all`, allowPrivate: true } }
  await siem.post('/api/v1/channels', { ...channel, name: 'Drills too', drills: true })
  await siem.post('/api/v1/channels', { ...channel, name: 'No drills' })
})
afterAll(async () => {
  await siem?.stop()
  await receiver?.stop()
})

/** Plays one to its end. */
async function drill(server: Siem): Promise<FireDrillRunView> {
  const { running, runs } = await server.post<FireDrillView>('/api/v1/fire-drill/run')
  expect(running).not.toBeNull()
  for (let i = 0; i < 300; i++) {
    const now = await server.get<FireDrillView>('/api/v1/fire-drill')
    if (now.running === null && now.runs.length > runs.length) return now.runs[0]!
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The drill is not over:\n${server.output()}`)
}
const alerts = (query: string) => siem.alerts(`?size=100&${query}`) as Promise<AlertView[]>

test('a takeover goes in by the port, is found, told where drills are wanted, and put away', async () => {
  const run = await drill(siem)
  expect(run).toMatchObject({ scenario: 'full-chain', by: 'environment', passed: true, why: null })
  expect(run.rules.length).toBeGreaterThan(3)
  expect(run.rules.every(({ afterMs }) => afterMs !== null)).toBe(true)
  expect(run.detectMs).toBe(Math.max(...run.rules.map(({ afterMs }) => afterMs!)))
  expect(run.channels).toEqual([
    { id: expect.any(String), name: 'Drills too', state: 'told', afterMs: run.notifyMs, why: null },
  ])
  const told = receiver.accepted.map(({ body }) => JSON.parse(body) as { drill?: boolean })
  expect(told.length).toBeGreaterThan(0)
  expect(told.every((message) => message.drill === true)).toBe(true)
  // Nothing of it counts, and nothing of it is left to do.
  expect((await siem.get('/api/v1/overview')).open).toEqual({ low: 0, medium: 0, high: 0, critical: 0 })
  expect(await alerts('status=open')).toEqual([])
  const closed = await alerts('status=closed')
  expect(closed.every((alert) => alert.drill && alert.closeReason === 'test')).toBe(true)
  expect(closed.map(({ ruleId }) => ruleId)).toEqual(
    expect.arrayContaining(run.rules.map(({ ruleId }) => ruleId)),
  )
  // The key that it came in with is gone.
  expect((await siem.get('/api/v1/keys')).keys).toEqual([])
  const text = await (await siem.request('/metrics')).text()
  expect(text).toMatch(/^vedette_fire_drill_last_passed_timestamp_seconds 1\d{9}/m)
  expect(text).toMatch(/^vedette_fire_drill_failing 0$/m)
})

test('one that fails is an alert of its own, which ends when a later one passes', async () => {
  const rules = (await siem.get<FireDrillView>('/api/v1/fire-drill')).runs[0]!.rules
  const enable = async (enabled: boolean) => {
    for (const { ruleId } of rules) {
      await siem.request(`/api/v1/rules/${ruleId}`, { method: 'PATCH', json: { enabled } })
    }
  }
  await enable(false)
  expect(await drill(siem)).toMatchObject({
    passed: false,
    why: 'Every rule that has to find this attack is switched off.',
  })
  const failed = await alerts('rule=vedette-drill-failed')
  expect(failed).toMatchObject([{ status: 'open', severity: 'high', drill: false }])
  expect(failed[0]!.summary).toContain('switched off')
  expect((await siem.get('/api/v1/overview')).open.high).toBe(1)
  await drill(siem)
  expect(await alerts('rule=vedette-drill-failed')).toHaveLength(1)
  await enable(true)
  expect(await drill(siem)).toMatchObject({ passed: true })
  expect(await alerts('rule=vedette-drill-failed')).toMatchObject([
    { status: 'withdrawn', withdrawReason: 'A later fire drill passed.' },
  ])
})

test('it is set to another time and attack, and an attack that does not exist is refused', async () => {
  const put = (json: object, headers = {}) =>
    siem.request('/api/v1/fire-drill', { method: 'PUT', json, headers })
  const schedule = { enabled: true, time: '23:15', scenario: 'inbox-rule' }
  const answer = await put(schedule, { 'if-match': '"0"' })
  expect(answer.status).toBe(200)
  expect(((await answer.json()) as FireDrillView).schedule).toEqual(schedule)
  expect((await put(schedule, { 'if-match': '"0"' })).status).toBe(412)
  const wrong = await put({ ...schedule, scenario: 'inbox-rules' })
  expect(wrong.status).toBe(422)
  expect(await wrong.json()).toMatchObject({ errors: [{ path: 'scenario' }] })
  expect((await put({ ...schedule, time: '24:00' })).status).toBe(422)
  expect(await drill(siem)).toMatchObject({ scenario: 'inbox-rule', passed: true })
  const audit = (await siem.get('/api/v1/audit?size=1000')).audit as { verb: string; actor: string }[]
  const verbs = new Set(audit.map(({ verb, actor }) => `${actor} ${verb}`))
  for (const verb of ['environment fire-drill.change', 'environment drill.play', 'vedette drill.finish'])
    expect(verbs).toContain(verb)
})
