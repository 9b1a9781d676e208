import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import type { Severity } from '../../server/domain/alert.ts'
import type { Channel, Message } from '../../server/domain/channel.ts'
import { planNext } from '../../server/notify/plan.ts'
import { nextAt } from '../../server/notify/routing.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { bench, event, only, SINGLE } from '../support/detection.ts'

const START = bench([SINGLE]).now - HOUR

const views = { incident: () => null, alert: () => null, steps: async () => [], link: () => null }
const set = (at: number) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org' })

async function told(more: Partial<Channel> = {}) {
  const it = bench([SINGLE])
  const channel: Channel = {
    id: 'c',
    name: 'c',
    kind: 'webhook',
    config: {},
    severities: ['low', 'medium', 'high', 'critical'],
    enabled: true,
    createdAt: 0,
    ...more,
  }
  const plan = async (now = it.now) => {
    while (await planNext({ store: it.store, channels: async () => [channel], now, views }));
  }
  const said = async () =>
    (await it.store.deliveries({ size: 100 })).items
      .toReversed()
      .map(({ body }) => JSON.parse(body) as Message)
  await plan()
  return { it, plan, said, deps: { store: it.store, now: () => it.now } }
}

test('late evidence of a closed alert is told in the digest of the next morning, once', async () => {
  const { it, plan, said, deps } = await told()
  await it.take(set(START))
  const alert = only(await it.alerts())
  await plan()
  await reviseAlerts(deps, [alert.id], { status: 'closed', closeReason: 'secured' }, 'ruth')
  await plan()
  expect((await said()).map(({ change }) => change)).toEqual(['raised', 'resolved'])
  await it.take(set(START - 10 * MINUTE))
  expect(only(await it.alerts())).toMatchObject({ status: 'closed', lateAfterClose: true })
  await plan()
  expect(await said()).toHaveLength(2)
  const morning = nextAt('08:00', 'UTC', it.now)
  await plan(morning - 1)
  expect(await said()).toHaveLength(2)
  await plan(morning)
  const digest = (await said())[2]!
  expect(digest).toMatchObject({ change: 'digest' })
  expect(only(digest.lines)).toMatch(/^more came after it was closed: .*ann@example\.org/)
  await reviseAlerts(deps, [alert.id], { note: 'Seen.' }, 'ruth')
  await plan(morning + DAY)
  await plan(morning + 2 * DAY)
  expect(await said()).toHaveLength(3)
})

test('what a channel wants once a day is gathered; what gets graver than that is told at once as new', async () => {
  const severities: Severity[] = ['low', 'medium']
  const { it, plan, said, deps } = await told({
    severities: ['high', 'critical'],
    digest: { at: '07:30', timezone: 'Europe/Brussels', severities },
  })
  await it.take(set(START))
  const alert = only(await it.alerts())
  await plan()
  expect(await said()).toEqual([])
  await reviseAlerts(deps, [alert.id], { status: 'closed', closeReason: 'expected' }, 'ruth')
  await plan()
  await plan(nextAt('07:30', 'Europe/Brussels', it.now))
  expect(only(only(await said()).lines)).toMatch(/^Medium: Over: /)
})

test('an incident that grows is told again when a day has passed, not before, and not for a note', async () => {
  const { it, plan, said, deps } = await told()
  await it.take(set(START))
  await plan(START)
  await it.take(set(START + 10 * MINUTE))
  await plan(START + 23 * HOUR)
  expect((await said()).map(({ change }) => change)).toEqual(['raised'])
  await reviseAlerts(deps, [only(await it.alerts()).id], { note: 'Looking.' }, 'ruth')
  await plan(START + 23 * HOUR + MINUTE)
  await it.take(set(START + 20 * MINUTE))
  await plan(START + DAY + HOUR)
  expect((await said()).map(({ change }) => change)).toEqual(['raised', 'ongoing'])
  await reviseAlerts(deps, [only(await it.alerts()).id], { note: 'Still.' }, 'ruth')
  await plan(START + 3 * DAY)
  expect(await said()).toHaveLength(2)
})

test.each([
  ['no', {}, 0],
  ['yes', { drills: true }, 1],
])('is a channel told of drills that asked for them: %s', async (_, more, count) => {
  const { it, plan, said } = await told(more)
  await it.take(event({ at: START, action: 'Set-Mailbox', user: 'ann@example.org', drill: 'd' } as never))
  await plan()
  expect((await said()).map(({ drill }) => drill)).toEqual(Array.from({ length: count }, () => true))
})

test.each([
  ['2026-11-25T07:59:30Z', '08:00', 'UTC', '2026-11-25T08:00:00Z'],
  ['2026-11-25T08:00:00Z', '08:00', 'UTC', '2026-11-26T08:00:00Z'],
  ['2026-11-25T08:00:00Z', '08:00', 'Europe/Brussels', '2026-11-26T07:00:00Z'],
  ['the clock put forward', '08:00', 'Europe/Brussels', '2026-03-29T06:00:00Z', '2026-03-28T12:00:00Z'],
  ['the clock put back', '08:00', 'Europe/Brussels', '2026-10-25T07:00:00Z', '2026-10-24T12:00:00Z'],
  ['an hour that is left out', '02:30', 'Europe/Brussels', '2026-03-29T01:30:00Z', '2026-03-28T12:00:00Z'],
])('after %s the clock shows %s in %s next at %s', (from, at, zone, expected, now = from) =>
  expect(new Date(nextAt(at, zone, Date.parse(now))).toISOString()).toBe(expected.replace('Z', '.000Z')),
)
