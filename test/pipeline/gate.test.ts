import { expect, test } from 'vitest'
import { createByteGate, Overloaded, type Place } from '../../server/pipeline/gate.ts'

const ONE = { key: 'one', from: '' }
const TWO = { key: 'two', from: '' }
const soon = () => new Promise((resolve) => setImmediate(resolve))

/** Enters, and notes the name once inside. */
function entering(gate: ReturnType<typeof createByteGate>, order: string[]) {
  return async (name: string, bytes: number, sender = ONE): Promise<Place> => {
    const place = await gate.enter(bytes, sender)
    order.push(name)
    return place
  }
}

test('requests within the bound pass at once, later ones wait for room, in order', async () => {
  const gate = createByteGate({ bytes: 100, patience: 1_000 })
  const order: string[] = []
  const enter = entering(gate, order)
  const a = await enter('a', 80)
  const [b, c] = [enter('b', 50), enter('c', 10)]
  await soon()
  expect([gate.held(), gate.waiting(), ...order]).toEqual([80, 2, 'a'])
  a.leave()
  a.leave()
  for (const place of await Promise.all([b, c])) place.leave()
  expect(order).toEqual(['a', 'b', 'c'])
  expect([gate.held(), gate.waiting()]).toEqual([0, 0])
})

test('who waits in a long line of its own keeps nobody else waiting', async () => {
  const gate = createByteGate({ bytes: 10_000, patience: 1_000 })
  const order: string[] = []
  const enter = entering(gate, order)
  const first = await enter('first', 10_000)
  const waiting = Array.from({ length: 5 }, (_, i) => enter(`greedy ${i}`, 10_000))
  const other = { key: 'one', from: 'elsewhere' }
  waiting.push(enter('other key', 10_000, TWO), enter('same key', 10_000, other))
  first.leave()
  await Promise.all(waiting.map(async (place) => (await place).leave()))
  expect(order.indexOf('other key')).toBeLessThan(3)
  expect(order.indexOf('same key')).toBeLessThan(4)
})

test('one sender gets its share only, while others find room', async () => {
  const gate = createByteGate({ bytes: 100, bytesEach: 50, patience: 20 })
  const place = await gate.enter(40, ONE)
  await expect(gate.enter(20, ONE)).rejects.toBeInstanceOf(Overloaded)
  const late = gate.enter(20, ONE)
  await gate.enter(60, TWO)
  place.leave()
  await late
})

test('a request that finds no room in time is refused whole, and the next one still gets its turn', async () => {
  const gate = createByteGate({ bytes: 100, patience: 20 })
  const place = await gate.enter(100, ONE)
  await expect(gate.enter(10, ONE)).rejects.toBeInstanceOf(Overloaded)
  place.leave()
  await gate.enter(10, ONE)
})

test('a body larger than the bound passes when it is alone', async () => {
  await createByteGate({ bytes: 100, patience: 20 }).enter(1_000, ONE)
})

test('beyond the bound grows one at a time', async () => {
  const gate = createByteGate({ bytes: 100, patience: 1_000 })
  const places = await Promise.all([30, 30, 30].map((bytes) => gate.enter(bytes, ONE)))
  await places[0]!.grow(35)
  expect(gate.held()).toBe(95)
  const order: number[] = []
  const growing = places.map(async (place, i) => {
    await place.grow(1_000)
    order.push(i)
    expect(gate.held()).toBeLessThan(1_100)
    place.leave()
  })
  await soon()
  await Promise.all(growing)
  expect(order).toEqual([0, 1, 2])
  expect(gate.held()).toBe(0)
})
