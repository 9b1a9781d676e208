import { expect, test } from 'vitest'
import type { Alert, Incident } from '../../server/domain/alert.ts'
import type { AlertFilter, IncidentFilter } from '../../server/store/store.ts'
import type { Subject } from './contract.ts'
import { sampleAlert, sampleIncident, settlement, T0 } from './samples.ts'

export function listContract(subject: Subject): void {
  const store = (alerts: Alert[], incidents: Incident[] = []) =>
    subject.store.settle(
      settlement({
        alerts: alerts.map((alert) => ({
          expect: null,
          change: 'raised',
          alert,
          evidence: [],
          absorbed: [],
        })),
        incidents: incidents.map((incident) => ({ expect: null, change: 'raised', incident })),
      }),
    )
  const seen = (firstSeen: number, lastSeen: number) => ({
    firstSeen: T0 + firstSeen,
    lastSeen: T0 + lastSeen,
  })

  const alerts = [
    sampleAlert('a', { ...seen(0, 10), status: 'closed', severity: 'low', incidentId: 'i1' }),
    sampleAlert('b', { ...seen(5, 30), ruleId: 'spray', user: null, users: ['Carl@Example.org', 'dora'] }),
    sampleAlert('c', { ...seen(20, 30), drill: true, user: 'Bob@example.org', users: [] }),
    sampleAlert('d', { ...seen(0, 40), mergedInto: 'b' }),
    sampleAlert('f', {
      ...seen(50, 55),
      user: 'fay@example.org',
      users: [],
      severity: 'medium',
      buildingBlock: true,
    }),
    sampleAlert('e', { ...seen(50, 60), status: 'acknowledged', severity: 'critical', incidentId: 'i2' }),
  ]
  test.each<[string, Omit<AlertFilter, 'size'>, string]>([
    ['all but merged ones, newest first', {}, 'e f c b a'],
    ['merged ones too', { merged: true }, 'e f d c b a'],
    ['by status', { status: ['closed', 'acknowledged'] }, 'e a'],
    ['by no status', { status: [] }, ''],
    ['by severity', { severity: ['low', 'critical'] }, 'e a'],
    ['by rule', { rule: 'spray' }, 'b'],
    ['by account, in any case', { user: 'BOB@example.org' }, 'c'],
    ['by an account that is only involved', { user: 'carl@example.org' }, 'b'],
    ['by incident', { incident: 'i2' }, 'e'],
    ['from a time on', { from: T0 + 31 }, 'e f'],
    ['up to a time', { to: T0 + 5 }, 'b a'],
    ['in a range', { from: T0 + 11, to: T0 + 19 }, 'b'],
    ['building blocks only', { buildingBlock: true }, 'f'],
    ['no building blocks', { buildingBlock: false }, 'e c b a'],
    ['drills only', { drill: true }, 'c'],
    ['no drills', { drill: false, user: 'ann@example.org' }, 'e a'],
  ])('alerts are listed: %s', async (_, filter, expected) => {
    await store(alerts)
    const { items, nextCursor } = await subject.store.alerts({ ...filter, size: 50 })
    expect(items.map(({ id }) => id).join(' ')).toBe(expected)
    expect(nextCursor).toBeNull()
  })

  const incidents = [
    sampleIncident('i', seen(0, 10)),
    sampleIncident('j', { ...seen(5, 30), status: 'closed', user: 'Bob@example.org' }),
    sampleIncident('k', { ...seen(20, 30), user: null }),
    sampleIncident('l', { ...seen(0, 40), mergedInto: 'i' }),
  ]
  test.each<[string, Omit<IncidentFilter, 'size'>, string]>([
    ['all but merged ones, newest first', {}, 'k j i'],
    ['by status', { status: ['open'] }, 'k i'],
    ['by account, in any case', { user: 'bob@EXAMPLE.org' }, 'j'],
    ['in a range', { from: T0 + 11, to: T0 + 19 }, 'j'],
  ])('incidents are listed: %s', async (_, filter, expected) => {
    await store([], incidents)
    const { items } = await subject.store.incidents({ ...filter, size: 50 })
    expect(items.map(({ id }) => id).join(' ')).toBe(expected)
  })

  test('paging shows each alert once although new ones come in between', async () => {
    await store(Array.from({ length: 9 }, (_, i) => sampleAlert(`a${i}`, seen(0, Math.floor(i / 2)))))
    const shown: string[] = []
    let cursor: string | undefined
    for (let i = 0; ; i++) {
      const page = await subject.store.alerts({ size: 3, ...(cursor === undefined ? {} : { cursor }) })
      shown.push(...page.items.map(({ id }) => id))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
      await store([sampleAlert(`newer${i}`, seen(0, 100 + i))])
    }
    expect(shown).toEqual(['a8', 'a7', 'a6', 'a5', 'a4', 'a3', 'a2', 'a1', 'a0'])
  })

  test('incidents page like alerts', async () => {
    await store([], incidents)
    const first = await subject.store.incidents({ size: 2 })
    const second = await subject.store.incidents({ size: 2, cursor: first.nextCursor! })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['k', 'j', 'i'])
    expect(second.nextCursor).toBeNull()
  })

  test('a cursor that no list gave out is refused by its code', async () => {
    await store(alerts)
    const asked = [
      subject.store.alerts({ size: 1, cursor: '%%' }),
      subject.store.deadLetters(1, '%%'),
      subject.store.audit(1, '%%'),
      subject.store.replay(0, 1, 1, '%%'),
      subject.store.alertEvents('a', 1, '%%'),
    ]
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'BAD_CURSOR' })
  })

  test('an alert comes back as it was written, with its revision', async () => {
    await store([alerts[1]!])
    expect(await subject.store.alert('b')).toEqual({ ...alerts[1], revision: 1 })
    await subject.reopen()
    expect(await subject.store.alert('b')).toEqual({ ...alerts[1], revision: 1 })
    expect(await subject.store.alert('nobody')).toBeNull()
  })
}
