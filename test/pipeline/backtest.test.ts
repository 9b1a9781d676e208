import { expect, test } from 'vitest'
import { HOUR } from '../../server/domain/time.ts'
import { backtest, TooBroad } from '../../server/pipeline/backtest.ts'
import { createTrials } from '../../server/pipeline/trials.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { scanPlan } from '../../server/search/scan-plan.ts'
import { createTurn } from '../../server/search/turn.ts'
import { type Bench, bench, BULK, compile, makeRule, send, T0 } from '../support/detection.ts'

const turn = () => Promise.resolve()
const ALWAYS = { from: -8.64e15, to: 8.64e15 }
const tryOut = (it: Bench, compiled: CompiledRule, range = ALWAYS) =>
  backtest({ store: it.store, compiled, ...range, now: it.now, plan: scanPlan, turn })
const sends = (count: number, from: number, user = 'ann@example.org') =>
  Array.from({ length: count }, (_, i) => send(from + i * 1000, { user }))
const bulk = (atLeast: number) => compile({ ...BULK.rule, threshold: { ...BULK.rule.threshold!, atLeast } })

test('what people closed, and how, stands beside what would be lost and kept', async () => {
  const it = bench([BULK])
  await it.take(...sends(55, T0), ...sends(80, T0, 'bob@example.org'))
  const [ann, bob] = (await it.alerts()).toSorted((a, b) => (a.user! < b.user! ? -1 : 1))
  const deps = { store: it.store, now: () => it.now }
  await reviseAlerts(deps, [ann!.id], { status: 'closed', closeReason: 'expected' }, 'Ada')
  await reviseAlerts(deps, [bob!.id], { status: 'closed', closeReason: 'secured' }, 'Ada')
  expect(await tryOut(it, bulk(60))).toMatchObject({
    alerts: [{ id: bob!.id, user: 'bob@example.org' }],
    new: [],
    lost: [{ id: ann!.id, status: 'closed', closeReason: 'expected' }],
    kept: [{ id: bob!.id, status: 'closed', closeReason: 'secured' }],
  })
})

test('two alerts that a closing parted are both found again in one', async () => {
  const it = bench([BULK])
  await it.take(...sends(55, T0))
  const [first] = await it.alerts()
  it.now = T0 + 10 * 60_000
  await reviseAlerts(
    { store: it.store, now: () => it.now },
    [first!.id],
    { status: 'closed', closeReason: 'stopped' },
    'Ada',
  )
  await it.take(...sends(55, T0 + 20 * 60_000))
  expect(await it.alerts()).toHaveLength(2)
  expect(await tryOut(it, BULK)).toMatchObject({
    alerts: [{ count: 110 }],
    new: [],
    lost: [],
    kept: [{}, {}],
  })
})

test('exceptions hold in a back-test', async () => {
  const it = bench([BULK])
  await it.take(...sends(55, T0))
  const body = { ruleId: '*', language: 'kql', condition: 'user.name: ann', reason: 'Mailing', expires: null }
  await it.store.putRecords([{ kind: 'exception', id: 'mailing', body, audit: null, at: T0 }])
  expect(await tryOut(it, BULK)).toMatchObject({ alerts: [], lost: [{ user: 'ann@example.org' }] })
})

test('another key finds the alert of the same events', async () => {
  const it = bench([BULK])
  await it.take(...sends(55, T0))
  const byName = compile({
    ...BULK.rule,
    threshold: { ...BULK.rule.threshold!, by: ['user.name'] },
  })
  expect(await tryOut(it, byName)).toMatchObject({ new: [], lost: [], kept: [{ user: 'ann@example.org' }] })
})

test('an alert at the edge of the range is found with the evidence from before it', async () => {
  const it = bench([BULK])
  await it.take(...sends(55, T0))
  const range = { from: T0 + 52 * 1000, to: T0 + HOUR }
  expect(await tryOut(it, BULK, range)).toMatchObject({ kept: [{ count: 55 }], new: [], lost: [], events: 3 })
  const before = { from: T0, to: T0 + 49 * 1000 }
  expect(await tryOut(it, BULK, before)).toMatchObject({ alerts: [], lost: [], events: 50 })
})

test('a rule that would raise thousands is refused with a sentence', async () => {
  const it = bench([])
  await it.append(...Array.from({ length: 5_001 }, (_, i) => send(T0 + i, { user: `user${i}@example.org` })))
  const any = compile(makeRule({ kind: 'query', query: 'any where true' }))
  await expect(tryOut(it, any)).rejects.toThrow(TooBroad)
  const trials = createTrials({ store: it.store, clock: () => it.now, plan: scanPlan, turn: createTurn })
  expect(await trials.backtest(1, { rule: any.rule, ...ALWAYS })).toEqual({
    refused: expect.stringContaining('more than 5,000 alerts'),
  })
})

test('a back-test that is given up ends, and the next one is not', async () => {
  const it = bench([])
  await it.append(...sends(55, T0))
  const trials = createTrials({ store: it.store, clock: () => it.now, plan: scanPlan, turn: createTurn })
  const question = { rule: BULK.rule, ...ALWAYS }
  const given = trials.backtest(1, question)
  trials.giveUp(1)
  trials.giveUp(2)
  await expect(given).rejects.toThrow('Nobody waits')
  expect(await trials.backtest(2, question)).toMatchObject({ alerts: [{ count: 55 }] })
})
