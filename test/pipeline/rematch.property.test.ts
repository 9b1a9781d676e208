import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../server/domain/alert.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { completionsWithin } from '../../server/detect/correlate.ts'
import { match } from '../../server/detect/match.ts'
import { createCorrelator } from '../../server/pipeline/correlator.ts'
import { loadRules, saveRule } from '../../server/pipeline/rulebook.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import type { Store } from '../../server/store/store.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { CASES, event, T0 } from '../support/detection.ts'

const UNIT = 10 * MINUTE
const PATIENCE = 5 * MINUTE + CASES * 300

type RuleText = { query: string; new_terms?: object }

const step = (...actions: string[]) => `[any where event.action in ("${actions.join('", "')}")]`
/** What the rule says in turn: other steps, other join keys, something that can undo it, a single event. */
const QUERIES = [
  `sequence by user.email with maxspan=30m ${step('a')} ${step('b')}`,
  `sequence by source.ip with maxspan=30m ${step('a')} ${step('b')}`,
  `sequence by user.email with maxspan=20m ${step('a', 'c')} ${step('b', 'c')} until ${step('u')}`,
  `sequence by source.ip with maxspan=20m ${step('a')} !${step('u')} ${step('b', 'c')}`,
  'any where event.action == "b"',
  { new_terms: { by: 'user.email', fields: 'event.action', history: '40m', learn: '20m' } },
  { new_terms: { by: 'user.email', fields: ['source.ip', 'event.action'], history: '60m' } },
].map((one): RuleText => (typeof one === 'string' ? { query: one } : { query: 'any where true', ...one }))

const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 24 }),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.1', '192.0.2.2'),
      action: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'u'),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((sketches) =>
    sketches.map(({ at, user, ip, action }, i) =>
      event({ id: `e${i}`, at: T0 + 13 * HOUR + at * UNIT, user: `${user}@example.org`, ip, action }),
    ),
  )

class Stop extends Error {}

/** The line as it runs: a store, the writer's rules, and a correlator that dies now and then and is started again. */
class Line {
  readonly store: Store = createMemoryStore({ merge: () => null })
  now = T0 + 30 * 24 * HOUR
  compiled!: CompiledRule
  readonly #stop: Iterator<boolean>

  constructor(stop: Iterator<boolean>) {
    this.#stop = stop
  }

  async save(text: RuleText): Promise<void> {
    const value = { id: 'edited', name: 'Edited', language: 'eql', ...text }
    const options = { actor: 'ann', clock: () => this.now++, target: { replace: 'edited' } }
    const outcome = await saveRule(this.store, { value }, options)
    if (!('saved' in outcome)) throw new Error(JSON.stringify(outcome))
    this.compiled = (await loadRules(this.store))[0]!.compiled!
  }

  async take(events: readonly LogEvent[]): Promise<void> {
    const index = buildIndex([this.compiled])
    const receivedAt = this.now++
    const matched = events.map((one, i) => ({
      event: { ...one, receivedAt },
      hits: match(one, index),
      line: i,
    }))
    await this.store.append([{ events: matched, rejections: [], source: 'test', receivedAt }])
  }

  /** One life of the correlator, until it is done or dies; `isLast`: it lives until it is done. */
  async live(isLast = false): Promise<void> {
    const { store } = this
    const dying = <A extends unknown[], T>(verb: (...args: A) => Promise<T>) => {
      return async (...args: A): Promise<T> => {
        if (!isLast && this.#stop.next().value) throw new Stop()
        const done = await verb(...args)
        if (!isLast && this.#stop.next().value) throw new Stop()
        return done
      }
    }
    const correlator = createCorrelator({
      store: {
        ...store,
        addHits: dying(store.addHits),
        settle: dying(store.settle),
        settleQuiet: dying(store.settleQuiet),
        putRecords: dying(store.putRecords),
      },
      clock: () => this.now,
      onSettled: () => undefined,
      onError(error) {
        if (!(error instanceof Stop)) throw error
      },
    })
    await correlator.reloadRules()
    await correlator.rematch()
    expect(isLast ? correlator.state().lastError : null).toBeNull()
  }

  async alerts(): Promise<Alert[]> {
    return (await this.store.alerts({ size: 1000 })).items
  }
}

test(
  'a rule edited twice while logs come, and a correlator that dies in between: the alerts are those of the last version',
  async () => {
    const versions = fc.array(fc.constantFrom(...QUERIES), { minLength: 3, maxLength: 3 })
    const stops = fc.infiniteStream(fc.constantFrom(true, false, false, false, false, false))
    const touches = fc.infiniteStream(fc.constantFrom(null, null, 0, 1))
    await fc.assert(
      fc.asyncProperty(logs, versions, stops, touches, async (events, texts, stop, touch) => {
        const it = new Line(stop)
        const third = Math.ceil(events.length / 3)
        const touched = new Set<string>()
        for (const [i, text] of texts.entries()) {
          await it.save(text)
          // Some come before the new version has looked through the history, some after.
          const part = events.slice(i * third, (i + 1) * third)
          await it.take(part.slice(0, 2))
          await it.live()
          await it.take(part.slice(2))
          await it.live()
          const which = touch.next().value
          const target = which === null ? undefined : (await it.alerts())[which!]
          if (target?.status !== 'open') continue
          const deps = { store: it.store, now: () => it.now }
          await reviseAlerts(deps, [target.id], { status: 'acknowledged' }, 'ann')
          touched.add(target.id)
        }
        await it.live(true)
        await it.live(true)
        check(await it.alerts(), it.compiled, events, touched)
        const { revision } = await it.store.state()
        await it.live(true)
        expect((await it.store.state()).revision, 'nothing is left to do').toBe(revision)
      }),
      { numRuns: CASES },
    )
  },
  PATIENCE,
)

function check(
  alerts: readonly Alert[],
  compiled: CompiledRule,
  events: readonly LogEvent[],
  touched: ReadonlySet<string>,
): void {
  const hits = events.flatMap((one) => match(one, buildIndex([compiled])))
  const all = { from: T0, to: T0 + 72 * HOUR }
  const found = [...Map.groupBy(hits, ({ key }) => key).values()].flatMap((ofKey) =>
    completionsWithin(compiled, ofKey, all),
  )
  const standing = alerts.filter(({ status, mergedInto }) => status !== 'withdrawn' && mergedInto === null)
  const holds = (alert: Alert, id: string) => alert.evidence.some(({ eventId }) => eventId === id)
  for (const { event: id } of found) {
    const current = standing.filter(
      (alert) =>
        holds(alert, id) && alert.ruleVersion === compiled.rule.version && !alert.facts['contradicted'],
    )
    expect(current.length, `${id} is told`).toBeGreaterThan(0)
  }
  for (const alert of standing) {
    const completes = found.some(({ event: id }) => holds(alert, id))
    // Of the alerts of earlier versions, only those stay that a person touched: marked.
    if (alert.ruleVersion !== compiled.rule.version || !completes) {
      expect(touched).toContain(alert.id)
      expect(alert.facts['contradicted']).toEqual(expect.any(String))
    }
  }
  // Each once: no two alerts that stand for one key lie over each other.
  for (const ofKey of Map.groupBy(
    standing.filter((alert) => !alert.facts['contradicted']),
    ({ key }) => key,
  ).values()) {
    const inOrder = ofKey.toSorted((a, b) => a.from - b.from)
    for (const [i, alert] of inOrder.entries()) {
      if (i > 0) expect(alert.from).toBeGreaterThan(inOrder[i - 1]!.to)
    }
  }
}
