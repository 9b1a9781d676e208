import { expect, test } from 'vitest'
import type { Channel, Message } from '../../server/domain/channel.ts'
import { DAY, HOUR, MINUTE, type Millis } from '../../server/domain/time.ts'
import { createTraffic } from '../../server/http/traffic.ts'
import { planNext } from '../../server/notify/plan.ts'
import { createCoverage } from '../../server/pipeline/coverage.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { watchDeliveries } from '../../server/pipeline/watch-deliveries.ts'
import { watchRules } from '../../server/pipeline/watch-rules.ts'
import { watchSources } from '../../server/pipeline/watch-sources.ts'
import { bench, compile, makeRule, only, signIn } from '../support/detection.ts'

const views = { incident: () => null, alert: () => null, steps: async () => [], link: () => null }
const RISKY = makeRule({
  id: 'risky',
  kind: 'query',
  query: 'authentication where user.risk.level == "high"',
  data: [{ dataset: 'azure.signinlogs', needs: '' }],
})

/** An installation with one rule, one source and one channel, and its clock. */
async function installation() {
  const it = bench([compile(RISKY)])
  const clock = () => it.now
  const coverage = createCoverage({ store: it.store, clock })
  const traffic = createTraffic(it.store)
  const parts = {
    store: it.store,
    now: clock,
    sources: (now: Millis) => traffic.sources(now),
    rules: async () => [RISKY],
    coverage: (rules: (typeof RISKY)[]) => coverage.coverage(rules, null),
  }
  const channel: Channel = {
    id: 'c',
    name: 'Phone',
    kind: 'webhook',
    config: {},
    severities: ['low', 'medium', 'high', 'critical'],
    enabled: true,
    createdAt: 0,
  }
  const plan = async () => {
    while (await planNext({ store: it.store, channels: async () => [channel], now: it.now, views }));
  }
  await plan()
  return {
    it,
    parts,
    channel,
    /** Logs every five minutes, looked after every half hour. */
    async live(span: Millis, risk: string | null = 'none', source = 'm365') {
      for (const end = it.now + span; it.now < end; it.now += 5 * MINUTE) {
        const more = risk === null ? {} : { user: { email: 'ann@example.org', risk: { level: risk } } }
        const event = signIn(it.now - MINUTE, { more })
        await it.append({ ...event, source })
        if (it.now % (30 * MINUTE) < 5 * MINUTE) await this.look()
      }
      await this.look()
    },
    async look() {
      await watchSources(parts)
      await watchRules(parts)
      await plan()
    },
    async told() {
      const { items } = await it.store.deliveries({ size: 100 })
      return items
        .toReversed()
        .map(({ body }) => JSON.parse(body) as Message)
        .map(({ change, sentence, lines }) => `${change}: ${sentence} ${lines.join(' ')}`)
    },
  }
}

test('a source that stops is told when its own rhythm says so, once, and again when it sends', async () => {
  const one = await installation()
  const { it, told, parts } = one
  const look = () => one.look()
  await one.live(2 * DAY)
  expect(await told()).toEqual([])
  const stopped = it.now
  it.now = stopped + 20 * MINUTE
  await look()
  expect(await told(), 'a shipper that starts anew wakes nobody').toEqual([])
  for (it.now = stopped + 40 * MINUTE; it.now < stopped + 5 * HOUR; it.now += 20 * MINUTE) await look()
  expect(await told()).toEqual([
    expect.stringMatching(
      /^raised: No logs of azure\.signinlogs have come from m365 since .* UTC, longer than it ever pauses at this time\. Meanwhile this rule cannot fire: /,
    ),
  ])
  const alert = only(await it.alerts())
  expect(alert).toMatchObject({
    ruleId: 'vedette-source-silent',
    severity: 'high',
    status: 'open',
    user: null,
  })
  await one.live(30 * MINUTE)
  expect((await told())[1]).toMatch(/^resolved: .* Logs come again since .*, after 5 h.* of silence\./)
  expect(only(await it.alerts())).toMatchObject({ status: 'withdrawn' })
  expect(await told()).toHaveLength(2)

  it.now += 5 * HOUR
  await look()
  expect(await told(), 'another silence is another alert').toHaveLength(3)
  const second = (await it.alerts()).find(({ status }) => status === 'open')!
  const closing = { status: 'closed', closeReason: 'expected' } as const
  await reviseAlerts({ store: it.store, now: parts.now }, [second.id], closing, 'ruth')
  await look()
  it.now += HOUR
  await look()
  expect((await it.alerts()).filter(({ status }) => status === 'open')).toEqual([])
})

test('a rule that loses its field is shown blind and told, and cleared when the field is back', async () => {
  const one = await installation()
  await one.live(2 * DAY)
  const canFire = async () => (await one.parts.coverage([RISKY]))[0]!
  expect(await canFire()).toMatchObject({ canFire: true })
  await one.live(12 * HOUR, null)
  const blind = await canFire()
  expect(blind.canFire).toBe(false)
  expect(blind.reasons[0]).toMatch(/no longer have \[user\.risk\.level\], which it needs/)
  expect(await one.told()).toEqual([
    expect.stringMatching(
      /^raised: The rule .* can no longer fire: the logs of azure\.signinlogs no longer have/,
    ),
  ])
  await one.live(2 * HOUR)
  expect(await canFire()).toMatchObject({ canFire: true })
  expect((await one.told())[1]).toMatch(/^resolved: .* What was missing is there again: .* can fire\./)
  expect(await one.told()).toHaveLength(2)
})

test('a rule that never could fire is no news, nor is a source that was tried out', async () => {
  const one = await installation()
  await one.live(DAY, null)
  await one.live(20 * MINUTE, null, 'tried')
  await one.live(5 * HOUR, null)
  expect(await one.told()).toEqual([])
})

test('a channel over which nobody could be told is told by the others, until it delivers', async () => {
  const { it, parts, channel } = await installation()
  const broken = { ...channel, id: 'broken', name: 'Mail' }
  const channels = async () => [broken, channel]
  const plan = async () => {
    while (await planNext({ store: it.store, channels, now: it.now, views }));
  }
  const told = async (id: string) =>
    (await it.store.deliveries({ channel: id, size: 10 })).items.map(
      ({ body }) => (JSON.parse(body) as Message).sentence,
    )
  const { revision } = await it.store.state()
  const delivery = (n: number) => ({ channel: 'broken', subject: 's', revision: n, due: 0, body: '{}' })
  await it.store.planDeliveries({
    expect: (await it.store.deliveryCursor())!,
    cursor: revision,
    deliveries: [delivery(1), delivery(2)],
    told: [],
    at: it.now,
  })
  await it.store.attempted(1, { at: it.now, error: 'example.org refused the password.', due: null })
  const look = async () => {
    await watchDeliveries({ ...parts, channels })
    await plan()
  }
  await look()
  await look()
  expect(await told('c')).toEqual([
    'Over the channel Mail nobody could be told, it was given up: example.org refused the password.',
  ])
  expect(await told('broken')).toHaveLength(2)
  it.now += MINUTE
  await it.store.attempted(2, { at: it.now, error: null, due: null })
  await look()
  expect(await told('c')).toHaveLength(2)
  expect(only(await it.alerts())).toMatchObject({
    status: 'withdrawn',
    withdrawReason: 'It delivers again, or is switched off.',
  })
})
