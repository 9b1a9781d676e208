import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { kindOf } from '../../server/detect/kinds/index.ts'
import { match } from '../../server/detect/match.ts'
import { checkRule } from '../../server/rules/check-rule.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { bench, CASES, essence, event, T0 } from '../support/detection.ts'

const UNIT = 10 * MINUTE
const START = T0 + 13 * HOUR

const detection = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {sel: {event.action: ${name}}, condition: sel}\n`
const RULES = [
  '{type: temporal, rules: [a, b, c], group-by: [user.email], timespan: 30m}',
  '{type: event_count, rules: [a, b], group-by: [user.email], timespan: 30m, condition: {gte: 2, lt: 4}}',
  '{type: value_avg, rules: [a], group-by: [user.email], timespan: 30m, condition: {field: size, lte: 5}}',
  '{type: temporal_ordered, rules: [many, c], group-by: [user.email], timespan: 30m}',
  '{type: temporal, rules: [a, b], group-by: [user.email], timespan: 30m, condition: a and not b}',
].map((correlation, i) => {
  const many =
    'title: many\nname: many\ncorrelation: {type: event_count, rules: [a, b], group-by: [user.email], timespan: 20m, condition: {gte: 2}}\n'
  const named = ['a', 'b', 'c'].filter((name) => new RegExp(`[[ ]${name}[,\\]]`).test(correlation))
  const parts = correlation.includes('many')
    ? [many, ...['a', 'b', 'c'].map(detection)]
    : named.map(detection)
  const query = [`title: r${i}\ncorrelation: ${correlation}\n`, ...parts].join('---\n')
  const { compiled, diagnostics } = checkRule(
    { value: { id: `r${i}`, name: `r${i}`, language: 'sigma', query } },
    { builtIn: false },
  )
  if (!compiled) throw new Error(JSON.stringify(diagnostics))
  return compiled
})

const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 20 }),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      action: fc.constantFrom('a', 'a', 'b', 'c'),
      size: fc.integer({ min: 0, max: 10 }),
      /** How late it comes, in units; no later than is allowed. */
      late: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((sketches) =>
    sketches.map(({ at, user, action, size, late }, i) => {
      const sketch = {
        id: `e${i}`,
        at: START + at * UNIT,
        user: `${user}@example.org`,
        action,
        more: { size },
      }
      const one = event(sketch)
      return { ...one, receivedAt: one.time + late * UNIT }
    }),
  )

test(
  'correlations give the same alerts in any order of arrival, with any runs in between',
  async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.infiniteStream(fc.boolean()), async (events, drains) => {
        const straight = bench(RULES)
        straight.now = START + 72 * HOUR
        await straight.append(...events)
        await straight.due()
        const it = bench(RULES)
        for (const [at, batch] of [...Map.groupBy(events, ({ receivedAt }) => receivedAt)].toSorted(
          ([a], [b]) => a - b,
        )) {
          it.now = at
          await it.append(...batch)
          if (drains.next().value) await it.due()
        }
        it.now = START + 72 * HOUR
        await it.due()
        expect(essence(await it.alerts())).toEqual(essence(await straight.alerts()))
        expect((await it.alerts()).filter(({ status }) => status === 'withdrawn')).toEqual([])
        expect(await it.store.state()).toMatchObject({ pending: 0 })
      }),
      { numRuns: CASES },
    )
  },
  5 * MINUTE + CASES * 300,
)

test(
  'however late logs come: what completes stands in an alert, and an alert on what completes',
  async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.infiniteStream(fc.boolean()), async (events, forces) => {
        const it = bench(RULES)
        it.now = START + 72 * HOUR
        for (const one of events) {
          await it.append(one)
          if (forces.next().value) await it.drain()
        }
        await it.drain()
        const standing = (await it.alerts()).filter(({ status }) => status !== 'withdrawn')
        for (const compiled of RULES) {
          const hits = events.flatMap((one) => match(one, buildIndex([compiled])))
          const found = [...Map.groupBy(hits, ({ key }) => key)].flatMap(([key, own]) =>
            kindOf(compiled)
              .completions(compiled, own)
              .map(({ time }) => ({ key, time })),
          )
          const own = standing.filter(({ ruleId }) => ruleId === compiled.rule.id)
          const covers = (alert: (typeof own)[number], at: (typeof found)[number]) =>
            alert.key === at.key && alert.from <= at.time && at.time <= alert.to
          for (const at of found) expect(own.filter((alert) => covers(alert, at))).toHaveLength(1)
          for (const alert of own) expect(found.some((at) => covers(alert, at))).toBe(true)
        }
      }),
      { numRuns: CASES / 4 },
    )
  },
  5 * MINUTE + CASES * 300,
)
