import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { sends } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const change = (json: unknown) => siem.request('/api/v1/rules/bulk-send', { method: 'PATCH', json })

test('the number of a built-in rule is a setting, and the stored history meets the new one', async () => {
  const at = Date.now() - 3 * HOUR
  await siem.ingest(sends('few@numbers.example', 20, at, at + 30 * MINUTE))
  await siem.ingest(sends('many@numbers.example', 60, at, at + 30 * MINUTE))
  const users = async () => (await siem.settled('?rule=bulk-send')).map(({ user }) => String(user)).toSorted()
  expect(await users()).toEqual(['many@numbers.example'])

  const changed = await change({ threshold: { more_than: 10 } })
  expect(changed.status).toBe(200)
  const rule = (await changed.json()) as any
  expect(rule.threshold).toMatchObject({ more_than: 10, within: '1h' })
  expect(await users()).toEqual(['few@numbers.example', 'many@numbers.example'])

  expect((await change({ threshold: { more_than: 100 } })).status).toBe(200)
  // Nobody touched them, and the rule as it is now does not give them.
  const open = await siem.settled('?rule=bulk-send&status=open')
  expect(open).toEqual([])
})

test('a change that would break the rule is refused with what is wrong', async () => {
  const response = await change({ threshold: { within: 'soon' } })
  expect(response.status).toBe(422)
  expect(await response.text()).toMatch(/within/)
  expect((await siem.get('/api/v1/rules/bulk-send')).threshold.within).toBe('1h')
})
