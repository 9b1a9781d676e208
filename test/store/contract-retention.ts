/** What every engine has to do about what is old. */
import { expect, test } from 'vitest'
import { DAY } from '../../server/domain/time.ts'
import type { Removal, ScanRequest } from '../../server/store/store.ts'
import type { Subject } from './contract.ts'
import { batchOf, row, sampleAlert, sampleEvent, sampleIncident, settlement, T0 } from './samples.ts'

const removal = (given: Partial<Removal>): Removal => ({
  what: 'events',
  reason: 'age',
  before: T0,
  at: T0 + DAY,
  budget: 1000,
  ...given,
})

export function retentionContract(subject: Subject): void {
  const received = (identity: string, receivedAt: number, given = {}) =>
    batchOf([sampleEvent({ identity, receivedAt, time: receivedAt - 5000, ...given })], { receivedAt })

  test('events go by their receipt, not by their own time, and are counted by day and reason', async () => {
    const { store } = subject
    await store.append([received('old', T0 - DAY)])
    await store.append([received('old news', T0 + 1, { time: T0 - 300 * DAY })])
    await store.append([received('untimed', T0 - 1, { ownTime: false, time: T0 - 1 })])
    expect(await store.oldestReceipt()).toBe(T0 - DAY)
    expect(await store.removeOld(removal({}))).toEqual({ items: 2, more: false })
    await subject.reopen()
    const left = await subject.store.replay(0, T0 * 2, 10)
    expect(left.events.map(({ identity }) => identity)).toEqual(['old news'])
    expect(await subject.store.state()).toMatchObject({ events: 1 })
    expect(await subject.store.oldestReceipt()).toBe(T0 + 1)
    await subject.store.removeOld(removal({ before: T0 + DAY, reason: 'disk', at: T0 + DAY + 5 }))
    await subject.store.removeOld(removal({ before: T0 + DAY, reason: 'disk', at: T0 + 2 * DAY }))
    expect(await subject.store.removed(0)).toEqual(
      [
        { reason: 'age', items: 2, from: T0 - DAY - 5000, to: T0 - 1, at: T0 + DAY },
        { reason: 'disk', items: 1, from: T0 - 300 * DAY, to: T0 - 300 * DAY, at: T0 + DAY + 5 },
      ].map((one) => ({ ...one, day: Math.floor((T0 + DAY) / DAY), what: 'events' })),
    )
    expect(await subject.store.oldestReceipt()).toBeNull()
  })

  test('what was removed and comes again is new, with a number that was never given out', async () => {
    const { store } = subject
    await store.append([received('a', T0 - 5), received('b', T0 - 5, { ownTime: false })])
    const scan: ScanRequest = {
      order: 'arrival',
      needles: [],
      form: 'normalised',
      only: {},
      limit: 9,
      budget: 1000,
    }
    const before = await store.scan(scan)
    await store.removeOld(removal({}))
    await subject.reopen()
    const again = [received('a', T0 + 5, { time: T0 - 5005 }), received('b', T0 + 5, { ownTime: false })]
    const answers = await subject.store.append(again)
    expect(answers.flatMap(({ outcomes }) => outcomes)).toEqual(['accepted', 'accepted'])
    const after = await subject.store.scan(scan)
    expect(Math.min(...after.events.map(({ seq }) => seq))).toBeGreaterThan(
      Math.max(...before.events.map(({ seq }) => seq)),
    )
  })

  test('an incident goes whole, when it and all of its alerts are old', async () => {
    const its = (id: string, lastSeen: number, raisedAt: number) => ({
      alert: sampleAlert(`alert-${id}`, { incidentId: id, lastSeen, raisedAt, to: lastSeen }),
      incident: sampleIncident(id, { lastSeen, raisedAt, alertIds: [`alert-${id}`] }),
    })
    const all = [its('old', T0 - 9, T0 - 9), its('raised-late', T0 - 9, T0), its('seen-late', T0, T0 - 9)]
    await subject.store.settle(
      settlement({
        alerts: all.map(({ alert }) => ({
          expect: null,
          change: 'raised',
          alert,
          absorbed: [],
          evidence: [row('e', T0 - 9), row('f', T0 - 9)],
        })),
        incidents: all.map(({ incident }) => ({ expect: null, change: 'raised', incident })),
      }),
    )
    expect(await subject.store.removeOld(removal({ what: 'incidents' }))).toEqual({ items: 1, more: false })
    expect((await subject.store.incidents({ size: 9 })).items.map(({ id }) => id).sort()).toEqual([
      'raised-late',
      'seen-late',
    ])
    expect(await subject.store.alert('alert-old')).toBeNull()
    expect((await subject.store.alertEvents('alert-old', 9)).items).toEqual([])
    expect((await subject.store.alertEvents('alert-seen-late', 9)).items).toHaveLength(2)
    expect((await subject.store.changesSince(0, 99)).map(({ type }) => type)).toHaveLength(4)
  })

  test('rejected records and receipts of bodies go by age', async () => {
    const rejections = [{ line: 1, code: 'not-json', detail: '', dataset: null, raw: '{' }]
    await subject.store.append([
      batchOf([], { rejections, receivedAt: T0 - 1, receipt: { digest: 'old', id: 'a' } }),
      batchOf([], { rejections, receivedAt: T0, receipt: { digest: 'new', id: 'b' } }),
    ])
    expect(await subject.store.removeOld(removal({ what: 'rejected' }))).toEqual({ items: 1, more: false })
    expect(await subject.store.removeOld(removal({ what: 'receipts' }))).toEqual({ items: 1, more: false })
    expect((await subject.store.deadLetters(9)).items.map(({ receivedAt }) => receivedAt)).toEqual([T0])
    expect(await subject.store.receipt('old', 0)).toBeNull()
    expect(await subject.store.receipt('new', 0)).toBe('b')
  })

  test('what people were told goes by age, what they have yet to be told does not', async () => {
    const { store } = subject
    const told = (subject: string) => ({ channel: 'mail', subject, revision: 1, due: 0, body: subject })
    const plan = (expect: number, subject: string, at: number) =>
      store.planDeliveries({ expect, cursor: expect + 1, deliveries: [told(subject)], told: [], at })
    for (const [n, name, at] of [
      [0, 'old', T0 - 2],
      [1, 'waiting', T0 - 1],
      [2, 'new', T0],
    ] as const)
      await plan(n, name, at)
    const due = await store.dueDeliveries(T0, 9)
    for (const { id, subject } of due)
      if (subject !== 'waiting') await store.attempted(id, { at: T0, error: null, due: null })
    expect(await store.removeOld(removal({ what: 'deliveries' }))).toEqual({ items: 1, more: false })
    expect((await store.deliveries({ size: 9 })).items.map(({ subject }) => subject)).toEqual([
      'new',
      'waiting',
    ])
  })

  test('the audit trail tells once of each day what was removed on it', async () => {
    await subject.store.append([received('a', T0 - 5)])
    await subject.store.removeOld(removal({}))
    const day = Math.floor((T0 + DAY) / DAY)
    await subject.store.noteRemoved(day, T0 + DAY)
    expect((await subject.store.audit(9)).items).toEqual([])
    await subject.store.noteRemoved(day + 1, T0 + 2 * DAY)
    await subject.store.noteRemoved(day + 1, T0 + 2 * DAY)
    expect((await subject.store.audit(9)).items).toMatchObject([
      {
        id: 1,
        at: T0 + 2 * DAY,
        actor: 'vedette',
        verb: 'old-data.remove',
        subject: '2026-03-03',
        detail: [{ reason: 'age', what: 'events', items: 1 }],
      },
    ])
  })
}
