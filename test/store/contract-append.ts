import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../server/domain/time.ts'
import type { Subject } from './contract.ts'
import { batchOf, matched, sampleEvent, sampleHit, T0 } from './samples.ts'

export function appendContract(subject: Subject): void {
  test('an event comes back whole, by its id', async () => {
    const event = sampleEvent({
      fields: { text: 'tab\there, line\nthere, \u2028 and ü', deep: [{ n: 1.5 }, null, true, ''], 'a.b': {} },
      raw: 'any text:\n\t\u0000 not even {JSON}, ü',
      category: ['email', 'web'],
      drill: 'inbox-rule',
      identity: 'with space/and ~ tilde',
    })
    await subject.store.append([batchOf([sampleEvent(), event, sampleEvent({ identity: 'z', raw: '' })])])
    expect(await subject.store.event(event.id)).toEqual(event)
    await subject.reopen()
    expect(await subject.store.event(event.id)).toEqual(event)
    expect(await subject.store.state()).toMatchObject({ events: 3 })
  })

  test('an unknown id, and a text that is no id, are null', async () => {
    await subject.store.append([batchOf([sampleEvent()])])
    const others = [
      sampleEvent({ identity: 'b' }),
      sampleEvent({ time: T0 + 1000 }),
      sampleEvent({ dataset: 'x' }),
    ]
    for (const { id } of others) expect(await subject.store.event(id)).toBeNull()
    expect(await subject.store.event('nonsense')).toBeNull()
    expect(await subject.store.event('')).toBeNull()
  })

  test('events by ids come in the order asked for, without those that do not exist', async () => {
    const events = ['a', 'b', 'c'].map((identity, i) => sampleEvent({ identity, time: T0 + i }))
    for (const event of events) await subject.store.append([batchOf([event])])
    const ids = [events[2]!.id, 'nothing', events[0]!.id, events[2]!.id]
    expect(await subject.store.events(ids)).toEqual([events[2], events[0], events[2]])
    expect(await subject.store.events([])).toEqual([])
  })

  test('a document is found by its index and _id, whatever its dataset, as it was sent last', async () => {
    const document = (index: string, docId: string, more = {}) =>
      sampleEvent({ identity: `${index}/${docId}`, ownTime: false, index, docId, asSent: true, ...more })
    const first = document('logs-a', '1', { raw: '{"n":1}' })
    const other = document('logs-a', '2', { dataset: 'other', raw: '{"n":2}' })
    const ownId = sampleEvent({ identity: 'own', index: 'logs-a', docId: '3' })
    await subject.store.append([batchOf([sampleEvent({ identity: 'x' }), first, other, ownId])])
    expect(await subject.store.document('logs-a', '1')).toEqual(first)
    expect(await subject.store.document('logs-a', '2')).toEqual(other)
    for (const [index, id] of [
      ['logs-b', '1'],
      ['logs-a', '3'],
      ['logs-a', '4'],
    ] as const) {
      expect(await subject.store.document(index, id)).toBeNull()
    }
    const again = { ...first, raw: '{"n":3}', time: first.time + 9 * MINUTE }
    await subject.store.append([batchOf([again])])
    await subject.reopen()
    expect(await subject.store.document('logs-a', '1')).toMatchObject({ raw: '{"n":3}', time: again.time })
  })

  describe('the same event again', () => {
    const first = sampleEvent({ fields: { risk: 'low', name: 'x' }, raw: '1', identity: 'sign-in' })
    const same = { ...first, receivedAt: T0 + 5 * MINUTE, raw: '2' }
    const more = { ...same, fields: { risk: 'none' } }

    test.each([
      ['in one batch', [[first, same]]],
      ['in one call', [[first], [same]]],
    ])('is a duplicate: %s', async (_, batches) => {
      const answers = await subject.store.append(batches.map((events) => batchOf(events)))
      expect(answers.flatMap((answer) => answer.outcomes)).toEqual(['accepted', 'duplicate'])
      expect(await subject.store.event(first.id)).toEqual(first)
      expect(await subject.store.state()).toMatchObject({ events: 1 })
    })

    test('is a duplicate after another commit, and after a restart', async () => {
      await subject.store.append([batchOf([first])])
      expect((await subject.store.append([batchOf([same])]))[0]!.outcomes).toEqual(['duplicate'])
      await subject.reopen()
      expect((await subject.store.append([batchOf([same])]))[0]!.outcomes).toEqual(['duplicate'])
      expect(await subject.store.event(first.id)).toEqual(first)
    })

    test.each([
      ['in one batch', true],
      ['in two commits', false],
    ])('is an update when it says more, and keeps its times: %s', async (_, together) => {
      const batches = [batchOf([first]), batchOf([more])]
      const answers = together
        ? await subject.store.append([batchOf([first, more])])
        : [...(await subject.store.append([batches[0]!])), ...(await subject.store.append([batches[1]!]))]
      expect(answers.flatMap((answer) => answer.outcomes)).toEqual(['accepted', 'updated'])
      const updated = { ...first, fields: { risk: 'none', name: 'x' }, raw: '2' }
      expect(await subject.store.event(first.id)).toEqual(updated)
      expect((await subject.store.replay(T0, T0, 10)).events).toEqual([updated])
      await subject.reopen()
      expect(await subject.store.event(first.id)).toEqual(updated)
      expect((await subject.store.append([batchOf([first])]))[0]!.outcomes).toEqual(['duplicate'])
    })

    test('is left alone when it may only be created', async () => {
      const create = { event: more, hits: [], line: 1, createOnly: true }
      expect((await subject.store.append([batchOf([first, create])]))[0]!.outcomes).toEqual([
        'accepted',
        'duplicate',
      ])
      expect(await subject.store.event(first.id)).toEqual(first)
    })

    test('may say another millisecond of the same second', async () => {
      const copy = sampleEvent({ ...more, time: T0 + 417 })
      const answers = await subject.store.append([batchOf([first]), batchOf([copy])])
      expect(answers.flatMap((answer) => answer.outcomes)).toEqual(['accepted', 'updated'])
      expect(copy.id).toBe(first.id)
      expect(await subject.store.event(copy.id)).toMatchObject({ time: T0, fields: { risk: 'none' } })
    })

    test('in another second, or another dataset, is another event', async () => {
      const later = sampleEvent({ ...first, time: T0 + 1000 })
      const mirror = sampleEvent({ ...first, dataset: 'azure.signinlogs' })
      const [answer] = await subject.store.append([batchOf([first, later, mirror])])
      expect(answer!.outcomes).toEqual(['accepted', 'accepted', 'accepted'])
    })

    test('without a time of its own is known by its identity alone', async () => {
      const untimed = sampleEvent({ ...first, ownTime: false })
      const again = sampleEvent({ ...more, ownTime: false, time: T0 + 3_600_000 })
      const answers = await subject.store.append([batchOf([first, untimed])])
      expect(answers[0]!.outcomes).toEqual(['accepted', 'accepted'])
      await subject.reopen()
      expect((await subject.store.append([batchOf([again])]))[0]!.outcomes).toEqual(['updated'])
      expect(await subject.store.event(again.id)).toMatchObject({ time: T0, fields: { risk: 'none' } })
      expect(await subject.store.event(first.id)).toEqual(first)
    })
  })

  test('more events than fit into one block, updated across blocks, keep their order of arrival', async () => {
    const events = Array.from({ length: 700 }, (_, i) =>
      sampleEvent({ identity: `e${i}`, time: T0 - i * 500, fields: { n: i }, raw: `raw ${i}` }),
    )
    await subject.store.append([batchOf(events.slice(0, 300)), batchOf(events.slice(300))])
    const newer = { ...events[5]!, fields: { n: 5, seen: 'twice' }, raw: 'newer' }
    expect((await subject.store.append([batchOf([newer])]))[0]!.outcomes).toEqual(['updated'])
    const expected = events.map((event, i) => (i === 5 ? newer : event))
    expect(await readAll(subject, T0 - 1e9, T0)).toEqual(expected)
    expect(await subject.store.events(events.map(({ id }) => id))).toEqual(expected)
  })

  test('a replay covers both ends of its range and goes on where it stopped', async () => {
    const times = [3, 1, 4, 1, 5, 9, 2, 6]
    const events = times.map((n, i) => sampleEvent({ identity: `e${i}`, time: T0 + n * 1000 }))
    await subject.store.append([batchOf(events)])
    const first = await subject.store.replay(T0 + 2000, T0 + 5000, 2)
    expect(first.events.map((event) => event.identity)).toEqual(['e0', 'e2'])
    await subject.store.append([batchOf([sampleEvent({ identity: 'late', time: T0 + 2000 })])])
    const second = await subject.store.replay(T0 + 2000, T0 + 5000, 10, first.cursor!)
    expect(second.events.map((event) => event.identity)).toEqual(['e4', 'e6', 'late'])
    expect(second.cursor).toBeNull()
  })

  test('hits of every version are kept, each once, and only new ones leave their group waiting', async () => {
    const event = sampleEvent()
    const [one, two] = [sampleHit(event), sampleHit(event, { step: 1, value: { place: [1, 2] } })]
    const group = { rule: one.rule, version: 1, key: one.key }
    const answers: boolean[] = []
    for (const hits of [[one], [one], [one, two]]) {
      answers.push((await subject.store.append([batchOf([matched(event, ...hits)])]))[0]!.nudge)
    }
    expect(answers).toEqual([true, false, true])
    expect(await subject.store.hits(group, T0, T0)).toEqual([one, two])
    expect(await subject.store.addHits([two], T0)).toBe(false)
    expect(await subject.store.addHits([{ ...two, version: 2 }], T0)).toBe(true)
    expect(await subject.store.hits(group, T0, T0)).toEqual([one, two])
  })

  test('hits of a group come by time, step and event, from the range asked for, of its version only', async () => {
    const events = ['b', 'a', 'c'].map((identity) => sampleEvent({ identity, time: T0 }))
    const late = sampleEvent({ identity: 'd', time: T0 + 5 })
    const hits = [
      sampleHit(late),
      ...events.map((event, i) => sampleHit(event, { step: i === 2 ? 0 : 1, account: null })),
      sampleHit(late, { version: 2 }),
      sampleHit(late, { key: '["bob"]' }),
    ]
    await subject.store.addHits(hits, T0)
    const group = { rule: 'bulk-send', version: 1, key: hits[0]!.key }
    expect(await subject.store.hits(group, T0, T0 + 5)).toEqual([hits[3], hits[2], hits[1], hits[0]])
    expect(await subject.store.hits(group, T0 + 1, T0 + 5)).toEqual([hits[0]])
    expect(await subject.store.hits(group, T0 - 5, T0 - 1)).toEqual([])
  })

  test('rejected records are kept with their reason, newest first, and can be marked', async () => {
    const reject = (line: number) => ({
      line,
      code: 'not-json',
      detail: `line ${line}`,
      dataset: null,
      raw: '{',
    })
    await subject.store.append([batchOf([], { rejections: [reject(1), reject(2)] })])
    await subject.store.append([batchOf([], { rejections: [{ ...reject(3), dataset: 'o365.audit' }] })])
    const first = await subject.store.deadLetters(2)
    expect(first.items.map(({ detail, dataset }) => [detail, dataset])).toEqual([
      ['line 3', 'o365.audit'],
      ['line 2', null],
    ])
    const rest = await subject.store.deadLetters(2, first.nextCursor!)
    expect(rest).toMatchObject({
      items: [{ detail: 'line 1', source: 'vector', raw: '{' }],
      nextCursor: null,
    })
    const { id } = first.items[1]!
    const audit = { at: T0, actor: 'ann', verb: 'replay', subject: `rejected/${id}`, detail: null }
    await subject.store.markReplayed(id, T0, audit)
    expect(await subject.store.deadLetter(id)).toMatchObject({ id, replayedAt: T0 })
    expect(await subject.store.deadLetter('999')).toBeNull()
    expect(await subject.store.deadLetter('x')).toBeNull()
    expect((await subject.store.audit(10)).items).toMatchObject([{ ...audit, id: 1 }])
  })

  test('a receipt is found from its time on, the newest for its digest', async () => {
    const receipt = (id: string, receivedAt: number) =>
      batchOf([], { receipt: { digest: 'd', id }, receivedAt })
    await subject.store.append([receipt('one', T0)])
    expect(await subject.store.receipt('d', T0)).toBe('one')
    expect(await subject.store.receipt('d', T0 + 1)).toBeNull()
    await subject.store.append([receipt('two', T0 + 1)])
    expect(await subject.store.receipt('d', T0 + 1)).toBe('two')
    expect(await subject.store.receipt('e', 0)).toBeNull()
  })

  test('traffic counts what was stored and rejected by minute, source and dataset', async () => {
    const event = sampleEvent({ time: T0 - 7 })
    const rejections = [{ line: 1, code: 'x', detail: '', dataset: null, raw: '' }]
    await subject.store.append([
      batchOf([event, event, sampleEvent({ identity: 'b' })], { rejections, receivedAt: T0 + 10 }),
      batchOf([event, sampleEvent({ identity: 'c', source: 'beats' })], { receivedAt: T0 + MINUTE }),
    ])
    const both = { source: 'vector', dataset: 'o365.audit', rejected: 0 }
    const beats = { source: 'beats', dataset: 'o365.audit', rejected: 0, events: 1 }
    const unknown = { source: 'vector', dataset: 'unknown', events: 0, rejected: 1 }
    const rejection = null
    expect(await subject.store.traffic(T0, T0 + MINUTE)).toEqual([
      { ...both, minute: T0, events: 2 },
      { ...unknown, minute: T0 },
      { ...beats, minute: T0 + MINUTE },
      { ...both, minute: T0 + MINUTE, events: 0 },
    ])
    expect(await subject.store.traffic(T0 + 1, T0 + MINUTE - 1)).toEqual([])
    const at = (first: number, last: number, time: number) => ({
      firstReceivedAt: first,
      lastReceivedAt: last,
      lastEventTime: time,
    })
    expect(await subject.store.sources()).toEqual([
      { ...beats, ...at(T0 + MINUTE, T0 + MINUTE, T0), rejection },
      { ...both, ...at(T0 + 10, T0 + MINUTE, T0), events: 2, rejection },
      { ...unknown, ...at(T0 + 10, T0 + 10, 0), rejection: { at: T0 + 10, code: 'x', detail: '' } },
    ])
  })

  describe('the rhythm of a source', () => {
    const at = (receivedAt: number, identity: string, time = receivedAt - 5000) =>
      batchOf([sampleEvent({ identity, time })], { receivedAt })
    const stream = { source: 'vector', dataset: 'o365.audit' }

    test('is kept by the hour: its first and last minute, and the longest pause between', async () => {
      const minutes = [0, 4, 20, 59, 60, 190]
      for (const minute of minutes) {
        await subject.store.append([at(T0 + minute * MINUTE, `m${minute}`)])
      }
      const hour = (n: number, first: number, last: number, events: number, pause = 0) => ({
        hour: T0 + n * 60 * MINUTE,
        events,
        first: T0 + first * MINUTE,
        last: T0 + last * MINUTE,
        pause: pause * MINUTE,
      })
      const all = [hour(0, 0, 59, 4, 39), hour(1, 60, 60, 1), hour(3, 190, 190, 1)]
      expect(await subject.store.trafficHours(stream, 0, T0 * 2)).toEqual(all)
      await subject.reopen()
      expect(await subject.store.trafficHours(stream, T0 + 1, T0 + 60 * MINUTE)).toEqual([all[1]])
      expect(await subject.store.trafficHours({ ...stream, source: 'nobody' }, 0, T0 * 2)).toEqual([])
    })

    test('has the delays of what came for the first time and had a time of its own', async () => {
      await subject.store.append([
        at(T0, 'a', T0 - 60_000),
        at(T0, 'b', T0 - 61_000),
        at(T0, 'a', T0 - 60_000),
      ])
      await subject.store.append([at(T0 + 1, 'no-time', T0 + 1), at(T0 + 9, 'c', T0 - 3_600_000)])
      expect(await subject.store.delays(T0 + 59 * MINUTE)).toEqual([
        { ...stream, step: 37, events: 2 },
        { ...stream, step: 61, events: 1 },
      ])
      expect(await subject.store.delays(T0 + 60 * MINUTE)).toEqual([])
    })

    test('tells the newest rejection, whichever came last', async () => {
      const rejected = (receivedAt: number, code: string, dataset: string | null = null) =>
        batchOf([], { receivedAt, rejections: [{ line: 1, code, detail: `${code}!`, dataset, raw: '' }] })
      await subject.store.append([rejected(T0 + 2, 'new'), rejected(T0, 'old')])
      await subject.store.append([rejected(T0 + 1, 'older'), rejected(T0, 'other', 'd')])
      const states = await subject.store.sources()
      expect(states.map(({ dataset, rejected, rejection }) => [dataset, rejected, rejection])).toEqual([
        ['d', 1, { at: T0, code: 'other', detail: 'other!' }],
        ['unknown', 3, { at: T0 + 2, code: 'new', detail: 'new!' }],
      ])
    })

    test('is forgotten by age, a limited number at a time; the state of the source stays', async () => {
      for (const minute of [0, 1, 2, 70]) await subject.store.append([at(T0 + minute * MINUTE, `m${minute}`)])
      const before = { minute: T0 + 2 * MINUTE, hour: T0 + 1, delay: T0 + 1 }
      expect(await subject.store.pruneTraffic(before, 3)).toBe(3)
      expect((await subject.store.traffic(0, T0 * 2)).map(({ minute }) => minute)).toEqual([
        T0 + 2 * MINUTE,
        T0 + 70 * MINUTE,
      ])
      expect(await subject.store.trafficHours(stream, 0, T0 * 2)).toHaveLength(1)
      expect(await subject.store.pruneTraffic(before, 3)).toBe(1)
      expect(await subject.store.delays(0)).toMatchObject([{ events: 1 }])
      expect(await subject.store.pruneTraffic(before, 3)).toBe(0)
      expect(await subject.store.sources()).toMatchObject([{ events: 4, firstReceivedAt: T0 }])
    })
  })
}

async function readAll(subject: Subject, from: number, to: number) {
  const all = []
  let cursor: string | undefined
  do {
    const page = await subject.store.replay(from, to, 64, ...(cursor === undefined ? [] : [cursor]))
    all.push(...page.events)
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined)
  return all
}
