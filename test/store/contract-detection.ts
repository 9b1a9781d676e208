import { expect, test } from 'vitest'
import { dayOf, type Hit, PRESENCE } from '../../server/domain/hit.ts'
import { DAY, HOUR } from '../../server/domain/time.ts'
import type { AlertWrite, IncidentWrite, Page, Settled } from '../../server/store/store.ts'
import type { Subject } from './contract.ts'
import {
  batchOf,
  matched,
  row,
  sampleAlert,
  sampleEvent,
  sampleHit,
  sampleIncident,
  settlement,
  T0,
} from './samples.ts'

const raise = (id: string, given: Partial<AlertWrite['alert']> = {}, write: Partial<AlertWrite> = {}) => ({
  expect: null,
  change: 'raised' as const,
  alert: sampleAlert(id, given),
  evidence: [],
  absorbed: [],
  ...write,
})
const open = (id: string, given: Partial<IncidentWrite['incident']> = {}) => ({
  expect: null,
  change: 'raised' as const,
  incident: sampleIncident(id, given),
})

export function detectionContract(subject: Subject): void {
  const settle = (given: Parameters<typeof settlement>[0]) => subject.store.settle(settlement(given))
  const revisionOf = async (id: string) => (await subject.store.alert(id))!.revision

  test('a group waits once a day of its hits, with the range of its new hits, oldest first', async () => {
    const at = (identity: string, time: number) => sampleEvent({ identity, time })
    const events = [at('a', T0 + HOUR), at('b', T0), at('c', T0 - 3 * DAY)]
    await subject.store.append([
      batchOf(
        events.map((event) => matched(event, sampleHit(event))),
        { receivedAt: T0 + 5 },
      ),
    ])
    const other = at('d', T0)
    await subject.store.append([
      batchOf([matched(other, sampleHit(other, { key: '["bob"]' }))], { receivedAt: T0 + 4 }),
    ])
    const waiting = await subject.store.pending(T0 + 5, 10)
    expect(waiting).toMatchObject([
      { key: '["bob"]', day: dayOf(T0), from: T0, to: T0, due: T0 + 4 },
      { day: dayOf(T0 - 3 * DAY), from: T0 - 3 * DAY, to: T0 - 3 * DAY, due: T0 + 5 },
      { day: dayOf(T0), from: T0, to: T0 + HOUR, due: T0 + 5 },
    ])
    expect(await subject.store.pending(T0 + 4, 10)).toEqual([waiting[0]])
    expect(await subject.store.pending(T0 + 5, 2)).toEqual(waiting.slice(0, 2))
    expect(await subject.store.state()).toMatchObject({ pending: 3, oldestPending: T0 + 4 })
  })

  test('a group is due as soon as one of its hits is, and rules can be left out', async () => {
    const at = (identity: string) => sampleEvent({ identity })
    const [a, b, c] = [at('a'), at('b'), at('c')]
    await subject.store.append([
      batchOf([matched(a, sampleHit(a, { due: T0 + 2 * HOUR }))], { receivedAt: T0 + 5 }),
    ])
    expect(await subject.store.pending(T0 + 2 * HOUR, 10)).toMatchObject([{ due: T0 + 2 * HOUR }])
    await subject.store.append([
      batchOf([matched(b, sampleHit(b, { due: T0 + HOUR }))], { receivedAt: T0 + 6 }),
    ])
    expect(await subject.store.pending(T0 + HOUR - 1, 10)).toEqual([])
    expect(await subject.store.pending(T0 + HOUR, 10, ['bulk-send'])).toEqual([])
    const [waiting] = await subject.store.pending(T0 + HOUR, 10, ['other'])
    expect(waiting).toMatchObject({ due: T0 + HOUR })
    // What was due long ago is due at once.
    await subject.store.append([
      batchOf([matched(c, sampleHit(c, { due: T0 - HOUR }))], { receivedAt: T0 + 7 }),
    ])
    expect(await subject.store.pending(T0 + 7, 10)).toMatchObject([{ due: T0 + 7 }])
    expect(await subject.store.hits(sampleHit(a), T0, T0)).not.toContainEqual(
      expect.objectContaining({ due: expect.anything() }),
    )
  })

  test('a hit that has no part in anything before a later time makes no group wait', async () => {
    const event = sampleEvent()
    const add = (key: string, matters: number) =>
      subject.store.append([
        batchOf([matched(event, sampleHit(event, { key, matters }))], { receivedAt: T0 + DAY }),
      ])
    expect(await add('["later"]', T0 + 3 * DAY)).toMatchObject([{ nudge: false }])
    expect(await add('["now"]', T0 + DAY)).toMatchObject([{ nudge: true }])
    expect(await subject.store.pending(T0 + 9 * DAY, 10)).toMatchObject([{ key: '["now"]' }])
    const group = { rule: 'bulk-send', version: 1, key: '["later"]' }
    expect(await subject.store.hits(group, T0, T0)).toHaveLength(1)
  })

  test('presence is stored once, and again when it was deleted by age', async () => {
    const event = sampleEvent()
    const hit = sampleHit(event, { event: PRESENCE })
    const show = () => subject.store.append([batchOf([matched(event, hit)], { receivedAt: T0 })])
    const stored = () => subject.store.hits(hit, T0, T0)
    expect(await show()).toMatchObject([{ nudge: true }])
    expect(await show()).toMatchObject([{ nudge: false }])
    expect(await stored()).toHaveLength(1)
    const rules = [{ rule: hit.rule, version: 1, reach: HOUR }]
    expect(await subject.store.pruneHits({ before: T0 + 1, rules, limit: 10 })).toBe(1)
    expect(await show()).toMatchObject([{ nudge: true }])
    expect(await stored()).toHaveLength(1)
  })

  test('a settled group can stay in the queue until a later time', async () => {
    await oneWaiting(subject, 'a')
    const [row] = await subject.store.pending(T0 + HOUR, 10)
    expect(
      await settle({
        pending: [{ ...row!, again: { due: T0 + 2 * HOUR, from: T0 - 1 } }],
        alerts: [raise('A')],
      }),
    ).toMatchObject({
      applied: true,
    })
    expect(await subject.store.pending(T0 + HOUR, 10)).toEqual([])
    expect(await subject.store.pending(T0 + 2 * HOUR, 10)).toEqual([
      { ...row!, due: T0 + 2 * HOUR, from: T0 - 1 },
    ])
  })

  test('hits come in pages, each once', async () => {
    const events = Array.from({ length: 7 }, (_, i) =>
      sampleEvent({ identity: `e${i}`, time: T0 + (i >> 1) }),
    )
    const hits = events.flatMap((one) => [sampleHit(one), sampleHit(one, { step: 1 })])
    await subject.store.addHits(hits, T0)
    const group = { rule: 'bulk-send', version: 1, key: hits[0]!.key }
    const found = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: { items: unknown[]; nextCursor: string | null } = await subject.store.hitPage(
        group,
        T0,
        T0 + 2,
        4,
        cursor,
      )
      found.push(page.items)
      cursor = page.nextCursor
    }
    expect(found.map(({ length }) => length)).toEqual([4, 4, 4])
    expect(new Set(found.flat().map((one) => JSON.stringify(one)))).toEqual(
      new Set(hits.filter(({ time }) => time <= T0 + 2).map((one) => JSON.stringify(one))),
    )
  })

  test('all hits of a rule are read group by group, in pages', async () => {
    const events = [T0, T0, T0 + 1, T0 + 2, T0 + 3].map((time, i) => sampleEvent({ identity: `e${i}`, time }))
    const hits = events.flatMap((one, i) => [
      sampleHit(one, { key: i % 2 ? '["ann"]' : '["bob"]' }),
      sampleHit(one, { key: '["ann"]', step: 1 }),
    ])
    const other = sampleHit(events[0]!, { version: 2 })
    await subject.store.addHits([...hits, other], T0)
    const found: Hit[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Page<Hit> = await subject.store.ruleHits(
        { rule: hits[0]!.rule, version: 1 },
        { from: T0, to: T0 + 2 },
        2,
        cursor,
      )
      found.push(...page.items)
      cursor = page.nextCursor
    }
    const wanted = hits.filter(({ time }) => time <= T0 + 2)
    expect(found).toHaveLength(wanted.length)
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(
      new Set(wanted.map((one) => JSON.stringify(one))),
    )
    expect(found.map(({ key }) => key)).toEqual(found.map(({ key }) => key).toSorted())
  })

  test('all groups of a rule can be made pending again, in slices', async () => {
    const events = [T0, T0 + 5, T0 - DAY].map((time, i) => sampleEvent({ identity: `e${i}`, time }))
    const hits = events.map((one) => sampleHit(one))
    const others = [
      sampleHit(events[0]!, { rule: 'spray' }),
      sampleHit(events[0]!, { version: 2, key: '["bob"]' }),
    ]
    await subject.store.addHits([...hits, ...others], T0)
    await settle({ pending: await subject.store.pending(T0, 10) })
    expect(await subject.store.pending(T0 + HOUR, 10)).toEqual([])
    let cursor: string | null | undefined
    let slices = 0
    for (; cursor !== null; slices++) {
      cursor = await subject.store.settleAgain({ rule: 'bulk-send', version: 1 }, T0 + HOUR, 2, cursor)
    }
    expect(slices).toBe(2)
    expect(await subject.store.pending(T0 + HOUR, 10)).toMatchObject([
      { rule: 'bulk-send', from: T0 - DAY, to: T0 - DAY, due: T0 + HOUR },
      { rule: 'bulk-send', from: T0, to: T0 + 5, due: T0 + HOUR },
    ])
  })

  test('old hits go by their receipt, not by their time, and what comes in among them is too late', async () => {
    const rules = [{ rule: 'bulk-send', version: 1, reach: HOUR }]
    const old = sampleEvent({ identity: 'old', time: T0 })
    const ancient = sampleEvent({ identity: 'ancient', time: T0 - 300 * DAY })
    await subject.store.append([batchOf([matched(old, sampleHit(old))], { receivedAt: T0 })])
    await subject.store.append([batchOf([matched(ancient, sampleHit(ancient))], { receivedAt: T0 + DAY })])
    expect(await subject.store.pruneHits({ before: T0, rules, limit: 10 })).toBe(0)
    expect(await subject.store.pruneHits({ before: T0 + DAY, rules, limit: 10 })).toBe(1)
    const group = { rule: 'bulk-send', version: 1, key: sampleHit(old).key }
    expect(await subject.store.hits(group, 0, T0 + DAY)).toMatchObject([{ time: ancient.time }])
    await subject.reopen()
    const gone = (from: number, to: number) => subject.store.goneTimes(group, T0 + from, T0 + to)
    const spans = [{ from: T0 - HOUR, to: T0 + HOUR }]
    expect([await gone(HOUR, DAY), await gone(HOUR + 1, DAY)]).toEqual([spans, []])
    expect([await gone(-DAY, -HOUR), await gone(-DAY, -HOUR - 1)]).toEqual([spans, []])
    expect(await subject.store.goneTimes({ rule: 'bulk-send', version: 2 }, T0, T0)).toEqual([])
    expect(await subject.store.state()).toMatchObject({ tooLate: 0 })
    const late = [T0 - HOUR, T0 + HOUR, T0 + HOUR + 1].map((time, i) =>
      sampleEvent({ identity: `late${i}`, time }),
    )
    await subject.store.append([
      batchOf(late.map((one) => matched(one, sampleHit(one), sampleHit(one, { step: 1 })))),
    ])
    expect(await subject.store.state()).toMatchObject({ tooLate: 2 })
  })

  test('hits of rules that are gone go by age, those of a rule without a span stay, and so many at a time', async () => {
    const events = [1, 2, 3].map((n) => sampleEvent({ identity: `e${n}` }))
    const add = (rule: string, version: number) =>
      subject.store.addHits(
        events.map((one) => sampleHit(one, { rule, version })),
        T0,
      )
    for (const [rule, version] of [
      ['deleted', 1],
      ['endless', 1],
      ['endless', 2],
    ] as const) {
      await add(rule, version)
    }
    const rules = [{ rule: 'endless', version: 2, reach: Infinity }]
    const prune = () => subject.store.pruneHits({ before: T0 + 1, rules, limit: 4 })
    expect([await prune(), await prune(), await prune()]).toEqual([4, 2, 0])
    const { key } = sampleHit(events[0]!)
    expect(await subject.store.hits({ rule: 'endless', version: 2, key }, 0, T0)).toHaveLength(3)
  })

  test('events that came late, or from the future, are counted once', async () => {
    const late = sampleEvent({ identity: 'late', time: T0 - 2 * HOUR })
    const ahead = sampleEvent({ identity: 'ahead', fields: { vedette: { clock_ahead: true } } })
    await subject.store.append([batchOf([late, ahead, sampleEvent({ identity: 'on time' })])])
    await subject.store.append([batchOf([late])])
    expect(await subject.store.state()).toMatchObject({ late: 1, ahead: 1, tooLate: 0 })
  })

  test('what exceptions left out is counted once an event, and forgotten with them', async () => {
    const at = T0
    await subject.store.putRecords([{ kind: 'exception', id: 'x', body: {}, audit: null, at }])
    const hidden = [
      { exception: 'x', event: 'e1' },
      { exception: 'x', event: 'e2' },
      { exception: 'y', event: 'e1' },
    ]
    await settle({ hidden })
    await settle({ hidden: hidden.slice(0, 1) })
    expect(await subject.store.hiddenCounts()).toEqual({ x: 2, y: 1 })
    await subject.store.pruneHits({ before: 0, rules: [], limit: 1 })
    expect(await subject.store.hiddenCounts()).toEqual({ x: 2 })
  })

  test('settling a group takes it off the queue, and keeps it off after a restart', async () => {
    await oneWaiting(subject, 'a')
    const waiting = await subject.store.pending(T0 + HOUR, 10)
    expect(await settle({ pending: waiting, alerts: [raise('A')] })).toMatchObject({ applied: true })
    await subject.reopen()
    expect(await subject.store.pending(T0 + HOUR, 10)).toEqual([])
    expect(await subject.store.alert('A')).toMatchObject({ id: 'A', revision: 1 })
  })

  test('a hit that comes while its group is worked on refuses the result, and nothing of it is written', async () => {
    await oneWaiting(subject, 'a')
    const waiting = await subject.store.pending(T0 + HOUR, 10)
    await oneWaiting(subject, 'b')
    const audit = { at: T0, actor: 'x', verb: 'x', subject: 'x', detail: null }
    const refused = await settle({ pending: waiting, alerts: [raise('A')], incidents: [open('I')], audit })
    expect(refused).toEqual({ applied: false })
    expect(await subject.store.alert('A')).toBeNull()
    expect(await subject.store.incident('I')).toBeNull()
    expect((await subject.store.audit(10)).items).toEqual([])
    expect(await subject.store.pending(T0 + HOUR, 10)).toHaveLength(1)
    expect(await subject.store.state()).toMatchObject({ revision: 0 })
  })

  test('a group that was settled and waits again is not the one that was read before', async () => {
    await oneWaiting(subject, 'a')
    const waiting = await subject.store.pending(T0 + HOUR, 10)
    await settle({ pending: waiting })
    expect(await settle({ pending: waiting })).toEqual({ applied: false })
    await oneWaiting(subject, 'b')
    expect(await settle({ pending: waiting })).toEqual({ applied: false })
    expect(await subject.store.pending(T0 + HOUR, 10)).toHaveLength(1)
  })

  test('groups from which nothing follows are settled together, each all or nothing', async () => {
    for (const name of ['a', 'b', 'c']) {
      const event = sampleEvent({ identity: name })
      await subject.store.append([batchOf([matched(event, sampleHit(event, { key: `["${name}"]` }))])])
    }
    const [a, b, c] = await subject.store.pending(T0 + HOUR, 10)
    const again = { due: T0 + 2 * HOUR, from: T0 }
    const stale = { ...c!, revision: c!.revision - 1 }
    expect(await subject.store.settleQuiet([[{ ...a!, again }], [b!, stale], [stale]])).toEqual([
      true,
      false,
      false,
    ])
    expect(await subject.store.pending(T0 + HOUR, 10)).toEqual([b, c])
    expect(await subject.store.settleQuiet([[b!, c!], [b!]])).toEqual([true, false])
    expect(await subject.store.pending(T0 + 2 * HOUR, 10)).toEqual([{ ...a!, ...again }])
    expect(await subject.store.state()).toMatchObject({ revision: 0 })
  })

  test.each([
    ['an alert that is there already', { alerts: [raise('A')] }],
    ['an alert that is not there', { alerts: [raise('X', {}, { expect: 1 })] }],
    ['an alert that was changed', { alerts: [raise('A', {}, { expect: 9 })] }],
    ['an incident that was changed', { alerts: [raise('X')], incidents: [{ ...open('I'), expect: 1 }] }],
    ['an incident that is there already', { incidents: [open('I')] }],
  ])('a settlement that expects otherwise is refused whole: %s', async (_, refused) => {
    await settle({ alerts: [raise('A')], incidents: [open('I')] })
    expect(await settle(refused)).toEqual({ applied: false })
    expect(await subject.store.alert('X')).toBeNull()
    expect(await subject.store.state()).toMatchObject({ revision: 2 })
  })

  test('alerts and incidents share one row of revisions, and each shows up once, with its last change', async () => {
    const first = await settle({ alerts: [raise('A'), raise('B')], incidents: [open('I')] })
    expect(first).toMatchObject({
      applied: true,
      alerts: [
        { id: 'A', revision: 1 },
        { id: 'B', revision: 2 },
      ],
      incidents: [{ id: 'I', revision: 3 }],
      revision: 3,
    })
    const grown = sampleAlert('A', { count: 7, version: 2 })
    const second = await settle({
      alerts: [{ expect: 1, change: 'extended', alert: grown, evidence: [], absorbed: [] }],
    })
    expect(second).toMatchObject({ alerts: [{ id: 'A', count: 7, revision: 4 }], revision: 4 })
    const brief = async (since: number, limit: number) =>
      (await subject.store.changesSince(since, limit)).map((change) => [
        change.revision,
        change.change,
        change.type === 'alert' ? change.alert.id : change.incident.id,
      ])
    expect(await brief(0, 10)).toEqual([
      [2, 'raised', 'B'],
      [3, 'raised', 'I'],
      [4, 'extended', 'A'],
    ])
    expect(await brief(2, 1)).toEqual([[3, 'raised', 'I']])
    expect(await brief(4, 10)).toEqual([])
    expect(await subject.store.changesSince(3, 10)).toMatchObject([
      { type: 'alert', alert: { ...grown, revision: 4 } },
    ])
  })

  test('alerts near a range are those of the rule and key whose completions touch it, whatever their status', async () => {
    const span = (from: number, to: number) => ({ from: T0 + from, to: T0 + to })
    await settle({
      alerts: [
        raise('late', { ...span(50, 60), status: 'closed' }),
        raise('early', { ...span(0, 10), firstSeen: T0 - 100, lastSeen: T0 + 100 }),
        raise('merged', { ...span(0, 60), mergedInto: 'early' }),
        raise('other-key', { ...span(0, 60), key: '["bob"]' }),
        raise('other-rule', { ...span(0, 60), ruleId: 'spray' }),
      ],
    })
    const { key } = sampleAlert('x')
    const near = async (from: number, to: number) =>
      (await subject.store.alertsNear('bulk-send', key, T0 + from, T0 + to)).map(({ id }) => id)
    expect(await near(10, 50)).toEqual(['early', 'late'])
    expect(await near(11, 49)).toEqual([])
    expect(await near(-50, 0)).toEqual(['early'])
    expect(await near(60, 99)).toEqual(['late'])
  })

  test('incidents near a range are those about the account, or about the entity where there is no account', async () => {
    const span = (from: number, to: number) => ({ firstSeen: T0 + from, lastSeen: T0 + to })
    const address = { type: 'ip', value: '203.0.113.9' }
    await settle({
      incidents: [
        open('ann', span(0, 10)),
        open('ann-drill', { ...span(0, 10), drill: true }),
        open('ann-merged', { ...span(0, 10), mergedInto: 'ann' }),
        open('ann-later', span(20, 30)),
        open('spray', { ...span(0, 10), user: null, entity: address }),
        open('spray-of-ann', { ...span(0, 10), entity: address }),
      ],
    })
    const near = async (
      about: { user: string } | { entity: string },
      drill: boolean,
      from: number,
      to: number,
    ) => (await subject.store.incidentsNear(about, drill, T0 + from, T0 + to)).map(({ id }) => id)
    expect(await near({ user: 'ann@example.org' }, false, 10, 20)).toEqual([
      'ann',
      'spray-of-ann',
      'ann-later',
    ])
    expect(await near({ user: 'ann@example.org' }, true, 0, 99)).toEqual(['ann-drill'])
    expect(await near({ user: 'ann@example.org' }, false, 11, 19)).toEqual([])
    expect(await near({ entity: '203.0.113.9' }, false, 0, 99)).toEqual(['spray'])
  })

  test('evidence adds up exactly, an event of two steps counting once, and summing changes nothing', async () => {
    const stored = [
      row('e1', T0, { account: 'bob', value: 'x' }),
      row('e1', T0, { step: 1, account: 'ann', value: null }),
      row('e2', T0 + 1, { account: 'bob', value: ['y'] }),
    ]
    await settle({ alerts: [raise('A', {}, { evidence: stored })] })
    const added = [
      row('e2', T0 + 1, { account: 'bob', value: ['y'] }),
      row('e2', T0 + 1, { step: 1, account: 'carl', value: 'x' }),
      row('e0', T0 - 1, { value: 5 }),
      row('e0', T0 - 1, { value: 5 }),
    ]
    const sum = {
      count: 3,
      distinct: 3,
      accounts: ['ann', 'bob', 'carl'],
      rows: [added[2], stored[0], stored[1], stored[2], added[1]],
    }
    expect(await subject.store.evidence(['A'], added)).toEqual(sum)
    expect(await subject.store.evidence(['A'], added)).toEqual(sum)
    expect(await subject.store.evidence(['A'], [])).toMatchObject({ count: 2, distinct: 2, rows: stored })
    expect(await subject.store.evidence([], added)).toMatchObject({
      count: 2,
      distinct: 3,
      accounts: ['bob', 'carl'],
    })
    expect(await subject.store.evidence(['nobody'], [])).toEqual({
      count: 0,
      distinct: 0,
      accounts: [],
      rows: [],
    })
    expect((await subject.store.alertEvents('A', 10)).items).toEqual(stored)
  })

  test('evidence that is there already stays; the rest is added', async () => {
    await settle({ alerts: [raise('A', {}, { evidence: [row('e1', T0, { value: 'first' })] })] })
    const again = [row('e1', T0 + 5, { value: 'second' }), row('e2', T0 - 5)]
    await settle({ alerts: [raise('A', {}, { expect: 1, change: 'extended', evidence: again })] })
    const rows = [again[1], row('e1', T0, { value: 'first' })]
    expect(await subject.store.evidence(['A'], [])).toEqual({ count: 2, distinct: 1, accounts: [], rows })
  })

  test('an alert that takes in others has their evidence, each row once, and they have none', async () => {
    await settle({
      alerts: [
        raise('A', {}, { evidence: [row('e1', T0, { account: 'ann', value: 1 })] }),
        raise(
          'B',
          {},
          { evidence: [row('e1', T0, { account: 'x', value: 9 }), row('e2', T0 + 1, { value: 2 })] },
        ),
        raise('C', {}, { evidence: [row('e3', T0 + 2, { account: 'carl', value: 1 })] }),
      ],
    })
    const union = await subject.store.evidence(['A', 'B', 'C'], [row('e4', T0 + 3, { value: 3 })])
    await settle({
      alerts: [
        raise(
          'A',
          {},
          {
            expect: 1,
            change: 'extended',
            evidence: [row('e4', T0 + 3, { value: 3 })],
            absorbed: ['B', 'C'],
          },
        ),
        raise('B', { mergedInto: 'A' }, { expect: 2, change: 'merged' }),
        raise('C', { mergedInto: 'A' }, { expect: 3, change: 'merged' }),
      ],
    })
    const sum = await subject.store.evidence(['A'], [])
    expect(sum).toEqual(union)
    expect(sum).toMatchObject({ count: 4, distinct: 3, accounts: ['ann', 'carl'] })
    expect(sum.rows.map((one) => [one.event, one.value])).toEqual([
      ['e1', 1],
      ['e2', 2],
      ['e3', 1],
      ['e4', 3],
    ])
    for (const id of ['B', 'C']) {
      expect(await subject.store.evidence([id], [])).toMatchObject({
        count: 0,
        distinct: 0,
        accounts: [],
        rows: [],
      })
      expect((await subject.store.alertEvents(id, 10)).items).toEqual([])
    }
  })

  test('of much evidence the first and last hundred rows are shown, and all can be paged through', async () => {
    const rows = Array.from({ length: 451 }, (_, i) =>
      row(`e${String(i).padStart(3, '0')}`, T0 + Math.floor(i / 3), { value: i % 7, account: `u${i % 5}` }),
    )
    await settle({ alerts: [raise('A', {}, { evidence: rows.slice(0, 400).reverse() })] })
    const sum = await subject.store.evidence(['A'], rows.slice(390))
    expect(sum).toMatchObject({ count: 451, distinct: 7, accounts: ['u0', 'u1', 'u2', 'u3', 'u4'] })
    expect(sum.rows).toEqual([...rows.slice(0, 100), ...rows.slice(-100)])
    const paged = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof subject.store.alertEvents>> =
        cursor === null
          ? await subject.store.alertEvents('A', 100)
          : await subject.store.alertEvents('A', 100, cursor)
      paged.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(paged).toEqual(rows.slice(0, 400))
  })

  test('of two who changed an alert at once one is refused, and can read and try again', async () => {
    await settle({ alerts: [raise('A')] })
    const revision = await revisionOf('A')
    const close = (assignee: string) =>
      settle({ alerts: [raise('A', { assignee }, { expect: revision, change: 'updated' })] })
    const answers: Settled[] = await Promise.all([close('ann'), close('bob')])
    expect(answers.filter(({ applied }) => applied)).toHaveLength(1)
    expect(await revisionOf('A')).toBe(revision + 1)
  })

  test('what a person changes is in the audit trail with it', async () => {
    const audit = { at: T0, actor: 'ann', verb: 'close', subject: 'alert/A', detail: { reason: 'secured' } }
    await settle({ alerts: [raise('A')], audit })
    expect((await subject.store.audit(10)).items).toMatchObject([{ ...audit, id: 1 }])
  })
}

async function oneWaiting(subject: Subject, identity: string): Promise<void> {
  const event = sampleEvent({ identity })
  await subject.store.append([batchOf([matched(event, sampleHit(event))])])
}
