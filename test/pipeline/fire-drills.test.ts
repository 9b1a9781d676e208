/** When fire drills are played, and what is said of one in which something is missing. */
import { expect, onTestFinished, test } from 'vitest'
import type { Channel } from '../../server/domain/channel.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { planNext } from '../../server/notify/plan.ts'
import { startFireDrills } from '../../server/pipeline/fire-drills.ts'
import { bench, compile, makeRule, signIn } from '../support/detection.ts'

const RISKY = makeRule({
  id: 'risky',
  name: 'Risky sign-in',
  kind: 'query',
  query: 'authentication where user.risk.level == "high"',
})
const views = { incident: () => null, alert: () => null, steps: async () => [], link: () => null }
const CHANNEL: Channel = {
  id: 'c',
  name: 'Phone',
  kind: 'webhook',
  config: {},
  severities: ['low', 'medium', 'high', 'critical'],
  drills: true,
  enabled: true,
  createdAt: 0,
}
/** Noon, by the clock of whoever runs the test. */
const NOON = new Date(2026, 4, 12, 12).getTime()

/** An installation of ten days, whose port, rule and channel can be broken. */
async function setUp(options: { days?: number; channels?: Channel[]; accepts?: boolean } = {}) {
  const { channels = [], accepts = true } = options
  const it = bench([compile(RISKY)])
  it.now = NOON
  const at = NOON - (options.days ?? 10) * DAY
  const user = { kind: 'user', id: 'u', body: {}, audit: null, at } as const
  await it.store.putRecords([user])
  const state = { port: true, risk: 'high', played: [] as string[], errors: [] as unknown[] }
  const plan = async () => {
    while (await planNext({ store: it.store, channels: async () => channels, now: it.now, views }));
    for (const { id } of accepts ? await it.store.dueDeliveries(it.now, 100) : []) {
      await it.store.attempted(id, { at: it.now, error: null, due: null })
    }
  }
  await plan()
  const drills = startFireDrills({
    store: it.store,
    // Whoever waits looks at the clock again and again, and so it gets later.
    clock: () => (it.now += 1),
    play(scenario, now) {
      const body = new TextEncoder().encode(`{"user":"ann-${now}@example.org"}`)
      state.played.push(scenario)
      return { mark: `${scenario}-${now}`, expected: ['risky'], feeds: [{ dataset: 'd', body }] }
    },
    async send(mark, { body }) {
      if (!state.port) throw new Error('it answered 503: full')
      const email = /ann[^"]+/.exec(new TextDecoder().decode(body))![0]
      const event = signIn(it.now, { more: { user: { email, risk: { level: state.risk } } } })
      await it.append({ ...event, drill: mark })
      it.now += 2000
      await it.drain()
      it.now += 3000
      await plan()
    },
    rules: async () => [{ id: 'risky', name: 'Risky sign-in' }],
    channels: async () => channels.filter(({ drills }) => drills),
    onSettled: () => {},
    onError: (error) => state.errors.push(error),
    patience: { detect: 30, notify: 30, pause: 1 },
  })
  onTestFinished(() => drills.stop())
  return { it, drills, state, run: async () => (await drills.state()).runs[0] }
}

test('once a day at its time, also when the machine was off then, and never twice', async () => {
  const { it, drills, state } = await setUp()
  await drills.beat()
  expect(state.played).toEqual(['full-chain'])
  it.now += HOUR
  await drills.beat()
  expect(state.played).toHaveLength(1)
  expect((await drills.state()).next).toBe(new Date(2026, 4, 13, 4).getTime())
  it.now = NOON + DAY - 9 * HOUR
  await drills.beat()
  expect(state.played).toHaveLength(1)
  it.now = NOON + 3 * DAY
  await drills.beat()
  await drills.beat()
  expect(state.played).toHaveLength(2)
  expect(state.errors).toEqual([])
})

test('not on the first day of an installation, nor where it is switched off', async () => {
  const { it, drills, state } = await setUp({ days: 0.5 })
  await drills.beat()
  expect(state.played).toEqual([])
  it.now += 1.5 * DAY
  await drills.beat()
  expect(state.played).toHaveLength(1)
  const schedule = { enabled: false, time: '04:00', scenario: 'inbox-rule' }
  await drills.setSchedule(schedule, { actor: 'ann' })
  it.now += 3 * DAY
  await drills.beat()
  expect(state.played).toHaveLength(1)
  await drills.setSchedule({ ...schedule, enabled: true }, { actor: 'ann' })
  it.now += DAY
  await drills.beat()
  expect(state.played).toEqual(['full-chain', 'inbox-rule'])
})

test('one that passed has its times, from the answer of the port on', async () => {
  const { drills, run } = await setUp({ channels: [CHANNEL] })
  await drills.beat()
  const { detectMs, notifyMs, ...rest } = (await run())!
  expect(rest).toMatchObject({ passed: true, why: null, rules: [{ ruleId: 'risky' }] })
  expect(detectMs).toBeLessThan(10)
  expect(notifyMs).toBeLessThan(10)
})

const FAILS: [string, { port?: boolean; risk?: string; channels?: Channel[]; accepts?: boolean }, RegExp][] =
  [
    [
      'a port that takes nothing',
      { port: false },
      /^The port did not take its records: it answered 503: full$/,
    ],
    ['a rule that finds nothing', { risk: 'low' }, /^Within .+ no alert came of: Risky sign-in\.$/],
    [
      'a channel that takes nothing',
      { channels: [CHANNEL], accepts: false },
      /^Nobody could be told over Phone: it was not sent in time$/,
    ],
  ]
test.each(FAILS)('it fails by %s, says so, and is tried once more after an hour', async (_, broken, why) => {
  const { it, drills, state, run } = await setUp(broken)
  Object.assign(state, broken)
  await drills.beat()
  expect(await run()).toMatchObject({ passed: false, why: expect.stringMatching(why) })
  const own = async () => (await it.store.alerts({ rule: 'vedette-drill-failed', size: 9 })).items
  expect(await own()).toMatchObject([{ status: 'open', severity: 'high', drill: false }])
  for (const minutes of [30, 31, 90, 90]) {
    it.now += minutes * MINUTE
    await drills.beat()
  }
  expect(state.played).toHaveLength(2)
  expect(await own()).toHaveLength(1)
})

const KEPT: [string, Partial<Channel>, string][] = [
  ['in its quiet hours', { quiet: { from: '00:00', to: '23:59', timezone: 'UTC', except: [] } }, 'later'],
  [
    'for its digest',
    { digest: { at: '08:00', timezone: 'UTC', severities: ['low', 'medium', 'high', 'critical'] } },
    'later',
  ],
  ['since it wants only graver ones', { severities: ['critical'] }, 'passed'],
]
test.each(KEPT)('a channel that keeps it %s does not make it fail', async (_, more, state) => {
  const { drills, run } = await setUp({ channels: [{ ...CHANNEL, ...more }] })
  await drills.beat()
  expect(await run()).toMatchObject({ passed: true, notifyMs: null, channels: [{ name: 'Phone', state }] })
})

test('what the end of the process cuts off proves nothing: it is played again', async () => {
  const { it, drills, state, run } = await setUp({ channels: [CHANNEL], accepts: false })
  const beat = drills.beat()
  while (state.played.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await drills.stop()
  await beat
  expect(await run()).toBeUndefined()
  expect((await it.store.alerts({ rule: 'vedette-drill-failed', size: 9 })).items).toEqual([])
})
