import { expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { reviseAlerts } from '../../server/pipeline/triage.ts'
import { type Bench, bench, event, failure, only, signIn, SINGLE, SPRAY, T0 } from '../support/detection.ts'

const set = (at: number) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org' })

/** One alert about T0, closed by a person at `closedAt`. */
async function closed(it: Bench, closedAt: number) {
  await it.take(set(T0))
  it.now = closedAt
  const { id } = only(await it.alerts())
  const close = { status: 'closed', closeReason: 'expected' } as const
  await reviseAlerts({ store: it.store, now: () => it.now }, [id], close, 'ann')
  return id
}

test('late evidence from before the closing joins the closed alert, is marked, and opens nothing', async () => {
  const it = bench([SINGLE])
  const id = await closed(it, T0 + 2 * HOUR)
  await it.take(set(T0 + 30 * MINUTE))
  expect(only(await it.alerts())).toMatchObject({
    id,
    status: 'closed',
    closeReason: 'expected',
    count: 2,
    lateAfterClose: true,
    version: 1,
  })
})

test('a completion after the closing raises a new alert, however near', async () => {
  const it = bench([SINGLE])
  const id = await closed(it, T0 + 20 * MINUTE)
  await it.take(set(T0 + 30 * MINUTE))
  const [old, fresh] = await it.alerts()
  expect(old).toMatchObject({ id, status: 'closed', count: 1, lateAfterClose: false })
  expect(fresh).toMatchObject({ status: 'open', count: 1, from: T0 + 30 * MINUTE })
  // What is late for both and from before the closing stays with the closed one.
  await it.take(set(T0 + 15 * MINUTE), set(T0 + 25 * MINUTE))
  expect((await it.alerts()).map(({ status, count }) => [status, count])).toEqual([
    ['closed', 2],
    ['open', 2],
  ])
})

test('what is near a closed alert but further from it than the gap is news', async () => {
  const it = bench([SINGLE])
  await closed(it, T0 + 5 * HOUR)
  await it.take(set(T0 + 3 * HOUR))
  expect((await it.alerts()).map(({ status }) => status)).toEqual(['closed', 'open'])
})

test('closed alerts are never merged, not even by what is near two of them', async () => {
  const it = bench([SINGLE])
  await it.take(set(T0), set(T0 + 2 * HOUR))
  const ids = (await it.alerts()).map(({ id }) => id)
  const close = { status: 'closed', closeReason: 'expected' } as const
  await reviseAlerts({ store: it.store, now: () => it.now }, ids, close, 'ann')
  await it.take(set(T0 + HOUR))
  expect((await it.alerts()).map(({ id }) => id)).toEqual(ids)
})

test('of two that merge, the one that a person touched survives, with what was written on both', async () => {
  const it = bench([SINGLE])
  const deps = { store: it.store, now: () => it.now }
  await it.take(set(T0))
  it.now += SECOND
  await it.take(set(T0 + 2 * HOUR))
  const [first, second] = await it.alerts()
  await reviseAlerts(deps, [second!.id], { status: 'acknowledged', note: 'looking at it' }, 'ann')
  expect(await it.take(set(T0 + HOUR))).toMatchObject({ raised: 0, extended: 1, merged: 1 })
  expect(only(await it.alerts())).toMatchObject({ id: second!.id, status: 'acknowledged', count: 3 })
  expect(await it.store.alert(first!.id)).toMatchObject({ mergedInto: second!.id })
})

test('of two that nobody touched, the one raised first survives', async () => {
  const it = bench([SINGLE])
  await it.take(set(T0 + 2 * HOUR))
  const first = only(await it.alerts())
  it.now += SECOND
  await it.take(set(T0))
  await it.take(set(T0 + HOUR))
  expect(only(await it.alerts()).id).toBe(first.id)
})

test('a success after a spray was closed is told as a new alert, not lost in the closed one', async () => {
  const it = bench([SPRAY])
  const guesses = Array.from({ length: 10 }, (_, i) => failure(T0 + i * SECOND, `u${i}@example.org`))
  await it.take(...guesses)
  it.now = T0 + HOUR
  const { id } = only(await it.alerts())
  const close = { status: 'closed', closeReason: 'stopped' } as const
  await reviseAlerts({ store: it.store, now: () => it.now }, [id], close, 'ann')
  await it.take(signIn(T0 + 2 * HOUR, { user: 'u3@example.org', ip: '203.0.113.9' }))
  const [old, fresh] = await it.alerts()
  expect(old).toMatchObject({ id, status: 'closed', severity: 'medium', count: 10 })
  expect(fresh).toMatchObject({ status: 'open', severity: 'high', user: 'u3@example.org', count: 11 })
})

test('a success from before the closing, told late, belongs to the closed spray', async () => {
  const it = bench([SPRAY])
  const guesses = Array.from({ length: 10 }, (_, i) => failure(T0 + i * SECOND, `u${i}@example.org`))
  await it.take(...guesses)
  it.now = T0 + 3 * HOUR
  const { id } = only(await it.alerts())
  await reviseAlerts({ store: it.store, now: () => it.now }, [id], { status: 'closed' }, 'ann')
  await it.take(signIn(T0 + 2 * HOUR, { user: 'u3@example.org', ip: '203.0.113.9' }))
  expect(only(await it.alerts())).toMatchObject({
    id,
    status: 'closed',
    severity: 'high',
    lateAfterClose: true,
  })
})
