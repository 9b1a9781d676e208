import { afterAll, beforeAll, expect, test } from 'vitest'
import { anAlert, put } from './alerts-in-store.ts'
import { START, startWorld, type World } from './world.ts'

const DAY = 24 * 60 * 60_000
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

test('alerts are counted by rule and day, with how people closed them', async () => {
  const closed = { status: 'closed' } as const
  await put(world.store, {
    alerts: [
      anAlert({ id: 'today' }),
      anAlert({ id: 'false', raisedAt: START - 2 * DAY, ...closed, closeReason: 'rule_too_broad' }),
      anAlert({ id: 'true', raisedAt: START - 2 * DAY, ...closed, closeReason: 'secured' }),
      anAlert({ id: 'long-ago', raisedAt: START - 40 * DAY, ...closed, closeReason: 'expected' }),
      anAlert({ id: 'drill', drill: true }),
      anAlert({ id: 'withdrawn', status: 'withdrawn' }),
      anAlert({ id: 'old', ruleId: 'quiet', raisedAt: START - 50 * DAY, lastSeen: START - 51 * DAY }),
    ],
  })
  const { rules } = (await (await world.request('/api/v1/rule-activity?days=3')).json()) as {
    rules: unknown[]
  }
  expect(rules).toEqual([
    {
      ruleId: 'inbox-rule',
      perDay: [2, 0, 1],
      closed: 2,
      falsePositives: 1,
      lastSeen: new Date(START).toISOString(),
    },
    {
      ruleId: 'quiet',
      perDay: [0, 0, 0],
      closed: 0,
      falsePositives: 0,
      lastSeen: new Date(START - 51 * DAY).toISOString(),
    },
  ])
})

test.each(['0', '400', 'x', '1.5'])('days=%s is refused', async (days) => {
  expect((await world.request(`/api/v1/rule-activity?days=${days}`)).status).toBe(400)
})
