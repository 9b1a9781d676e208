import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { MINUTE } from '../../server/domain/time.ts'
import { loadRules } from '../../server/pipeline/rulebook.ts'
import { createTrials, trialsPort } from '../../server/pipeline/trials.ts'
import { scanPlan } from '../../server/search/scan-plan.ts'
import { createTurn } from '../../server/search/turn.ts'
import { send, T0 } from '../support/detection.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { API_KEY, startWorld, type World } from './world.ts'

const store = createMemoryStore({ merge: () => null })
/** How far the questions came: verbs as they reach the trials. */
const asked: string[] = []
let world: World
beforeAll(async () => {
  const trials = createTrials({
    store,
    clock: Date.now,
    plan: scanPlan,
    turn(isGivenUp) {
      const turn = createTurn(isGivenUp)
      return async () => {
        asked.push('turn')
        await new Promise((resolve) => setTimeout(resolve, slowly))
        await turn()
      }
    },
  })
  world = await startWorld({
    store,
    trials: trialsPort(async (verb, args) => {
      asked.push(verb)
      try {
        return await (trials[verb] as (...args: unknown[]) => unknown)(...args)
      } catch (error) {
        asked.push((error as Error).name)
        throw error
      }
    }),
  })
  const events = Array.from({ length: 5 }, (_, i) => send(T0 + i * MINUTE))
  await append(events)
  await world.post('/api/v1/rules', RULE)
})
afterAll(() => world.stop())
let slowly = 0

const RULE = {
  name: 'Many mails',
  language: 'eql',
  query: 'any where event.action == "Send"',
  threshold: { by: ['user.email'], at_least: 5, within: '1h' },
}

function append(events: LogEvent[]) {
  const matched = events.map((event, i) => ({ event, hits: [], line: i + 1 }))
  return store.append([{ events: matched, rejections: [], source: 'test', receivedAt: T0 }])
}
const answer = async (path: string, json?: unknown, init = {}) => {
  const response = await world.post(path, json, init)
  return [response.status, await response.json()] as [number, any]
}

test('a stored rule is tried without a body, and with another rule in its place', async () => {
  const [status, found] = await answer('/api/v1/rules/many-mails/backtest')
  expect(status).toBe(200)
  expect(found).toMatchObject({ events: 5, alerts: [{ count: 5, status: null }], lost: [], kept: [] })
  expect(found.new).toEqual(found.alerts)
  const rule = { ...RULE, threshold: { ...RULE.threshold, at_least: 6 } }
  expect(await answer('/api/v1/rules/many-mails/backtest', { rule })).toMatchObject([200, { alerts: [] }])
  expect((await store.alerts({ size: 10 })).items).toEqual([])
  expect(await loadRules(store)).toHaveLength(1)
})

test('a rule is tried as the text that someone is writing, and its mistakes have their places in it', async () => {
  const [, stored] = await answer('/api/v1/rules/many-mails/backtest')
  const text = await (await world.request('/api/v1/rules/many-mails/export')).text()
  expect(await answer('/api/v1/rules/backtest', { rule: text })).toMatchObject([
    200,
    { alerts: stored.alerts },
  ])
  const mistaken = 'name: Mine\nlanguage: eql\nquery: any were true'
  const [status, problem] = await answer('/api/v1/rules/backtest', { rule: mistaken })
  expect([status, problem.errors[0].line]).toEqual([422, 3])
})

test.each([
  ['rules/backtest', {}, 422],
  ['rules/backtest', { rule: { name: 'x' } }, 422],
  ['rules/backtest', { rule: 'any where true' }, 422],
  ['rules/backtest', { rule: RULE, from: 'now', to: 'now-1d' }, 422],
  ['rules/nothing/backtest', {}, 404],
  ['rules/many-mails/backtest', { size: 5 }, 422],
  ['rules/nothing/explain', { entity: 'ann@example.org' }, 404],
  ['rules/many-mails/explain', {}, 422],
  ['rules/many-mails/explain', { entity: '' }, 422],
])('POST /api/v1/%s with %j is %i', async (path, json, status) => {
  expect((await answer(`/api/v1/${path}`, json))[0]).toBe(status)
})

test('whoever may read may try rules out; whoever may only ingest may not', async () => {
  const key = await world.key('read')
  expect((await answer('/api/v1/rules/many-mails/backtest', {}, { key }))[0]).toBe(200)
  const entity = 'ann@example.org'
  expect((await answer('/api/v1/rules/many-mails/explain', { entity }, { key }))[0]).toBe(200)
  const ingest = await world.key('ingest')
  expect((await answer('/api/v1/rules/backtest', { rule: RULE }, { key: ingest }))[0]).toBe(403)
})

test('relative times are taken, and the range is kept to', async () => {
  world.now.value = T0 + 3 * MINUTE
  const [, found] = await answer('/api/v1/rules/many-mails/backtest', { from: 'now-2m', to: 'now' })
  expect(found).toMatchObject({ events: 3, alerts: [] })
})

test('a back-test ends when its client goes away', async () => {
  slowly = 20
  asked.length = 0
  const headers = { authorization: `Bearer ${API_KEY}` }
  const asking = request(`${world.url}/api/v1/rules/many-mails/backtest`, { method: 'POST', headers })
  asking.on('error', () => undefined).end()
  await until(() => asked.includes('turn'))
  asking.destroy()
  await until(() => asked.includes('Abandoned'))
  slowly = 0
  expect(asked).toContain('giveUp')
})

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

test('a stored rule is tried as if an exception were there already; its mistakes have their places', async () => {
  const tried = (condition: string) =>
    answer('/api/v1/rules/many-mails/backtest', { exception: { condition } })
  const [, plain] = await answer('/api/v1/rules/many-mails/backtest')
  const [, other] = await tried('user.email == "somebody.else@example.org"')
  expect(other.alerts).toEqual(plain.alerts)
  const [status, hidden] = await tried('event.action == "Send"')
  expect([status, plain.alerts.length > 0, hidden.alerts]).toEqual([200, true, []])
  const [refused, problem] = await tried('user.email == ')
  expect([refused, problem.errors[0].path]).toEqual([422, 'condition'])
})
