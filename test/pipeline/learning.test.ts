/** Gateways, carriers and usual places, learned from stored sign-ins: journeys that they explain are none. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import type { HitContext } from '../../server/domain/hit.ts'
import { DAY, HOUR, MINUTE, type Millis } from '../../server/domain/time.ts'
import { matchStored } from '../../server/detect/match.ts'
import { createLearning } from '../../server/pipeline/learning.ts'
import { hitLife, pruneHits } from '../../server/pipeline/prune.ts'
import { drain } from '../../server/pipeline/settle.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { CASES, compile, event, only, T0, TRAVEL } from '../support/detection.ts'
import { createMemoryStore } from '../support/memory-store.ts'

const HEEDING = compile({ ...TRAVEL.rule, heeds: ['networks', 'learned-egress', 'same-device'] })

type Spot = { lat: number; lon: number; country: string; asn: number; ip: string }
const CHICAGO: Spot = { lat: 41.88, lon: -87.63, country: 'US', asn: 7922, ip: '73.1.1.1' }
const AMSTERDAM: Spot = { lat: 52.37, lon: 4.9, country: 'NL', asn: 62044, ip: '147.161.172.51' }
const ATLANTA: Spot = { lat: 33.75, lon: -84.39, country: 'US', asn: 21928, ip: '172.56.8.2' }
const LAGOS: Spot = { lat: 6.45, lon: 3.39, country: 'NG', asn: 37148, ip: '105.112.9.9' }
const person = (i: number) => `person${i}@harbour.example`
const home = (i: number): Spot => ({ ...CHICAGO, lat: CHICAGO.lat + i / 10, ip: `73.1.${i}.1` })

type Extra = { failed?: boolean; risky?: boolean; device?: string; managed?: boolean }

function signIn(user: string, at: Millis, spot: Spot, extra: Extra = {}): LogEvent {
  const detail = {
    device_id: extra.device ?? '',
    is_managed: extra.managed ?? false,
    trust_type: extra.device ? 'Azure AD joined' : '',
  }
  const properties = {
    device_detail: detail,
    ...(extra.risky ? { risk_level_during_signin: 'high' } : {}),
    ...(extra.failed ? { status: { error_code: 50126 } } : {}),
  }
  return event({
    at,
    user,
    id: `${user} ${at} ${spot.ip} ${spot.lat}`,
    category: ['authentication'],
    outcome: extra.failed ? 'failure' : 'success',
    more: {
      source: {
        ip: spot.ip,
        as: { number: spot.asn },
        geo: { location: { lat: spot.lat, lon: spot.lon }, country_iso_code: spot.country },
      },
      azure: { signinlogs: { properties } },
    },
  })
}

/** People at home in the morning and behind the same address in the afternoon, over some days. */
function behind(spot: Spot, people: number, days: number, extra: Extra = {}): LogEvent[] {
  return Array.from({ length: people }, (_, i) =>
    Array.from({ length: days }, (__, day) => [
      signIn(person(i), T0 + day * DAY + i * MINUTE, home(i)),
      signIn(person(i), T0 + day * DAY + HOUR + i * MINUTE, spot, extra),
    ]).flat(),
  ).flat()
}

const RECEIVED = T0 + 60 * DAY

function rig() {
  const store = createMemoryStore({ merge: () => null })
  const index = buildIndex([HEEDING])
  const rules = new Map([[HEEDING.rule.id, HEEDING]])
  const now = RECEIVED
  let learning = createLearning(store)
  return {
    store,
    async append(...events: LogEvent[]) {
      const matched = events.map((one, i) => ({ event: one, hits: matchStored(one, index), line: i + 1 }))
      await store.append([{ events: matched, rejections: [], source: 'test', receivedAt: now }])
    },
    settle: () => drain({ store, rules: () => rules, now: () => now, learning }, { force: true }),
    /** As after a stop: what is in memory is gone. */
    async restart() {
      learning = createLearning(store)
      await learning.load()
    },
    egress: () =>
      learning
        .egress()
        .map(({ network, kind }) => `${kind} ${network}`)
        .toSorted(),
    async alerts() {
      return (await store.alerts({ size: 1000 })).items
    },
    async standing() {
      return (await this.alerts())
        .filter(({ status }) => status !== 'withdrawn')
        .flatMap(({ user }) => user ?? [])
        .toSorted()
    },
  }
}

async function given(...events: LogEvent[]) {
  const it = rig()
  await it.append(...events)
  await it.settle()
  return it
}

describe('a network behind which many are seen, far from all else, is a gateway', () => {
  test('and journeys to and from it are none, though it came to be known later', async () => {
    const events = behind(AMSTERDAM, 6, 3)
    const it = await given(...events.filter(({ time }) => time < T0 + DAY))
    expect(await it.standing()).toEqual([0, 1, 2, 3, 4, 5].map(person))
    const [touched] = await it.alerts()
    await it.store.settle({
      pending: [],
      alerts: [
        {
          expect: touched!.revision,
          change: 'updated',
          alert: { ...touched!, status: 'acknowledged' },
          evidence: [],
          absorbed: [],
        },
      ],
      incidents: [],
    })
    await it.append(...events.filter(({ time }) => time >= T0 + DAY))
    await it.settle()
    expect(it.egress()).toEqual(['gateway 147.161.172.0/24'])
    const alerts = await it.alerts()
    const reason = 'expected: 147.161.172.0/24 is a gateway of 6 accounts or more'
    expect(alerts.filter(({ status }) => status === 'withdrawn').map((one) => one.withdrawReason)).toEqual(
      Array(5).fill(reason),
    )
    // What a person has touched is never withdrawn, only marked.
    expect(only(alerts.filter(({ status }) => status !== 'withdrawn'))).toMatchObject({
      id: touched!.id,
      facts: { contradicted: reason },
    })
    expect(await it.store.hiddenCounts()).toMatchObject({
      'organisation:travel:learned-egress': expect.any(Number),
    })
  })

  test('but a stranger elsewhere is still far away from a person at home', async () => {
    const attack = signIn(person(2), T0 + 2 * DAY + 20 * MINUTE, LAGOS)
    const it = await given(...behind(AMSTERDAM, 6, 3), attack)
    expect(await it.standing()).toEqual([person(2)])
  })

  test.each<[string, LogEvent[]]>([
    [
      'a sprayer who gets in now and then',
      [
        ...behind(LAGOS, 6, 3),
        ...Array.from({ length: 60 }, (_, i) =>
          signIn(person(i), T0 + (i % 3) * DAY + 2 * HOUR, LAGOS, { failed: true }),
        ),
      ],
    ],
    ['risky sign-ins', behind(LAGOS, 6, 3, { risky: true })],
    ['few accounts', behind(LAGOS, 4, 5)],
    ['few days', behind(LAGOS, 8, 2)],
    [
      'one day each',
      Array.from({ length: 8 }, (_, i) => [
        signIn(person(i), T0 + i * DAY, home(i)),
        signIn(person(i), T0 + i * DAY + HOUR, LAGOS),
      ]).flat(),
    ],
  ])('not so: %s', async (_, events) => {
    const it = await given(...events)
    expect(it.egress()).toEqual([])
    expect((await it.standing()).length).toBeGreaterThanOrEqual(4)
  })

  test('not so an office: it is where its people are, and a stranger is far away from it', async () => {
    const office = { ...CHICAGO, ip: '12.180.44.19', asn: 7018 }
    const it = await given(
      ...behind(office, 8, 4),
      signIn(person(1), T0 + 3 * DAY + HOUR + 20 * MINUTE, LAGOS),
    )
    expect(it.egress()).toEqual([])
    expect(await it.standing()).toEqual([person(1)])
  })
})

describe('two places that are both usual for an account are no journey', () => {
  const laptop = { device: 'd-1', managed: true }
  const phoneOn = (day: number, ip = '172.56.8.2') =>
    signIn(person(1), T0 + day * DAY + HOUR, { ...ATLANTA, ip })
  const laptopOn = (day: number, spot = CHICAGO) =>
    signIn(person(1), T0 + day * DAY + 90 * MINUTE, spot, laptop)

  test('a managed laptop at home, and a phone behind a carrier that was seen on two days before', async () => {
    const it = await given(phoneOn(0), phoneOn(1), phoneOn(2), laptopOn(2))
    expect(await it.standing()).toEqual([])
  })
  test('also where the person travels and the phone still leaves at home', async () => {
    const berlin = { ...CHICAGO, lat: 52.52, lon: 13.4, country: 'DE', asn: 3320, ip: '84.1.1.1' }
    const it = await given(phoneOn(0), phoneOn(1), phoneOn(2), laptopOn(2, berlin))
    expect(await it.standing()).toEqual([])
  })
  test('not a network seen for the first time, or on one day before', async () => {
    expect(await (await given(phoneOn(2), laptopOn(2))).standing()).toEqual([person(1)])
    expect(await (await given(phoneOn(1), phoneOn(2), laptopOn(2))).standing()).toEqual([person(1)])
  })
  test('not a stranger who stays: what comes later does not make the first days usual', async () => {
    const stranger = [0, 1, 2, 3].map((day) => signIn(person(1), T0 + day * DAY + HOUR, LAGOS))
    const it = await given(...[0, 1, 2, 3].map((day) => laptopOn(day)), ...stranger)
    expect(await it.standing()).toContain(person(1))
  })
  test('not another place behind a carrier whose places stand still', async () => {
    const paris = { ...CHICAGO, lat: 34.05, lon: -118.24, ip: '73.9.9.9' }
    const before = [0, 1, 2].map((day) => signIn(person(1), T0 + day * DAY, CHICAGO))
    const it = await given(...before, signIn(person(1), T0 + 2 * DAY + HOUR, paris))
    expect(await it.standing()).toEqual([person(1)])
  })
  test('not what a drill does', async () => {
    const it = await given({ ...phoneOn(0), drill: 'travel' }, phoneOn(1), phoneOn(2), laptopOn(2))
    expect(await it.standing()).toEqual([person(1)])
  })
})

test('the places of a carrier mean nothing within its country, once they lie far apart for several accounts', async () => {
  const dallas = { ...ATLANTA, lat: 32.78, lon: -96.8, ip: '172.58.3.3' }
  const roam = (i: number) =>
    [0, 1, 2].flatMap((day) => [
      signIn(person(i), T0 + day * DAY, { ...ATLANTA, ip: `172.56.${i}.${day}` }),
      signIn(person(i), T0 + day * DAY + HOUR, { ...dallas, ip: `172.58.${i}.${day}` }),
    ])
  const it = await given(...[0, 1, 2, 3, 4].flatMap(roam))
  expect(it.egress()).toEqual(['carrier AS21928/US'])
  expect(await it.standing()).toEqual([])
  await it.append(signIn(person(9), T0, home(9)), signIn(person(9), T0 + HOUR, ATLANTA))
  await it.append(
    signIn(person(8), T0, { ...LAGOS, ip: '84.1.1.1', country: 'DE' }),
    signIn(person(8), T0 + HOUR, ATLANTA),
  )
  await it.settle()
  expect(await it.standing()).toEqual([person(8)])
})

test('a relay of the browser leaves anywhere in the country, which is known without learning', async () => {
  const relay = { ...ATLANTA, asn: 36183, ip: '172.224.227.5' }
  const it = await given(
    signIn(person(1), T0, CHICAGO),
    signIn(person(1), T0 + HOUR, relay),
    signIn(person(2), T0, AMSTERDAM),
    signIn(person(2), T0 + HOUR, relay),
  )
  expect(await it.standing()).toEqual([person(2)])
})

test.each<[string, HitContext | null, HitContext | null, number]>([
  ['one trusted device', { device: 'd' }, { device: 'd' }, 0],
  ['two devices', { device: 'd' }, { device: 'e' }, 1],
  ['no device', null, null, 1],
])('two sign-ins of %s far apart', async (_, a, b, alerts) => {
  const extra = (one: HitContext | null) => (one?.device ? { device: one.device } : {})
  const it = await given(
    signIn(person(1), T0, CHICAGO, extra(a)),
    signIn(person(1), T0 + HOUR, AMSTERDAM, extra(b)),
  )
  expect(await it.standing()).toHaveLength(alerts)
})

test('one device behind a VPN does not cover a stranger at the same time and place', async () => {
  const it = await given(
    signIn(person(1), T0, CHICAGO, { device: 'd' }),
    signIn(person(1), T0 + HOUR, AMSTERDAM, { device: 'd' }),
    signIn(person(1), T0 + HOUR, { ...AMSTERDAM, ip: '147.161.172.99' }),
  )
  expect(await it.standing()).toEqual([person(1)])
})

test('what is usual is told from days before a hit, so it goes by age later than the hits do', async () => {
  const it = await given(...behind(AMSTERDAM, 6, 3))
  const of = (rule: string) => it.store.ruleHits({ rule, version: 1 }, { from: 0, to: T0 + 99 * DAY }, 999)
  const life = hitLife([HEEDING])
  const count = async () => [(await of('travel')).items.length, (await of('@places')).items.length > 0]
  expect(await count()).toEqual([36, true])
  await pruneHits(it.store, [HEEDING], RECEIVED + life + DAY)
  expect(await count()).toEqual([0, true])
  await pruneHits(it.store, [HEEDING], RECEIVED + life + 14 * DAY + 1)
  expect(await count()).toEqual([0, false])
  expect((await of('@networks')).items).toEqual([])
})

test('in any order, in any batches, with any stops in between, the same is learned and the same alerts stand', async () => {
  const events = [
    ...behind(AMSTERDAM, 6, 3),
    ...[0, 1, 2].map((day) => signIn(person(7), T0 + day * DAY, CHICAGO, { device: 'd', managed: true })),
    ...[0, 1, 2].map((day) => signIn(person(7), T0 + day * DAY + HOUR, ATLANTA)),
    signIn(person(2), T0 + 2 * DAY + 20 * MINUTE, LAGOS),
    signIn(person(3), T0 + DAY + 30 * MINUTE, LAGOS, { failed: true }),
    signIn(person(8), T0, home(8)),
    signIn(person(8), T0 + HOUR, LAGOS),
  ]
  const oracle = await given(...events)
  const wanted = { egress: oracle.egress(), users: await oracle.standing() }
  expect(wanted).toEqual({
    egress: ['gateway 147.161.172.0/24'],
    users: [person(2), person(7), person(8)],
  })
  const order = fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length })
  const cuts = fc.array(fc.record({ at: fc.nat(events.length), stop: fc.boolean() }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(order, cuts, async (shuffled, stops) => {
      const it = rig()
      const sorted = stops.toSorted((a, b) => a.at - b.at)
      let from = 0
      for (const { at, stop } of [...sorted, { at: events.length, stop: false }]) {
        await it.append(...shuffled.slice(from, at))
        from = Math.max(from, at)
        if (stop) await it.restart()
        await it.settle()
      }
      expect({ egress: it.egress(), users: await it.standing() }).toEqual(wanted)
    }),
    { numRuns: Math.ceil(CASES / 10) },
  )
})
