/** The whole server plays its own attacks: real ingest, real correlator. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertView, DrillOutcome, DrillView } from '../../server/domain/api.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const play = (name: string) => siem.post<DrillOutcome>('/api/v1/drills', { name })
const alertsOf = ({ raised }: DrillOutcome) =>
  Promise.all(raised.map((id) => siem.get<AlertView>(`/api/v1/alerts/${encodeURIComponent(id)}`)))

test('the list names each attack, whole ones first, with the rules that must tell of it', async () => {
  const { drills } = await siem.get<{ drills: DrillView[] }>('/api/v1/drills')
  expect(drills[0]).toMatchObject({
    name: 'inbox-rule',
    kind: 'attack',
    expected: ['risky-sign-in-then-inbox-rule'],
  })
  expect(drills.map(({ kind }) => kind)).toEqual(drills.map(({ kind }) => kind).toSorted())
  expect(drills.length).toBeGreaterThan(30)
})

test('a whole takeover raises every alert that it must, marked, and nothing real', async () => {
  const outcome = await play('full-chain')
  const alerts = await alertsOf(outcome)
  expect(outcome.drill).toMatch(/^full-chain-[a-z0-9]{6}$/)
  expect(alerts.map(({ ruleId }) => ruleId)).toEqual(expect.arrayContaining(outcome.expected))
  expect(alerts[0]!.ruleId).toBe(outcome.expected[0])
  expect(alerts.every(({ drill }) => drill)).toBe(true)
  expect((await siem.get('/api/v1/overview')).open).toEqual({ low: 0, medium: 0, high: 0, critical: 0 })
})

test('two at once each tell of their own alerts', async () => {
  const [one, other] = await Promise.all([play('bulk-send'), play('bulk-send')])
  const users = (await Promise.all([alertsOf(one), alertsOf(other)])).map((alerts) => [
    ...new Set(alerts.map(({ entity }) => entity.value)),
  ])
  expect(users[0]).toHaveLength(1)
  expect(users[1]).toHaveLength(1)
  expect(users[0]).not.toEqual(users[1])
})

test('an alert that waits for late logs in earnest comes at once', async () => {
  const { drills } = await siem.get<{ drills: DrillView[] }>('/api/v1/drills')
  const { name } = drills.find(({ expected }) => expected[0] === 'sends-as-another-first-time')!
  expect((await play(name)).raised).toHaveLength(1)
})

test('a rule that is switched off is expected and not waited for', async () => {
  await siem.request('/api/v1/rules/bulk-send', { method: 'PATCH', json: { enabled: false } })
  const outcome = await play('bulk-send')
  expect(outcome.expected).toEqual(['bulk-send'])
  expect((await alertsOf(outcome)).map(({ ruleId }) => ruleId)).not.toContain('bulk-send')
  expect(outcome.tookMs).toBeLessThan(4000)
})

test('a name that is not known is refused with those that are', async () => {
  const answer = await siem.request('/api/v1/drills', { method: 'POST', json: { name: 'bulk-sent' } })
  expect(answer.status).toBe(422)
  const { errors } = (await answer.json()) as { errors: { path: string; hint: string }[] }
  expect(errors[0]).toMatchObject({ path: 'name', hint: expect.stringContaining('bulk-send') })
})

test('who played it is in the audit trail', async () => {
  const { audit } = await siem.get('/api/v1/audit')
  const names = audit
    .filter(({ verb }: { verb: string }) => verb === 'drill.play')
    .map(({ subject }: { subject: string }) => subject)
  expect(names).toContain('full-chain')
})
