import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { reachMs } from '../../server/detect/correlate.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { backtest, scanAll } from '../../server/pipeline/backtest.ts'
import { REMATCH_PREFIX } from '../../server/pipeline/rulebook.ts'
import { ruleToJson } from '../../server/rules/rule-json.ts'
import { scanPlan } from '../../server/search/scan-plan.ts'
import type { Store } from '../../server/store/store.ts'
import { bench, CASES, compile, event, makeRule, T0 } from '../support/detection.ts'

const UNIT = 10 * MINUTE
const ALWAYS = { from: -8.64e15, to: 8.64e15 }
const turn = () => Promise.resolve()

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
    threshold: { by: ['source.ip'], atLeast: 3, within: 3 * UNIT, distinct: [] },
    then: { query: 'any where event.action == "c"', within: 6 * UNIT, severity: 'critical' },
    summary: '{entity} {user} {count}',
  }),
  makeRule({
    id: 'far',
    kind: 'travel',
    query: 'any where event.action != "b"',
    travel: { by: ['user.email'], within: 5 * UNIT, fasterThanKmh: 900, minKm: 500 },
    summary: '{user} {from} {to} {km} {kmh}',
  }),
  makeRule({
    id: 'until',
    kind: 'sequence',
    query: `sequence by user.email with maxspan=40m
      [any where event.action == "a"] [any where event.action == "b"] until [any where event.action == "c"]`,
  }),
  makeRule({
    id: 'without',
    kind: 'sequence',
    query: `sequence by user.email with maxspan=40m
      [any where event.action == "a"] ![any where event.action == "c"] [any where event.action == "b"]`,
  }),
  makeRule({ id: 'one', kind: 'query', query: 'any where event.action == "c"' }),
  makeRule({
    id: 'first',
    kind: 'new_terms',
    query: 'any where event.action != "c"',
    newTerms: { by: ['user.email'], fields: ['source.ip', 'event.action'], history: 9 * UNIT, learn: 0 },
    summary: '{user} {new} {usual} {since}',
  }),
  makeRule({
    id: 'learnt',
    kind: 'new_terms',
    query: 'any where event.dataset == "azure.signinlogs" and event.action == "b"',
    newTerms: { by: ['user.email'], fields: ['source.ip'], history: 12 * UNIT, learn: 5 * UNIT },
    summary: '{user} {new} {usual}',
  }),
  makeRule({
    id: 'volume',
    kind: 'threshold',
    query: 'any where event.action in ("a", "b")',
    threshold: {
      by: ['user.email'],
      atLeast: 2,
      within: 2 * UNIT,
      distinct: [],
      baseline: { history: 8 * UNIT, times: 1.5, learn: 3 * UNIT },
      or: [{ atLeast: 3, distinct: [], within: 5 * UNIT }],
    },
    summary: '{user} {count} {peak} {baseline} {within}',
  }),
].map(compile)

const PLACES = [
  { lat: 52.52, lon: 13.4 },
  { lat: 48.86, lon: 2.35 },
  { lat: 40.71, lon: -74.01 },
]

const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 24 }),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      action: fc.constantFrom('a', 'b', 'c'),
      place: fc.constantFrom(...PLACES),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.1', '192.0.2.2', null),
      drill: fc.constantFrom(null, null, null, 'drill'),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((sketches) =>
    sketches.map(({ at, user, action, place, ip, drill }, i) =>
      event({
        id: `e${i}`,
        at: T0 + 13 * HOUR + at * UNIT,
        user: `${user}@example.org`,
        action,
        more: { source: { geo: { location: place }, ...(ip ? { ip } : {}) } },
        ...(drill === null ? {} : { drill }),
      }),
    ),
  )

/** A thousand cases take seconds on an idle machine; with more cases, or a busy one, they take their time. */
const PATIENCE = 5 * MINUTE + CASES * 300

test(
  'a back-test over the whole history finds exactly the alerts that the live rule raised',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RULES),
        logs.chain((events) => fc.shuffledSubarray(events, { minLength: events.length })),
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom(scanAll, scanPlan),
        fc.constantFrom('events', 'hits', 'hits of half'),
        async (compiled, events, drains, plan, read) => {
          const it = bench([compiled])
          const whenAll = it.now
          for (const [i, one] of events.entries()) {
            it.now = whenAll - (events.length - i) * UNIT
            await it.append(one)
            // What hits can undo waits for late logs, so all of them are there when it is settled.
            if (!compiled.negation && drains.next().value) await it.drain()
          }
          it.now = whenAll
          await it.drain()
          const before = await it.alerts()
          if (read !== 'events') await keepRule(it.store, compiled.rule)
          if (read === 'hits of half') {
            const { id: rule, version } = compiled.rule
            const rules = [{ rule, version, reach: reachMs(compiled) }]
            await it.store.pruneHits({ before: whenAll - (events.length / 2) * UNIT, rules, limit: 1000 })
          }
          const raised = before.filter(({ status }) => status !== 'withdrawn')
          const found = await backtest({ store: it.store, compiled, ...ALWAYS, now: it.now, plan, turn })
          const shown = raised.map(({ id, summary, firstSeen, lastSeen, count, severity }) => {
            return { id, summary, firstSeen, lastSeen, count, severity }
          })
          expect(sorted(found.alerts)).toMatchObject(sorted(shown))
          expect(found.alerts).toHaveLength(raised.length)
          expect(found.new).toEqual([])
          expect(found.lost).toEqual([])
          expect(found.kept).toHaveLength(raised.length)
          expect(found.events).toBe(events.length)
          expect(await it.alerts()).toEqual(before)
        },
      ),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

test(
  'a back-test over a part of the history finds what touches that part',
  async () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 24 }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...RULES), logs, part, async (compiled, events, bounds) => {
        const [from, to] = bounds.sort((a, b) => a - b).map((at) => T0 + 13 * HOUR + at * UNIT) as [
          number,
          number,
        ]
        const it = bench([compiled])
        await it.take(...events)
        const found = await backtest({
          store: it.store,
          compiled,
          from,
          to,
          now: it.now,
          plan: scanPlan,
          turn,
        })
        const touching = (await it.alerts()).filter((alert) => alert.from <= to && alert.to >= from)
        expect(found.new).toEqual([])
        expect(found.lost).toEqual([])
        expect(new Set(found.kept.map(({ id }) => id))).toEqual(new Set(touching.map(({ id }) => id)))
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

/** Stores the rule as one that is on and has looked through the history, so that its hits are all there. */
async function keepRule(store: Store, rule: Rule): Promise<void> {
  const body = { builtIn: false, source: ruleToJson(rule), changes: {}, matchVersion: rule.version }
  const task = { version: rule.version, cursor: null, since: 0, stage: 'done' }
  await store.putRecords([
    { kind: 'rule', id: rule.id, body, audit: null, at: T0 },
    { kind: 'setting', id: REMATCH_PREFIX + rule.id, body: task, audit: null, at: T0 },
  ])
}

function sorted<T extends { id: string | null }>(alerts: readonly T[]): T[] {
  return alerts.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
}
