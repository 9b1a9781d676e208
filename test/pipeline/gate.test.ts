import { expect, test } from 'vitest'
import { createByteGate, Overloaded } from '../../server/pipeline/gate.ts'

function held() {
  let release = () => {}
  const work = new Promise<void>((resolve) => (release = resolve))
  return { work: () => work, release: () => release() }
}

test('requests within the bound pass at once, later ones wait for room, in order', async () => {
  const gate = createByteGate(100, 1_000)
  const first = held()
  const order: string[] = []
  const a = gate.through(80, async () => {
    await first.work()
    order.push('a')
  })
  const b = gate.through(50, async () => order.push('b'))
  const c = gate.through(10, async () => order.push('c'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(gate.held()).toBe(80)
  expect(order).toEqual([])
  first.release()
  await Promise.all([a, b, c])
  expect(order).toEqual(['a', 'b', 'c'])
  expect(gate.held()).toBe(0)
})

test('a request that finds no room in time is refused whole, and the next one still gets its turn', async () => {
  const gate = createByteGate(100, 20)
  const first = held()
  const a = gate.through(100, first.work)
  await expect(gate.through(10, async () => 'b')).rejects.toBeInstanceOf(Overloaded)
  first.release()
  await a
  expect(await gate.through(10, async () => 'c')).toBe('c')
})

test('a body larger than the bound passes when it is alone', async () => {
  expect(await createByteGate(100, 20).through(1_000, async () => 'large')).toBe('large')
})

test('work that fails gives its room back', async () => {
  const gate = createByteGate(100, 20)
  await expect(gate.through(100, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(gate.held()).toBe(0)
})
