import { expect, test } from 'vitest'
import type { Exception } from '../../server/domain/exception.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { createCorrelator } from '../../server/pipeline/correlator.ts'
import { createException, listExceptions, removeException } from '../../server/pipeline/exceptions.ts'
import { loadRules, saveRule } from '../../server/pipeline/rulebook.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { ruleToJson } from '../../server/rules/rule-json.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { BULK, event, inboxRule, makeRule, only, send, signIn, SINGLE, T0 } from '../support/detection.ts'

const NOW = T0 + 30 * DAY
const KEY = '["ann@example.org"]'

/** The whole line but the threads: a store, stored rules, and the correlator that looks after them. */
async function line(...rules: ReturnType<typeof makeRule>[]) {
  const store = createMemoryStore({ merge: () => null })
  const people = { actor: 'ann', clock: () => NOW }
  const errors: unknown[] = []
  for (const rule of rules) {
    await saveRule(store, { value: ruleToJson(rule) }, { ...people, target: { replace: rule.id } })
  }
  const correlator = createCorrelator({
    store,
    clock: () => NOW,
    onSettled: () => undefined,
    onError: (error) => errors.push(error),
  })
  const reload = async () => {
    await correlator.reloadRules()
    await correlator.rematch()
  }
  await reload()
  return {
    store,
    correlator,
    errors,
    async take(...events: ReturnType<typeof event>[]) {
      const compiled = (await loadRules(store)).flatMap((stored) => stored.compiled ?? [])
      const index = buildIndex(compiled)
      const matched = events.map((one, i) => ({ event: one, hits: match(one, index), line: i }))
      await store.append([{ events: matched, rejections: [], source: 'test', receivedAt: NOW }])
      await correlator.run({})
    },
    async except(given: Partial<Exception>) {
      const input = {
        ruleId: '*',
        language: 'eql' as const,
        reason: 'known',
        expires: null,
        condition: 'true',
      }
      const outcome = await createException(store, { ...input, ...given }, people)
      if (!('saved' in outcome)) throw new Error(JSON.stringify(outcome))
      await reload()
      return outcome.saved.id
    },
    async takeBack(id: string) {
      expect(await removeException(store, id, people)).toBe(true)
      await reload()
    },
    hidden: async () =>
      Object.fromEntries((await listExceptions(store)).map(({ id, hidden }) => [id, hidden])),
    alerts: async () => (await store.alerts({ size: 100 })).items,
  }
}

const mailbox = (at: number, ip: string) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org', ip })
const SEQ = makeRule({
  id: 'seq',
  kind: 'sequence',
  query: `sequence by user.email with maxspan=4h
    [authentication where event.outcome == "success"] [any where event.action == "New-InboxRule"]`,
})

test('what an exception hides raises nothing, is stored, and is counted', async () => {
  const it = await line(SINGLE.rule)
  const id = await it.except({ ruleId: 'single', condition: 'source.ip == "192.0.2.1"' })
  await it.take(mailbox(T0, '192.0.2.1'), mailbox(T0 + DAY, '192.0.2.2'))
  expect(only(await it.alerts())).toMatchObject({ count: 1, from: T0 + DAY })
  await it.take(mailbox(T0 + HOUR, '192.0.2.1'))
  expect(await it.hidden()).toEqual({ [id]: 2 })
  expect((await it.store.replay(0, NOW, 10)).events).toHaveLength(3)
})

test('an alert that an exception takes the last completion from is withdrawn with its reason', async () => {
  const it = await line(SINGLE.rule)
  await it.take(mailbox(T0, '192.0.2.1'), mailbox(T0 + DAY, '192.0.2.2'), mailbox(T0 + DAY, '192.0.2.1'))
  const id = await it.except({ condition: 'source.ip == "192.0.2.1"', reason: 'our own scanner' })
  const alerts = await it.alerts()
  expect(alerts.map(({ status, withdrawReason }) => [status, withdrawReason])).toEqual([
    ['open', null],
    ['withdrawn', `exception: our own scanner (${id})`],
  ])
  expect(await it.hidden()).toEqual({ [id]: 2 })
  expect(it.errors).toEqual([])
})

test('what a person touched is marked, and the mark goes with the exception', async () => {
  const it = await line(SINGLE.rule)
  await it.take(mailbox(T0, '192.0.2.1'))
  const { id } = only(await it.alerts())
  await reviseAlerts({ store: it.store, now: () => NOW }, [id], { status: 'acknowledged' }, 'ann')
  const exception = await it.except({ condition: 'source.ip == "192.0.2.1"' })
  expect(only(await it.alerts())).toMatchObject({
    status: 'acknowledged',
    facts: { contradicted: `exception: known (${exception})` },
  })
  await it.takeBack(exception)
  expect(only(await it.alerts()).facts).not.toHaveProperty('contradicted')
})

test('taken back, it gives back what it hid: the withdrawn alert opens again', async () => {
  const it = await line(SEQ)
  await it.take(signIn(T0), inboxRule(T0 + MINUTE, { ip: '192.0.2.1' }))
  const { id } = only(await it.alerts())
  const exception = await it.except({ ruleId: 'seq', condition: 'source.ip == "192.0.2.1"' })
  expect(only(await it.alerts())).toMatchObject({ id, status: 'withdrawn' })
  await it.takeBack(exception)
  expect(only(await it.alerts())).toMatchObject({ id, status: 'open', withdrawReason: null, count: 2 })
})

test('of two that hide an alert, taking one back leaves it withdrawn', async () => {
  const it = await line(SINGLE.rule)
  const first = await it.except({ condition: 'source.ip == "192.0.2.1"' })
  const second = await it.except({ language: 'kql', condition: 'user.email: ann@example.org' })
  await it.take(mailbox(T0, '192.0.2.1'))
  expect(await it.alerts()).toEqual([])
  expect(await it.hidden()).toEqual({ [first]: 1, [second]: 1 })
  await it.takeBack(first)
  expect(await it.alerts()).toEqual([])
  await it.takeBack(second)
  expect(await it.alerts()).toHaveLength(1)
})

test('an exception of one rule leaves the others alone', async () => {
  const it = await line(SINGLE.rule, makeRule({ ...SINGLE.rule, id: 'twin' }))
  await it.except({ ruleId: 'twin', condition: 'source.ip == "192.0.2.1"' })
  await it.take(mailbox(T0, '192.0.2.1'))
  expect((await it.alerts()).map(({ ruleId }) => ruleId)).toEqual(['single'])
})

test('a threshold that an exception brings below its number is withdrawn, and grows back to it', async () => {
  const it = await line(BULK.rule)
  const mails = Array.from({ length: 51 }, (_, i) =>
    send(T0 + i * SECOND, i === 7 ? { ip: '192.0.2.1' } : {}),
  )
  await it.take(...mails)
  await it.except({ condition: 'source.ip == "192.0.2.1"' })
  expect(only(await it.alerts())).toMatchObject({ status: 'withdrawn' })
  await it.take(send(T0 + MINUTE))
  expect(only(await it.alerts())).toMatchObject({ status: 'open' })
})

test('an alert whose middle is gone by age is left alone, whatever hides the rest', async () => {
  const it = await line(SINGLE.rule)
  const day = Array.from({ length: 250 }, (_, i) =>
    mailbox(T0 + i * MINUTE, i < 100 || i >= 150 ? '192.0.2.1' : '192.0.2.2'),
  )
  await it.take(...day)
  const rules = [{ rule: 'single', version: 1, reach: 0 }]
  // The middle came long before the rest.
  const { store } = it
  const middle = await store.hits(
    { rule: 'single', version: 1, key: KEY },
    T0 + 100 * MINUTE,
    T0 + 149 * MINUTE,
  )
  expect(await store.pruneHits({ before: NOW + 1, rules, limit: 1000 })).toBe(250)
  const rest = day.flatMap((one) =>
    middle.some(({ event: id }) => id === one.id) ? [] : [{ ...middle[0]!, event: one.id, time: one.time }],
  )
  await store.addHits(rest, NOW)
  await it.except({ condition: 'source.ip == "192.0.2.1"' })
  expect(only(await it.alerts())).toMatchObject({ status: 'open', count: 250 })
})

test('an expired exception hides what happened before, and nothing after', async () => {
  const it = await line(SINGLE.rule)
  await it.except({ condition: 'source.ip == "192.0.2.1"', expires: T0 + DAY })
  await it.take(mailbox(T0 + DAY - 1, '192.0.2.1'), mailbox(T0 + 2 * DAY, '192.0.2.1'))
  expect(only(await it.alerts())).toMatchObject({ from: T0 + 2 * DAY })
})

test('a stop before the groups were looked at again forgets nothing', async () => {
  const it = await line(SINGLE.rule)
  await it.take(mailbox(T0, '192.0.2.1'))
  const input = { ruleId: '*', language: 'eql' as const, condition: 'true', reason: 'x', expires: null }
  await createException(it.store, input, { actor: 'ann', clock: () => NOW })
  const next = createCorrelator({
    store: it.store,
    clock: () => NOW,
    onSettled: () => undefined,
    onError: () => undefined,
  })
  await next.reloadRules()
  await next.rematch()
  expect(only(await it.alerts())).toMatchObject({ status: 'withdrawn' })
})
