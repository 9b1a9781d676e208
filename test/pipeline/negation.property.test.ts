import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../server/domain/alert.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Hit } from '../../server/domain/hit.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { kindOf } from '../../server/detect/kinds/index.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { compileException } from '../../server/rules/exceptions.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { type Bench, bench, CASES, compile, essence, event, makeRule, T0 } from '../support/detection.ts'

/** Ten minutes; maxspan is a few of these. Crosses midnight, so that pending rows are several. */
const UNIT = 10 * MINUTE
const START = T0 + 13 * HOUR
const PATIENCE = 5 * MINUTE + CASES * 300

const step = (...actions: string[]) => `[any where event.action in ("${actions.join('", "')}")]`
const SEQUENCES = [
  `${step('a', 'c')} ${step('b', 'c')} until ${step('u')}`,
  `${step('a')} with runs=2 !${step('u')} ${step('b', 'c')}`,
  `${step('a')} ${step('b')} !${step('u', 'c')}`,
  `!${step('u')} ${step('a')} !${step('c')}`,
].map((query, i) =>
  compile(
    makeRule({ id: `r${i}`, kind: 'sequence', query: `sequence by user.email with maxspan=30m ${query}` }),
  ),
)

const ABOUT_BEFORE = [
  makeRule({
    id: 'r4',
    kind: 'new_terms',
    query: 'any where event.action != "u"',
    newTerms: { by: ['user.email'], fields: ['source.ip', 'event.action'], history: 8 * UNIT, learn: 0 },
    summary: '{user}: {new} since {since}, else {usual}',
  }),
  makeRule({
    id: 'r5',
    kind: 'new_terms',
    query: 'any where event.action in ("b", "c")',
    newTerms: { by: ['user.email'], fields: ['event.action'], history: 12 * UNIT, learn: 4 * UNIT },
  }),
  makeRule({
    id: 'r6',
    kind: 'threshold',
    query: 'any where event.action in ("a", "b")',
    threshold: {
      by: ['user.email'],
      atLeast: 2,
      within: 3 * UNIT,
      distinct: [],
      baseline: { history: 8 * UNIT, times: 1.5, learn: 3 * UNIT },
      or: [{ atLeast: 3, distinct: ['event.action'], within: 6 * UNIT }],
    },
    then: { query: 'any where event.action == "u"', within: 3 * UNIT, severity: 'critical' },
    summary: '{user}: {peak} within {within}, usually {baseline}',
  }),
].map(compile)
const RULES = [...SEQUENCES, ...ABOUT_BEFORE]

const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 24 }),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      action: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'u'),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      /** How late it comes, in units. */
      late: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((sketches) =>
    sketches.map(({ at, user, action, ip, late }, i) => {
      const one = event({ id: `e${i}`, at: START + at * UNIT, user: `${user}@example.org`, action, ip })
      return { ...one, receivedAt: one.time + late * UNIT }
    }),
  )

/** The logs in the order in which they come, with the clock at each. */
async function live(it: Bench, events: readonly LogEvent[], drains: Iterator<boolean>): Promise<void> {
  for (const [at, batch] of [...Map.groupBy(events, ({ receivedAt }) => receivedAt)].toSorted(
    ([a], [b]) => a - b,
  )) {
    it.now = at
    await it.append(...batch)
    if (drains.next().value) await it.due()
  }
  it.now = START + 72 * HOUR
  await it.due()
}

test(
  'logs that come within the allowed lateness give the same alerts, in any order and with any runs in between',
  async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.infiniteStream(fc.boolean()), async (events, drains) => {
        const straight = bench(RULES)
        straight.now = START + 72 * HOUR
        await straight.append(...events)
        await straight.due()
        const it = bench(RULES)
        await live(it, events, drains)
        expect(essence(await it.alerts())).toEqual(essence(await straight.alerts()))
        expect((await it.alerts()).filter(({ status }) => status === 'withdrawn')).toEqual([])
        expect(await it.store.state()).toMatchObject({ pending: 0 })
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

/** What anybody may do between two batches. */
const acts = fc.infiniteStream(
  fc.record({
    do: fc.constantFrom('nothing', 'nothing', 'acknowledge', 'close', 'except', 'take back'),
    which: fc.nat(),
    isForced: fc.boolean(),
  }),
)
const EXCEPTIONS = ['source.ip == "192.0.2.1"', 'event.action == "u"', 'user.email == "ann@example.org"'].map(
  (condition, i) =>
    compileException({
      id: `x${i}`,
      ruleId: i === 2 ? 'r0' : '*',
      language: 'eql',
      condition,
      reason: 'r',
      expires: null,
    }).compiled!,
)

test(
  'whatever comes however late, whoever does what in between: completions stand in alerts, and alerts on completions',
  async () => {
    const order = fc.infiniteStream(fc.nat())
    await fc.assert(
      fc.asyncProperty(logs, order, acts, async (events, random, people) => {
        const shuffled = events
          .map((one) => ({ one, at: random.next().value! }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const it = bench(RULES)
        it.now = START + 72 * HOUR
        for (const one of shuffled) {
          await it.append(one)
          const act = people.next().value!
          await (act.isForced ? it.drain() : it.due())
          await perform(it, act.do, act.which)
        }
        await it.drain()
        await check(it, events)
        const before = await it.store.state()
        for (const { rule } of RULES) await it.store.settleAgain({ rule: rule.id, version: 1 }, it.now, 1000)
        await it.drain()
        expect((await it.store.state()).revision, 'a rerun changes nothing').toBe(before.revision)
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

async function perform(it: Bench, act: string, which: number): Promise<void> {
  const alerts = await it.alerts()
  const deps = { store: it.store, now: () => it.now }
  const target = alerts[which % Math.max(1, alerts.length)]
  const isStanding = target?.status === 'open' || target?.status === 'acknowledged'
  if (act === 'acknowledge' && target && isStanding) {
    await reviseAlerts(deps, [target.id], { status: 'acknowledged' }, 'ann')
  }
  if (act === 'close' && target && isStanding) {
    await reviseAlerts(deps, [target.id], { status: 'closed', closeReason: 'expected' }, 'ann')
  }
  const exception = EXCEPTIONS[which % EXCEPTIONS.length]!
  if (act === 'except' && !it.exceptions.includes(exception)) it.exceptions = [...it.exceptions, exception]
  else if (act === 'take back') it.exceptions = it.exceptions.filter((one) => one !== exception)
  else return
  for (const { rule } of RULES) await it.store.settleAgain({ rule: rule.id, version: 1 }, it.now, 1000)
}

/** Against what all logs together complete, without those that an exception hides. */
async function check(it: Bench, events: readonly LogEvent[]): Promise<void> {
  const alerts = await it.alerts()
  const standing = alerts.filter(({ status }) => status !== 'withdrawn')
  for (const compiled of RULES) {
    const { id } = compiled.rule
    const hides = it.exceptions.filter(({ ruleId }) => ruleId === '*' || ruleId === id)
    const isHidden = (one: LogEvent) => hides.some((exception) => exception.hides(one))
    // That an account was there stays so, whatever is left out of what it did.
    const hits = events.flatMap((one) =>
      match(one, buildIndex([compiled])).filter(
        ({ step: at }) => compiled.steps[at]!.isPresence || !isHidden(one),
      ),
    )
    const found = [...Map.groupBy(hits, ({ key }) => key)].flatMap(([key, ofKey]) =>
      kindOf(compiled)
        .completions(compiled, ofKey)
        .map((completion): Hit => ({ ...completion, key })),
    )
    const covers = (alert: Alert, { key, time }: Hit) =>
      alert.ruleId === id && alert.key === key && alert.from <= time && time <= alert.to
    for (const completion of found) {
      const ofIt = standing.filter((alert) => covers(alert, completion))
      expect(ofIt, `${id} at ${completion.time - START}`).toHaveLength(1)
    }
    for (const alert of standing.filter(({ ruleId }) => ruleId === id)) {
      const holds = found.some((completion) => covers(alert, completion))
      if (alert.status === 'open')
        expect(holds, `${id} ${alert.from - START}..${alert.to - START}`).toBe(true)
      if (alert.status === 'acknowledged') expect(alert.facts['contradicted'] === undefined).toBe(holds)
    }
  }
  for (const alert of alerts.filter(({ status }) => status === 'withdrawn')) {
    expect(alert.withdrawReason).toMatch(/^(late logs rule it out|exception: r \(x\d\).*)$/)
  }
}
