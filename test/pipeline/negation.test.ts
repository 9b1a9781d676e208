import { describe, expect, test } from 'vitest'
import type { Rule } from '../../server/domain/rule.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { LATE_EVIDENCE } from '../../server/pipeline/contradict.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { type Bench, bench, compile, event, makeRule, only, T0 } from '../support/detection.ts'

const step = (action: string) => `[any where event.action == "${action}"]`
const rule = (query: string, own: Partial<Rule> = {}) =>
  compile(
    makeRule({
      id: 'r',
      kind: 'sequence',
      query: `sequence by user.email with maxspan=1h ${query}`,
      summary: '{user}: {1.event.action} then {3.event.action} after {gap}',
      ...own,
    }),
  )
const UNTIL = rule(`${step('a')} ${step('b')} until ${step('u')}`)
const BETWEEN = rule(`${step('a')} !${step('m')} ${step('b')}`)
const AFTER = rule(`${step('a')} !${step('m')}`)
const at = (action: string, minutes: number) =>
  event({ id: `${action}${minutes}`, at: T0 + minutes * MINUTE, action, user: 'ann@example.org' })

/** A bench whose clock stands at a minute after T0. */
function benchAt(minutes: number, ...rules: Parameters<typeof bench>[0]): Bench {
  const it = bench(rules)
  it.now = T0 + minutes * MINUTE
  return it
}

describe('such a rule waits until late logs have had their time', () => {
  test('its alert is raised 90 minutes after the events, not before', async () => {
    const it = benchAt(11, UNTIL)
    await it.append(at('a', 0), at('b', 10))
    expect(await it.due()).toMatchObject({ settled: 0, raised: 0 })
    it.now = T0 + 100 * MINUTE - 1
    await it.due()
    expect(await it.alerts()).toEqual([])
    it.now = T0 + 100 * MINUTE
    expect(await it.due()).toMatchObject({ settled: 1, raised: 1 })
    expect(only(await it.alerts())).toMatchObject({ count: 2, from: T0 + 10 * MINUTE })
    expect(await it.store.state()).toMatchObject({ pending: 0 })
  })

  test.each([
    ['until', UNTIL, 'u'],
    ['a missing event', BETWEEN, 'm'],
  ])('what comes late within that time raises nothing: %s', async (_, compiled, negating) => {
    const it = benchAt(11, compiled)
    await it.append(at('a', 0), at('b', 10))
    it.now = T0 + 95 * MINUTE
    await it.due()
    await it.append(at(negating, 5))
    it.now = T0 + DAY
    await it.due()
    expect(await it.alerts()).toEqual([])
    expect(await it.store.state()).toMatchObject({ pending: 0 })
  })

  test('of a trailing missing event nobody knows before the span is over', async () => {
    const it = benchAt(1, AFTER)
    await it.append(at('a', 0))
    it.now = T0 + 150 * MINUTE - 1
    await it.due()
    expect(await it.alerts()).toEqual([])
    it.now = T0 + 150 * MINUTE
    await it.due()
    expect(only(await it.alerts())).toMatchObject({ count: 1, facts: { chain: [at('a', 0).id, null] } })
  })

  test('an old log is due at once', async () => {
    const it = bench([UNTIL])
    await it.append(at('a', 0), at('b', 10))
    expect(await it.due()).toMatchObject({ settled: 1, raised: 1 })
  })

  test('force settles at once', async () => {
    const it = benchAt(11, UNTIL)
    await it.append(at('a', 0), at('b', 10))
    expect(await it.drain()).toMatchObject({ settled: 1, raised: 1 })
  })

  test('the lateness is a setting of the rule', async () => {
    const it = benchAt(11, rule(`${step('a')} ${step('b')} until ${step('u')}`, { lateness: MINUTE }))
    await it.append(at('a', 0), at('b', 10))
    expect(await it.due()).toMatchObject({ settled: 1, raised: 1 })
  })

  test('a key that never rests is told in time all the same', async () => {
    const it = benchAt(0, UNTIL)
    for (let minute = 0; minute <= 300; minute += 10) {
      it.now = T0 + minute * MINUTE
      await it.append(at('a', minute), at('b', minute + 1))
      await it.due()
    }
    const alert = only(await it.alerts())
    expect(alert.to).toBe(T0 + 201 * MINUTE)
    expect(alert.raisedAt).toBe(T0 + 100 * MINUTE)
    it.now = T0 + DAY
    await it.due()
    expect(only(await it.alerts())).toMatchObject({ id: alert.id, to: T0 + 301 * MINUTE, count: 62 })
  })
})

describe('late logs that contradict an alert', () => {
  async function raised(compiled = UNTIL): Promise<Bench> {
    const it = benchAt(200, compiled)
    await it.append(at('a', 0), at('b', 10))
    await it.due()
    return it
  }

  test('withdraw it with the reason, and say so in the live feed', async () => {
    const it = await raised()
    const { id, revision } = only(await it.alerts())
    await it.append(at('u', 5))
    expect(await it.due()).toMatchObject({ withdrawn: 1 })
    expect(await it.store.alert(id)).toMatchObject({
      status: 'withdrawn',
      withdrawReason: LATE_EVIDENCE,
      count: 2,
    })
    const changes = await it.store.changesSince(revision, 10)
    expect(changes.find(({ type }) => type === 'alert')).toMatchObject({ change: 'withdrawn', alert: { id } })
    expect(changes.find(({ type }) => type === 'incident')).toMatchObject({ incident: { riskScore: 0 } })
    // It stays so.
    await it.append(at('u', 6))
    expect(await it.due()).toMatchObject({ withdrawn: 0, raised: 0, extended: 0 })
  })

  test('mark what a person touched, and withdraw nothing', async () => {
    const it = await raised()
    const { id } = only(await it.alerts())
    await reviseAlerts({ store: it.store, now: () => it.now }, [id], { status: 'acknowledged' }, 'ann')
    await it.append(at('u', 5))
    expect(await it.due()).toMatchObject({ withdrawn: 0 })
    expect(await it.store.alert(id)).toMatchObject({
      status: 'acknowledged',
      facts: { contradicted: LATE_EVIDENCE },
    })
    // The mark goes when a completion stands again.
    await it.append(at('a', 7))
    await it.due()
    const again = (await it.store.alert(id))!
    expect(again.status).toBe('acknowledged')
    expect(again.facts).not.toHaveProperty('contradicted')
  })

  test('lose their mark too when only the earlier of two completions stands again', async () => {
    const it = await raised()
    await it.append(at('a', 30), at('b', 40))
    await it.due()
    const { id } = only(await it.alerts())
    await reviseAlerts({ store: it.store, now: () => it.now }, [id], { status: 'acknowledged' }, 'ann')
    await it.append(at('u', 5), at('u', 35))
    await it.due()
    expect((await it.store.alert(id))!.facts).toMatchObject({ contradicted: LATE_EVIDENCE })
    await it.append(at('a', 7))
    await it.due()
    expect((await it.store.alert(id))!.facts).not.toHaveProperty('contradicted')
  })

  test('leave it while another completion stands', async () => {
    const it = await raised()
    await it.append(at('a', 30), at('b', 40))
    await it.due()
    await it.append(at('u', 5))
    expect(await it.due()).toMatchObject({ withdrawn: 0 })
    await it.append(at('u', 35))
    expect(await it.due()).toMatchObject({ withdrawn: 1 })
  })

  test('are contradicted themselves when a completion stands again: the same alert opens again', async () => {
    const it = await raised()
    const { id } = only(await it.alerts())
    await it.append(at('u', 5))
    await it.due()
    await it.append(at('a', 8))
    expect(await it.due()).toMatchObject({ raised: 1 })
    expect(only(await it.alerts())).toMatchObject({ id, status: 'open', withdrawReason: null })
  })

  test('leave an alert of the same account under another rule alone', async () => {
    const other = compile(makeRule({ id: 'other', kind: 'query', query: 'any where event.action == "b"' }))
    const it = benchAt(200, UNTIL, other)
    await it.append(at('a', 0), at('b', 10))
    await it.due()
    await it.append(at('u', 5))
    await it.due()
    expect(Object.fromEntries((await it.alerts()).map(({ ruleId, status }) => [ruleId, status]))).toEqual({
      other: 'open',
      r: 'withdrawn',
    })
  })

  test('leave an alert that stands on another value of its key', async () => {
    const byTag = compile(
      makeRule({
        id: 'tags',
        kind: 'sequence',
        query: `sequence by tags with maxspan=1h ${step('a')} ${step('b')} until ${step('u')}`,
      }),
    )
    const tagged = (action: string, minutes: number, tags: string[]) =>
      event({ at: T0 + minutes * MINUTE, action, user: 'ann@example.org', more: { tags } })
    const it = benchAt(200, byTag)
    await it.append(tagged('a', 0, ['x', 'y']), tagged('b', 10, ['x', 'y']))
    await it.due()
    const { id } = only(await it.alerts())
    await it.append(tagged('u', 5, ['x']))
    await it.due()
    expect(await it.store.alert(id)).toMatchObject({ status: 'open' })
    await it.append(tagged('u', 5, ['y']))
    await it.due()
    expect(await it.store.alert(id)).toMatchObject({ status: 'withdrawn' })
  })

  test('say nothing where hits were deleted by age', async () => {
    const it = await raised()
    const { id } = only(await it.alerts())
    const rules = [{ rule: 'r', version: 1, reach: HOUR }]
    expect(await it.store.pruneHits({ before: it.now + 1, rules, limit: 100 })).toBe(2)
    it.now += DAY
    await it.append(at('u', 5), at('a', 11), at('b', 12))
    await it.due()
    expect(only(await it.alerts())).toMatchObject({ id, status: 'open', count: 2 })
    expect(await it.store.state()).toMatchObject({ tooLate: 3, pending: 0 })
  })
})

test('one second holds a step, the next step and what would end it: nobody knows an order, so it is told', async () => {
  const it = bench([UNTIL])
  const same = (action: string) => event({ id: `same ${action}`, at: T0, action, user: 'ann@example.org' })
  await it.take(same('u'), same('b'), same('a'))
  expect(only(await it.alerts())).toMatchObject({ count: 2, facts: { gapMs: 0 } })
})

test('a missing event has its place in the sentence, and nothing there', async () => {
  const it = bench([BETWEEN])
  await it.take(at('a', 0), at('b', 10))
  const alert = only(await it.alerts())
  expect(alert.summary).toBe('ann@example.org: a then b after 10 min')
  expect(alert.evidence.map((one) => one.step)).toEqual([0, 2])
})

test('a late log within the second of another copy of it does not double it', async () => {
  const it = bench([rule(`${step('a')} with runs=2 ${step('b')} until ${step('u')}`)])
  const copy = (ms: number) => event({ id: 'a', at: T0 + ms, action: 'a', user: 'ann@example.org' })
  await it.take(copy(300), copy(900), event({ at: T0 + 5 * SECOND, action: 'b', user: 'ann@example.org' }))
  expect(await it.alerts()).toEqual([])
})
