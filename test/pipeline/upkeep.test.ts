import { expect, test } from 'vitest'
import { startUpkeep } from '../../server/pipeline/upkeep.ts'

const soon = () => new Promise((resolve) => setTimeout(resolve, 60))

test('goes on while there is something to do, and only while nobody waits', async () => {
  let left = 5
  let idle = false
  const compact = async () => (left > 0 ? (left--, 3) : 0)
  const upkeep = startUpkeep({ compact, isIdle: () => idle, onError: () => {} }, 10)
  await soon()
  expect(left).toBe(5)
  idle = true
  await expect.poll(() => left).toBe(0)
  await upkeep.stop()
})

test('an error is told, and the next round tries again', async () => {
  const errors: unknown[] = []
  let tries = 0
  const compact = async () => {
    if (tries++ === 0) throw new Error('busy')
    return 0
  }
  const upkeep = startUpkeep({ compact, isIdle: () => true, onError: (error) => errors.push(error) }, 10)
  await expect.poll(() => tries).toBeGreaterThan(1)
  expect(errors).toHaveLength(1)
  await upkeep.stop()
})
