import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../server/domain/alert.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import { dayOf, type Pending } from '../../server/domain/hit.ts'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { correlate } from '../../server/detect/correlate.ts'
import { match } from '../../server/detect/match.ts'
import { drain } from '../../server/pipeline/settle.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import type { Settlement, Store } from '../../server/store/store.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { type Bench, bench, CASES, compile, essence, event, makeRule, T0 } from '../support/detection.ts'

/** Ten minutes; windows are a few of these, so that ties, near misses and merges are common. */
const UNIT = 10 * MINUTE

/** A thousand cases take seconds on an idle machine; with more cases, or a busy one, they take their time. */
const PATIENCE = 5 * MINUTE + CASES * 300

const RULES = [
  makeRule({
    id: 'seq',
    kind: 'sequence',
    query: `sequence by user.email with maxspan=40m
      [any where event.action in ("a", "c")] [any where event.action in ("b", "c")]`,
    summary: '{user} {1.event.id} {2.event.id} {gap}',
  }),
  makeRule({
    id: 'runs',
    kind: 'sequence',
    query: `sequence by ?source.ip with maxspan=30m
      [any where event.action == "a"] with runs=2 [any where true]`,
  }),
  makeRule({
    id: 'many',
    kind: 'threshold',
    entity: 'source.ip',
    query: 'any where event.action in ("a", "b")',
    threshold: {
      by: ['source.ip'],
      atLeast: 3,
      within: 3 * UNIT,
      distinct: [],
      or: [{ atLeast: 2, distinct: ['user.email'] }],
    },
    then: { query: 'any where event.action == "c"', within: 6 * UNIT, severity: 'critical' },
    summary: '{entity} {user} {count} {distinct}',
  }),
  makeRule({
    id: 'far',
    kind: 'travel',
    query: 'any where event.action != "b"',
    travel: { by: ['user.email'], within: 5 * UNIT, fasterThanKmh: 900, minKm: 500 },
    summary: '{user} {from} {to} {km} {kmh}',
  }),
  makeRule({ id: 'one', kind: 'query', query: 'any where event.action == "c"' }),
].map(compile)

const PLACES = [
  { lat: 52.52, lon: 13.4 },
  { lat: 48.86, lon: 2.35 },
  { lat: 40.71, lon: -74.01 },
]

/** Few keys, few times, many ties; crossing midnight, so that pending rows are several; some are told twice. */
const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 24 }),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      action: fc.constantFrom('a', 'b', 'c'),
      place: fc.constantFrom(...PLACES),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.1', '192.0.2.2', null),
      again: fc.option(fc.constant(0.4), { freq: 8 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((sketches) =>
    sketches.flatMap(({ at, user, action, place, ip, again }, i) => {
      const time = T0 + 13 * HOUR + at * UNIT
      const more = { source: { geo: { location: place }, ...(ip ? { ip } : {}) } }
      const tell = (when: number) =>
        event({ id: `e${i}`, at: when, user: `${user}@example.org`, action, more })
      return again === null ? [tell(time)] : [tell(time), tell(time + again * SECOND)]
    }),
  )

/** The logs in any order, some of them twice, cut into batches. */
const arrivals = logs.chain((events) =>
  fc.record({
    events: fc.constant(events),
    order: fc.shuffledSubarray([...events, ...events.slice(0, 3)], {
      minLength: events.length + Math.min(3, events.length),
    }),
    cuts: fc.infiniteStream(fc.boolean()),
    drains: fc.infiniteStream(fc.boolean()),
  }),
)

test(
  'the same alerts in any order of arrival and any batching',
  async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ events, order, cuts, drains }) => {
        const straight = bench(RULES)
        await straight.take(...events)
        const shuffled = bench(RULES)
        for (const batch of batches(order, cuts)) {
          await shuffled.append(...batch)
          if (drains.next().value) await shuffled.drain()
        }
        await shuffled.drain()
        expect(inSeconds(await shuffled.alerts())).toEqual(inSeconds(await straight.alerts()))
        expect(await incidentsOf(shuffled)).toEqual(await incidentsOf(straight))
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

test(
  'a rerun over everything changes nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ events, order, cuts }) => {
        const it = bench(RULES)
        for (const batch of batches(order, cuts)) await it.take(...batch)
        expect(await rerun(it.store, events)).toEqual([])
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

test(
  'a stop after any step, and a start again, loses nothing and doubles nothing',
  async () => {
    const stops = fc.infiniteStream(fc.constantFrom('before', 'after', 'no', 'no'))
    await fc.assert(
      fc.asyncProperty(arrivals, stops, async ({ events, order, cuts }, stop) => {
        const straight = bench(RULES)
        await straight.take(...events)
        const store = createMemoryStore({ merge: () => null })
        const killed = bench(
          RULES,
          stopping(store, () => stop.next().value),
        )
        for (const batch of batches(order, cuts)) {
          // A shipper that got no answer sends the batch again.
          await untilDone(() => killed.append(...batch))
          await killed.drain().catch(ignoreStop)
        }
        await untilDone(() => killed.drain())
        expect(inSeconds(await killed.alerts())).toEqual(inSeconds(await straight.alerts()))
        expect(await incidentsOf(killed)).toEqual(await incidentsOf(straight))
        expect(await rerun(store, events)).toEqual([])
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

test(
  'whatever people close, acknowledge or open again in between, no completion is lost and no closed alert moves',
  async () => {
    const acts = fc.infiniteStream(
      fc.record({
        do: fc.constantFrom('nothing', 'close', 'close', 'acknowledge', 'reopen'),
        which: fc.nat(),
        /** Closed at some time of the logs: what comes after is new. */
        at: fc.integer({ min: 0, max: 30 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(arrivals, acts, async ({ events, order, cuts }, people) => {
        const it = bench(RULES)
        let before = new Map<string, Alert>()
        for (const batch of batches(order, cuts)) {
          await it.take(...batch)
          const alerts = await it.alerts()
          check(alerts, before)
          const act = people.next().value
          const target = alerts[act.which % alerts.length]
          it.now = T0 + 13 * HOUR + act.at * UNIT
          if (target) await revise(it, target, act.do)
          it.now = T0 + 30 * 24 * HOUR
          before = new Map((await it.alerts()).map((alert) => [alert.id, alert]))
        }
        const alerts = await it.alerts()
        for (const { rule, key, completion } of completionsOf(events)) {
          const covers = ({ ruleId, key: its, from, to }: Alert) =>
            ruleId === rule && its === key && from <= completion && completion <= to
          expect(alerts.some(covers), `${rule} ${key} at ${completion}`).toBe(true)
        }
        // What people changed last, a run may have to follow once; then it stands.
        await rerun(it.store, events, true)
        expect(await rerun(it.store, events)).toEqual([])
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

/** Closed ones keep their status, nothing shrinks, ranges of one group stay apart. */
function check(alerts: readonly Alert[], before: ReadonlyMap<string, Alert>): void {
  for (const alert of alerts) {
    const was = before.get(alert.id)
    if (!was) continue
    expect(alert.status).toBe(was.status)
    expect(alert.from).toBeLessThanOrEqual(was.from)
    expect(alert.to).toBeGreaterThanOrEqual(was.to)
    expect(alert.count).toBeGreaterThanOrEqual(was.count)
    if (was.status === 'closed') {
      expect(alert.to).toBeLessThanOrEqual(Math.max(was.to, was.closedAt!))
      expect(alert.lateAfterClose).toBe(
        was.lateAfterClose || alert.count > was.count || alert.from < was.from || alert.to > was.to,
      )
    }
  }
  for (const was of before.values()) {
    if (was.status === 'closed') expect(alerts.map(({ id }) => id)).toContain(was.id)
  }
  for (const ofGroup of Map.groupBy(alerts, ({ ruleId, key }) => `${ruleId} ${key}`).values()) {
    for (const [i, alert] of ofGroup.entries()) {
      if (i > 0) expect(alert.from).toBeGreaterThan(ofGroup[i - 1]!.to)
    }
  }
}

async function revise(it: Bench, { id, status }: Alert, act: string): Promise<void> {
  const deps = { store: it.store, now: () => it.now }
  if (act === 'close') await reviseAlerts(deps, [id], { status: 'closed', closeReason: 'expected' }, 'ann')
  if (act === 'acknowledge') await reviseAlerts(deps, [id], { status: 'acknowledged' }, 'ann')
  if (act === 'reopen' && status === 'closed') await reviseAlerts(deps, [id], { status: 'open' }, 'ann')
}

/** Where any rule is satisfied by all the logs together. */
function completionsOf(events: readonly LogEvent[]): { rule: string; key: string; completion: number }[] {
  const hits = events.flatMap((one) => match(one, buildIndex(RULES)))
  const found: { rule: string; key: string; completion: number }[] = []
  for (const ofGroup of Map.groupBy(hits, ({ rule, key }) => `${rule} ${key}`).values()) {
    const { rule, key } = ofGroup[0]!
    const compiled = RULES.find((one) => one.rule.id === rule)!
    const unique = [...new Map(ofGroup.map((hit) => [`${hit.time} ${hit.event} ${hit.step}`, hit])).values()]
    const plans = correlate({ compiled, hits: unique, near: [], from: T0, to: T0 + 48 * HOUR })
    for (const { completions } of plans) {
      for (const { time } of completions) found.push({ rule, key, completion: time })
    }
  }
  return found
}

/** Correlates every group again, as if all of its hits were new; what it would write. */
async function rerun(store: Store, events: readonly LogEvent[], applied = false): Promise<unknown[]> {
  const index = buildIndex(RULES)
  const hits = events.flatMap((one) => match(one, index))
  const rows: Pending[] = [...Map.groupBy(hits, ({ rule, key }) => `${rule} ${key}`).values()].map(
    (ofGroup) => {
      const times = ofGroup.map(({ time }) => time)
      const { rule, key } = ofGroup[0]!
      return {
        rule,
        key,
        day: dayOf(times[0]!),
        from: Math.min(...times),
        to: Math.max(...times),
        due: 0,
        revision: 0,
      }
    },
  )
  const writes: unknown[] = []
  let asked = false
  const watched: Store = {
    ...store,
    async pending() {
      if (asked) return []
      asked = true
      return rows
    },
    async settle(settlement: Settlement) {
      writes.push(...settlement.alerts, ...settlement.incidents)
      if (applied) return store.settle({ ...settlement, pending: [] })
      return { applied: true, alerts: [], incidents: [], revision: 0 }
    },
  }
  await drain(
    { store: watched, rules: () => new Map(RULES.map((one) => [one.rule.id, one])), now: () => T0 },
    { force: true },
  )
  return writes
}

class Stop extends Error {}

/** A store whose process is killed before or after a write, now and then. */
function stopping(store: Store, stop: () => 'before' | 'after' | 'no'): Store {
  const maybe = async <T>(write: () => Promise<T>): Promise<T> => {
    const when = stop()
    if (when === 'before') throw new Stop()
    const done = await write()
    if (when === 'after') throw new Stop()
    return done
  }
  return {
    ...store,
    append: (given) => maybe(() => store.append(given)),
    settle: (given) => maybe(() => store.settle(given)),
    settleQuiet: (given) => maybe(() => store.settleQuiet(given)),
  }
}

async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      ignoreStop(error)
    }
  }
}

function ignoreStop(error: unknown): void {
  if (!(error instanceof Stop)) throw error
}

function* batches<T>(items: readonly T[], cuts: Iterator<boolean>): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (cuts.next().value) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

/** Two copies of one sign-in may name two times within one second: the alert shows that of the one that came first. */
function inSeconds(alerts: readonly Alert[]): unknown {
  const floor = (time: number) => Math.floor(time / SECOND) * SECOND
  return essence(
    alerts.map((one) => ({ ...one, firstSeen: floor(one.firstSeen), lastSeen: floor(one.lastSeen) })),
  )
}

async function incidentsOf(it: Bench): Promise<unknown> {
  const { items } = await it.store.incidents({ size: 1000 })
  return items
    .map(({ user, entity, severity, firstSeen, lastSeen, alertIds, related, riskScore, status, story }) =>
      JSON.stringify({
        user,
        entity,
        severity,
        firstSeen: Math.floor(firstSeen / SECOND),
        lastSeen: Math.floor(lastSeen / SECOND),
        alerts: alertIds.length,
        related: related?.length ?? 0,
        story: story.map(({ text }) => text.replace(/^.* later: /, '')).toSorted(),
        riskScore,
        status,
      }),
    )
    .toSorted()
}
