import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { continueRematches, heldRules } from '../../server/pipeline/rematch.ts'
import { REMATCH_PREFIX } from '../../server/pipeline/rulebook.ts'
import { drain } from '../../server/pipeline/settle.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { compile, event, makeRule, only, T0 } from '../support/detection.ts'

function rule(version: number, action: string, by = 'user.email'): CompiledRule {
  return compile(
    makeRule({
      id: 'edited',
      version,
      kind: 'sequence',
      query: `sequence by ${by} with maxspan=1h
        [any where event.action == "begin"] [any where event.action == "${action}"]`,
    }),
  )
}

/** With something that undoes it. */
function undoable(version: number): CompiledRule {
  return compile(
    makeRule({
      id: 'edited',
      version,
      kind: 'sequence',
      query: `sequence by user.email with maxspan=1h
        [any where event.action == "begin"] [any where event.action == "end"] until [any where event.action == "undo"]`,
    }),
  )
}

function workbench() {
  const store = createMemoryStore({ merge: () => null })
  let compiled = rule(1, 'end')
  let now = T0 + 24 * HOUR
  const deps = { store, rules: () => new Map([['edited', compiled]]), now: () => now }
  return {
    store,
    deps,
    async take(...actions: [string, number][]) {
      const events = actions.map(([action, at], i) =>
        event({ id: `${action}${at}`, at, action, user: 'ann@example.org', ip: `192.0.2.${i + 1}` }),
      )
      const index = buildIndex([compiled])
      const matched = events.map((one, i) => ({
        event: { ...one, receivedAt: now },
        hits: match(one, index),
        line: i,
      }))
      await store.append([{ events: matched, rejections: [], source: 'test', receivedAt: now }])
      return drain({ ...deps, held: () => heldRules(deps) })
    },
    async save(next: CompiledRule) {
      compiled = next
      now += HOUR
      const body = { version: next.rule.version, cursor: null }
      await store.putRecords([{ kind: 'setting', id: REMATCH_PREFIX + 'edited', body, audit: null, at: now }])
      now += HOUR
    },
    held: () => heldRules(deps),
    async rematch() {
      while (await continueRematches(deps)) await drain(deps)
    },
    alerts: async () => (await store.alerts({ rule: 'edited', size: 100 })).items,
  }
}

test('a rule looks through the stored history, and marks what it finds there', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['other', T0 + MINUTE])
  expect(await it.alerts()).toEqual([])
  await it.save(rule(2, 'other'))
  await it.rematch()
  expect(only(await it.alerts())).toMatchObject({ fromHistory: true, ruleVersion: 2, count: 2 })
  await it.take(['begin', T0 + 3 * HOUR], ['other', T0 + 3 * HOUR])
  expect((await it.alerts()).map(({ fromHistory }) => fromHistory)).toEqual([false, true])
})

test('an alert that the new version finds again is the same alert', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['end', T0 + MINUTE])
  const before = only(await it.alerts())
  await it.save(rule(2, 'end'))
  await it.rematch()
  expect(only(await it.alerts())).toMatchObject({
    id: before.id,
    status: 'open',
    ruleVersion: 2,
    fromHistory: false,
  })
})

test('an alert that shares a completing event is the same one, though the join key is another', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['end', T0 + MINUTE])
  const before = only(await it.alerts())
  await it.save(rule(2, 'end', 'event.dataset'))
  await it.rematch()
  expect(only(await it.alerts())).toMatchObject({
    id: before.id,
    status: 'open',
    key: '["azure.signinlogs"]',
  })
})

test('what the new version does not give is withdrawn with the reason, unless a person touched it', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['end', T0 + MINUTE], ['begin', T0 + 5 * HOUR], ['end', T0 + 5 * HOUR])
  const [touched, untouched] = await it.alerts()
  await reviseAlerts(it.deps, [touched!.id], { status: 'acknowledged' }, 'ann')
  await it.save(rule(2, 'other'))
  await it.rematch()
  expect(await it.store.alert(untouched!.id)).toMatchObject({
    status: 'withdrawn',
    withdrawReason: 'rule edited',
  })
  expect(await it.store.alert(touched!.id)).toMatchObject({
    status: 'acknowledged',
    facts: { contradicted: 'rule edited' },
  })
})

test('a withdrawn alert stands again when a completion does', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['end', T0 + MINUTE])
  const before = only(await it.alerts())
  await it.save(rule(2, 'other'))
  await it.rematch()
  await it.save(rule(3, 'end'))
  await it.rematch()
  expect(only(await it.alerts())).toMatchObject({ id: before.id, status: 'open', withdrawReason: null })
})

test('a stop after any page loses nothing: the cursor is beside the rule, and hits found twice are one', async () => {
  const it = workbench()
  await it.take(['begin', T0], ['other', T0 + MINUTE])
  await it.save(rule(2, 'other'))
  const dying = { ...it.store, putRecords: () => Promise.reject(new Error('killed')) }
  await expect(continueRematches({ ...it.deps, store: dying })).rejects.toThrow('killed')
  await it.rematch()
  expect(only(await it.alerts())).toMatchObject({ count: 2 })
  expect(await continueRematches(it.deps)).toBe(false)
})

test('what something in the history can undo waits until the whole of it is looked through', async () => {
  const it = workbench()
  await it.take(['undo', T0 + MINUTE])
  await it.save(undoable(2))
  expect(await it.held()).toEqual(['edited'])
  expect(await it.take(['begin', T0], ['end', T0 + 2 * MINUTE])).toMatchObject({ settled: 0, raised: 0 })
  await it.rematch()
  expect(await it.held()).toEqual([])
  expect(await it.alerts()).toEqual([])
})
