import { expect, test } from 'vitest'
import type { NewDelivery, Told } from '../../server/domain/channel.ts'
import type { Subject } from './contract.ts'

const delivery = (channel: string, subject: string, revision: number, due = 0): NewDelivery => ({
  channel,
  subject,
  revision,
  due,
  body: `${channel} ${subject} ${revision}`,
})
const told: Told = { change: 'raised', severity: 'high', rules: ['r'], closed: false, at: 1, count: 1 }

export function deliveryContract(subject: Subject): void {
  const plan = (
    expect: number,
    cursor: number,
    deliveries: NewDelivery[],
    rows: { channel: string; subject: string; told: Told }[] = [],
  ) => subject.store.planDeliveries({ expect, cursor, deliveries, told: rows, at: 5 })
  const due = async (now: number) => (await subject.store.dueDeliveries(now, 10)).map(({ body }) => body)

  test('what is to be told is kept with how far it was decided, once', async () => {
    expect(await subject.store.deliveryCursor()).toBeNull()
    expect(await plan(0, 7, [delivery('a', 'i', 7)], [{ channel: 'a', subject: 'i', told }])).toBe(true)
    expect(await plan(0, 9, [delivery('a', 'i', 9)])).toBe(false)
    await subject.reopen()
    expect(await subject.store.deliveryCursor()).toBe(7)
    expect(await subject.store.toldOf(['i', 'x'])).toEqual([{ channel: 'a', subject: 'i', told }])
    expect(
      await plan(
        7,
        9,
        [delivery('a', 'i', 7)],
        [{ channel: 'a', subject: 'i', told: { ...told, closed: true } }],
      ),
    ).toBe(true)
    expect(await due(0)).toEqual(['a i 7'])
    expect((await subject.store.toldOf(['i']))[0]!.told).toMatchObject({ closed: true })
  })

  test('of one incident and channel only the oldest is due, of others all', async () => {
    await plan(0, 3, [
      delivery('a', 'i', 1),
      delivery('a', 'i', 2),
      delivery('b', 'i', 2),
      delivery('a', 'j', 3, 100),
    ])
    expect(await due(0)).toEqual(['a i 1', 'b i 2'])
    expect(await due(100)).toEqual(['a i 1', 'b i 2', 'a j 3'])
    await subject.store.attempted(1, { at: 1, error: 'no', due: 50 })
    expect(await due(0)).toEqual(['b i 2'])
    expect(await due(50)).toEqual(['a i 1', 'b i 2'])
    await subject.store.attempted(1, { at: 60, error: null, due: null })
    expect(await due(60)).toEqual(['a i 2', 'b i 2'])
    expect(await subject.store.waitingDeliveries()).toBe(3)
  })

  test('what was never tried is due no later than what comes after it, and channels can be left out', async () => {
    await plan(0, 1, [delivery('a', 'i', 1, 100), delivery('b', 'i', 1, 100)])
    await subject.store.attempted(2, { at: 1, error: 'no', due: 90 })
    expect(await due(10)).toEqual([])
    await plan(1, 2, [delivery('a', 'i', 2, 10), delivery('b', 'i', 2, 10), delivery('a', 'j', 2, 10)])
    expect(await due(10)).toEqual(['a i 1', 'a j 2'])
    expect((await subject.store.dueDeliveries(90, 10, ['a'])).map(({ body }) => body)).toEqual(['b i 1'])
  })

  test('a delivery that was given up is told with why, and waits again when it is asked to', async () => {
    await plan(0, 2, [delivery('a', 'i', 1), delivery('b', 'i', 2)])
    await subject.store.attempted(1, { at: 3, error: 'refused', due: null })
    const { items } = await subject.store.deliveries({ size: 10, state: 'failed' })
    expect(items).toMatchObject([
      { id: 1, attempts: 1, error: 'refused', finishedAt: 3, state: 'failed', createdAt: 5 },
    ])
    expect((await subject.store.deliveries({ size: 10, channel: 'b' })).items).toHaveLength(1)
    const first = await subject.store.deliveries({ size: 1 })
    expect(first.items[0]!.id).toBe(2)
    expect((await subject.store.deliveries({ size: 1, cursor: first.nextCursor! })).items[0]!.id).toBe(1)
    expect(await subject.store.retryDelivery(2, 9)).toBe(false)
    expect(await subject.store.retryDelivery(1, 9)).toBe(true)
    expect(await due(9)).toEqual(['a i 1', 'b i 2'])
  })
}
