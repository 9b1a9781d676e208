import { expect, test } from 'vitest'
import { HOUR } from '../../server/domain/time.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { bench, event, only, SINGLE, T0 } from '../support/detection.ts'

const set = (at: number) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org' })

async function withAlert() {
  const it = bench([SINGLE])
  await it.take(set(T0))
  const deps = { store: it.store, now: () => it.now }
  return { it, deps, alert: only(await it.alerts()) }
}

test('closing counts as a version, says when, and closes the incident', async () => {
  const { it, deps, alert } = await withAlert()
  const patch = { status: 'closed', closeReason: 'secured', note: 'Password changed.' } as const
  const { changed } = await reviseAlerts(deps, [alert.id], patch, 'ruth')
  expect(only(changed)).toMatchObject({
    status: 'closed',
    closeReason: 'secured',
    closedAt: it.now,
    version: 1,
    notes: [{ by: 'ruth', text: 'Password changed.' }],
  })
  expect(await it.store.incident(alert.incidentId!)).toMatchObject({ status: 'closed', version: 1 })
  const { items } = await it.store.audit(10)
  expect(only(items)).toMatchObject({ actor: 'ruth', verb: 'alert.revise', subject: alert.id })
})

test.each([
  ['an assignee', { assignee: 'ruth' }],
  ['a note', { note: 'Called her.' }],
  ['a ticked step', { step: { id: 'reset-password', done: true } }],
])('%s counts as a version of the incident too, whoever looks at it is told', async (_, patch) => {
  const { it, deps, alert } = await withAlert()
  const before = (await it.store.incident(alert.incidentId!))!
  await reviseAlerts(deps, [alert.id], patch, 'ruth')
  const after = (await it.store.incident(alert.incidentId!))!
  expect([after.version, after.revision > before.revision]).toEqual([before.version + 1, true])
  await reviseAlerts(deps, [alert.id], { assignee: 'assignee' in patch ? 'ruth' : null }, 'ruth')
  expect((await it.store.incident(alert.incidentId!))!.version).toBe(after.version)
})

test('opening again takes the reason away', async () => {
  const { deps, alert } = await withAlert()
  await reviseAlerts(deps, [alert.id], { status: 'closed', closeReason: 'test' }, 'ruth')
  const { changed } = await reviseAlerts(deps, [alert.id], { status: 'open' }, 'ruth')
  expect(only(changed)).toMatchObject({ status: 'open', closeReason: null, closedAt: null, version: 2 })
})

test('growing evidence is no conflict, another person is', async () => {
  const { it, deps, alert } = await withAlert()
  await it.take(set(T0 + HOUR))
  const first = await reviseAlerts(deps, [alert.id], { assignee: 'ruth' }, 'ruth', 0)
  expect(only(first.changed)).toMatchObject({ assignee: 'ruth', count: 2 })
  const second = await reviseAlerts(deps, [alert.id], { assignee: 'sven' }, 'sven', 0)
  expect(only(second.refused)).toMatchObject({ id: alert.id, code: 'conflict' })
})

test.each([
  ['an alert that does not exist', 'nope', {}, 'not-found'],
  ['a reason without closing', null, { closeReason: 'expected' as const }, 'invalid'],
])('%s is refused, the rest is changed', async (_, id, patch, code) => {
  const { deps, alert } = await withAlert()
  const { refused } = await reviseAlerts(deps, [id ?? alert.id], { ...patch, note: 'x' }, 'ruth')
  expect(only(refused).code).toBe(code)
})

test('what has become part of another alert is refused with that alert', async () => {
  const { it, deps, alert } = await withAlert()
  await it.take(set(T0 + 2 * HOUR))
  const later = (await it.alerts())[1]!
  await it.take(set(T0 + HOUR))
  const gone = only(await it.alerts()).id === alert.id ? later : alert
  const { refused } = await reviseAlerts(deps, [gone.id], { status: 'closed' }, 'ruth')
  expect(only(refused)).toMatchObject({ code: 'invalid' })
})

test('a change that the correlator crosses is tried again', async () => {
  const { it, deps, alert } = await withAlert()
  let crossed = false
  const store = {
    ...it.store,
    settle: async (given: Parameters<typeof it.store.settle>[0]) => {
      if (!crossed) {
        crossed = true
        await it.take(set(T0 + HOUR))
      }
      return it.store.settle(given)
    },
  }
  const { changed } = await reviseAlerts({ ...deps, store }, [alert.id], { status: 'acknowledged' }, 'ruth')
  expect(only(changed)).toMatchObject({ status: 'acknowledged', count: 2, version: 1 })
})

test('a ticked step says who did it first, taking it back forgets that, and both are told', async () => {
  const { it, deps, alert } = await withAlert()
  const tick = (done: boolean, who: string) =>
    reviseAlerts(deps, [alert.id], { step: { id: 'reset-password', done } }, who)
  expect(only((await tick(true, 'ruth')).changed).steps).toEqual({
    'reset-password': { at: it.now, by: 'ruth' },
  })
  const again = only((await tick(true, 'sven')).changed)
  expect([again.steps!['reset-password']!.by, again.version]).toEqual(['ruth', 1])
  const taken = only((await tick(false, 'sven')).changed)
  expect([taken.steps, taken.version]).toEqual([{}, 2])
  expect(taken.activity).toMatchObject([
    { by: 'ruth', did: 'step', value: 'reset-password', detail: 'done' },
    { by: 'sven', did: 'step', value: 'reset-password', detail: 'undone' },
  ])
  expect((await it.store.audit(10)).items.map(({ actor }) => actor)).toEqual(['sven', 'ruth'])
})

test('what people did stays when evidence joins the alert', async () => {
  const { it, deps, alert } = await withAlert()
  await reviseAlerts(deps, [alert.id], { step: { id: 'reset-password', done: true } }, 'ruth')
  await reviseAlerts(deps, [alert.id], { status: 'acknowledged', assignee: 'ruth' }, 'ruth')
  await it.take(set(T0 + HOUR))
  const grown = (await it.store.alert(alert.id))!
  expect([grown.count, Object.keys(grown.steps!)]).toEqual([2, ['reset-password']])
  expect(grown.activity!.map(({ did, value }) => [did, value])).toEqual([
    ['step', 'reset-password'],
    ['status', 'acknowledged'],
    ['assignee', 'ruth'],
  ])
})
