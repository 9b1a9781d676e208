import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { trafficAge } from '../../server/pipeline/traffic-age.ts'
import { batchOf, mergeFields, sampleEvent, T0 } from '../store/samples.ts'
import { createMemoryStore } from '../support/memory-store.ts'

test('minutes go after two days, hours after nine weeks, and it looks once an hour', async () => {
  const store = createMemoryStore({ merge: mergeFields })
  for (const day of [0, 40, 63]) {
    const receivedAt = T0 + day * DAY
    await store.append([batchOf([sampleEvent({ identity: `d${day}` })], { receivedAt })])
  }
  let now = T0 + 63 * DAY + MINUTE
  const age = trafficAge(store, () => now)
  while ((await age()) > 0);
  const stream = { source: 'vector', dataset: 'o365.audit' }
  expect(await store.traffic(0, now)).toHaveLength(1)
  expect(await store.trafficHours(stream, 0, now)).toHaveLength(2)
  now += 3 * DAY
  expect(await age()).toBeGreaterThan(0)
  expect(await age()).toBe(0)
  expect(await store.traffic(0, now)).toHaveLength(0)
  await store.append([batchOf([sampleEvent({ identity: 'old' })], { receivedAt: T0 })])
  now += HOUR - 1
  expect(await age()).toBe(0)
  now += 1
  expect(await age()).toBeGreaterThan(0)
})
