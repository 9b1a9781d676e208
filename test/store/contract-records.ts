import { expect, test } from 'vitest'
import type { Json } from '../../server/domain/json.ts'
import type { RecordPut } from '../../server/store/store.ts'
import type { Subject } from './contract.ts'
import { T0 } from './samples.ts'

function put(id: string, body: Json, given: Partial<RecordPut> = {}): RecordPut {
  const audit = {
    at: T0,
    actor: 'ann',
    verb: body === null ? 'delete' : 'save',
    subject: `rule/${id}`,
    detail: body,
  }
  return { kind: 'rule', id, body, audit, at: T0, ...given }
}

export function recordContract(subject: Subject): void {
  test('a record counts its versions and remembers when it was made and changed', async () => {
    expect(await subject.store.putRecords([put('a', { x: 1 })])).toEqual([{ written: true, version: 1 }])
    expect(await subject.store.putRecords([put('a', { x: 2 }, { at: T0 + 5 })])).toEqual([
      { written: true, version: 2 },
    ])
    await subject.reopen()
    expect(await subject.store.record('rule', 'a')).toEqual({
      kind: 'rule',
      id: 'a',
      version: 2,
      body: { x: 2 },
      createdAt: T0,
      updatedAt: T0 + 5,
    })
    expect(await subject.store.record('key', 'a')).toBeNull()
  })

  test.each([
    ['none is there', 'new', 0, true, 1],
    ['none is there, but one is', 'a', 0, false, 1],
    ['the version is there', 'a', 1, true, 2],
    ['another version', 'a', 7, false, 1],
    ['a version of what is not there', 'new', 1, false, 0],
  ])('a put that expects that %s', async (_, id, expected, written, version) => {
    await subject.store.putRecords([put('a', 'before')])
    expect(await subject.store.putRecords([put(id, 'after', { expect: expected })])).toEqual([
      { written, version },
    ])
    expect((await subject.store.record('rule', id))?.body ?? null).toBe(
      written ? 'after' : id === 'a' ? 'before' : null,
    )
    expect((await subject.store.audit(10)).items).toHaveLength(written ? 2 : 1)
  })

  test('of several puts all are written or none', async () => {
    await subject.store.putRecords([put('a', 1)])
    const refused = await subject.store.putRecords([put('b', 1), put('a', 2), put('c', 1, { expect: 3 })])
    expect(refused).toEqual([
      { written: false, version: 0 },
      { written: false, version: 1 },
      { written: false, version: 0 },
    ])
    expect((await subject.store.records('rule')).map(({ id, body }) => [id, body])).toEqual([['a', 1]])
    expect((await subject.store.audit(10)).items).toHaveLength(1)
    const written = await subject.store.putRecords([put('b', 1), put('a', 2), put('b', 2, { expect: 1 })])
    expect(written.map(({ version }) => version)).toEqual([1, 2, 2])
  })

  test('a deleted record is gone, and the next of its name starts anew', async () => {
    await subject.store.putRecords([put('a', 1), put('a', 2)])
    expect(await subject.store.putRecords([put('a', null, { expect: 2 })])).toEqual([
      { written: true, version: 0 },
    ])
    expect(await subject.store.record('rule', 'a')).toBeNull()
    expect(await subject.store.putRecords([put('a', 3, { expect: 0, at: T0 + 9 })])).toEqual([
      { written: true, version: 1 },
    ])
    expect(await subject.store.record('rule', 'a')).toMatchObject({ createdAt: T0 + 9 })
  })

  test.each<[string, Json, Json, Json, Json]>([
    ['is made', null, { x: 1 }, null, { x: 1 }],
    ['is deleted', { x: 1 }, null, { x: 1 }, null],
    [
      'changes in one field',
      { x: 1, y: { a: 1, b: 2 } },
      { x: 1, y: { a: 1, b: 3 } },
      { y: { b: 2 } },
      { y: { b: 3 } },
    ],
    ['gains and loses fields', { x: 1, z: 1 }, { x: 1, y: 2 }, { z: 1 }, { y: 2 }],
    ['has other items in a list', { x: ['a', 'b'] }, { x: ['b', 'c'] }, { x: ['a'] }, { x: ['c'] }],
    ['has a list in another order', { x: [1, 2] }, { x: [2, 1] }, { x: [1, 2] }, { x: [2, 1] }],
    ['is put as it is', { x: 1 }, { x: 1 }, {}, {}],
  ])('the trail tells what was before and after when a record %s', async (_, was, is, before, after) => {
    if (was !== null) await subject.store.putRecords([put('a', was)])
    await subject.store.putRecords([put('a', is)])
    await subject.reopen()
    expect((await subject.store.audit(1)).items).toMatchObject([
      { subject: 'rule/a', detail: is, before, after },
    ])
    expect(await subject.store.verifyAudit()).toMatchObject({ unbroken: true })
  })

  test('records of a kind come by id', async () => {
    await subject.store.putRecords([put('b', 1), put('a', 1), put('c', 1, { kind: 'key' })])
    expect((await subject.store.records('rule')).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('fields are noted once for each dataset, and up to where events were looked at is kept', async () => {
    const { store } = subject
    expect([await store.fieldsSeen(), await store.fieldsSeenUpTo()]).toEqual([[], 0])
    const [b, a] = [
      { dataset: 'b', path: 'user.name' },
      { dataset: 'a', path: 'user' },
    ]
    await store.noteFields({ seen: [b, a, b], at: T0, upTo: 7 })
    await store.noteFields({ seen: [b], at: T0 + 5, upTo: 9 })
    await store.noteFields({ seen: [b], at: T0 - 5, upTo: 12 })
    await subject.reopen()
    expect(await subject.store.fieldsSeen()).toEqual([
      { ...a, firstAt: T0, lastAt: T0 },
      { ...b, firstAt: T0 - 5, lastAt: T0 + 5 },
    ])
    expect(await subject.store.fieldsSeenUpTo()).toBe(12)
  })

  test('the audit trail is read newest first, notes and puts together; a renewal leaves no trace', async () => {
    await subject.store.putRecords([put('a', { secret: false })])
    await subject.store.note({
      at: T0 + 1,
      actor: 'bob',
      verb: 'sign-in',
      subject: 'session',
      detail: { ip: '::1' },
    })
    await subject.store.putRecords([put('s', 1, { kind: 'session', audit: null })])
    const first = await subject.store.audit(1)
    expect(first.items).toMatchObject([{ actor: 'bob', at: T0 + 1, detail: { ip: '::1' } }])
    await subject.store.note({ at: T0 + 2, actor: 'carl', verb: 'x', subject: 'y', detail: null })
    const second = await subject.store.audit(1, first.nextCursor!)
    expect(second).toMatchObject({ items: [{ actor: 'ann', verb: 'save' }], nextCursor: null })
  })
}
