import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { explain } from '../../server/pipeline/explain.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import {
  bench,
  BULK,
  compile,
  event,
  failure,
  inboxRule,
  makeRule,
  send,
  SEQUENCE,
  signIn,
  SPRAY,
  T0,
} from '../support/detection.ts'

const turn = () => Promise.resolve()
const ANN = 'ann@example.org'
const ALWAYS = { from: -8.64e15, to: 8.64e15 }

type Bench = ReturnType<typeof bench>
const ask = (it: Bench, compiled: CompiledRule, entity: string, range = ALWAYS) =>
  explain({ store: it.store, compiled, entity, ...range, turn })

test('an alert that came is named, in any case of the account', async () => {
  const it = bench([SEQUENCE])
  await it.take(signIn(T0), inboxRule(T0 + HOUR))
  const [alert] = await it.alerts()
  expect(await ask(it, SEQUENCE, ' Ann@Example.org ')).toMatchObject({
    fired: true,
    alerts: [alert!.id],
    summary: expect.stringContaining('It fired: ann@example.org'),
    missing: [],
    steps: [{ matched: 1 }, { matched: 1 }],
  })
  expect(await ask(it, SEQUENCE, ANN, { from: T0 + 2 * HOUR, to: T0 + 9 * HOUR })).toMatchObject({
    fired: false,
  })
})

test('hits of other accounts count where a rule groups by address', async () => {
  const it = bench([SPRAY])
  await it.take(...Array.from({ length: 7 }, (_, i) => failure(T0 + i * MINUTE, `user${i}@example.org`)))
  const { summary, steps } = await ask(it, SPRAY, 'user3@example.org')
  expect(steps[0]).toMatchObject({ matched: 1 })
  expect(summary).toContain('for 203.0.113.9: 7 different user.email within 1 h at most')
})

test('a rule that joins on the local part meets records that have nothing else', async () => {
  const rule = compile(
    makeRule({
      kind: 'sequence',
      query: `sequence by user.name with maxspan=1h
        [authentication where true] [any where event.action == "New-InboxRule"]`,
    }),
  )
  const it = bench([rule])
  await it.take(
    signIn(T0),
    event({ at: T0 + 2 * HOUR, action: 'New-InboxRule', more: { user: { name: 'ann' } } }),
  )
  expect((await ask(it, rule, ANN)).summary).toContain('came 2 h after')
})

test('a rule that is off says so', async () => {
  const it = bench([])
  await it.take(signIn(T0), inboxRule(T0 + HOUR))
  const off = { ...SEQUENCE, rule: { ...SEQUENCE.rule, enabled: false } }
  const found = await ask(it, off, ANN)
  expect(found.fired).toBe(false)
  expect(found.summary).toMatch(/^All that it asks for was there .* no alert stands: the rule is off\.$/)
})

test('an exception that hides what would have fired is named first', async () => {
  const it = bench([])
  await it.append(...Array.from({ length: 51 }, (_, i) => send(T0 + i * 1000)))
  const body = {
    ruleId: 'bulk',
    language: 'kql',
    condition: 'user.name: ann',
    reason: 'Newsletter',
    expires: null,
  }
  await it.store.putRecords([{ kind: 'exception', id: 'news', body, audit: null, at: T0 }])
  const found = await ask(it, BULK, ANN)
  expect(found.exceptions).toEqual([{ id: 'news', reason: 'Newsletter', events: 51 }])
  expect(found.missing[0]).toBe(
    'Exceptions leave out what would have made it fire: 51 for the reason “Newsletter”.',
  )
  expect(found.summary).toContain('It did not fire: exceptions leave out')
})

test('of very many matches the latest are shown', async () => {
  const it = bench([])
  await it.append(...Array.from({ length: 40 }, (_, i) => send(T0 + i * 1000)))
  const [step] = (await ask(it, BULK, ANN)).steps
  expect(step).toMatchObject({ matched: 40 })
  expect(step!.events.map(({ time }) => (time - T0) / 1000)).toEqual(
    Array.from({ length: 20 }, (_, i) => 20 + i),
  )
})

test.each([['"odd" \\ name'], ['käthe@exämple.org'], ['x']])(
  'an entity such as %j is found',
  async (entity) => {
    const it = bench([])
    await it.append(event({ at: T0, action: 'Send', more: { user: { email: entity } } }))
    expect((await ask(it, BULK, entity)).steps[0]).toMatchObject({ matched: 1 })
  },
)
