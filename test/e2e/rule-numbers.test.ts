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

test('so are those of a baseline and of new terms; what is not named stays', async () => {
  const patch = async (id: string, json: unknown) => {
    const response = await siem.request(`/api/v1/rules/${id}`, { method: 'PATCH', json })
    return (await response.json()) as any
  }
  const made = [
    { threshold: { by: 'user.email', more_than: 20, within: '1h', baseline: { days: 7 } } },
    { new_terms: { fields: 'source.ip', history: '10d', learn: '2d' } },
  ]
  for (const [i, block] of made.entries()) {
    const rule = {
      id: `own-${i}`,
      name: 'Own',
      language: 'eql',
      query: 'any where event.dataset == "x"',
      ...block,
    }
    expect((await siem.request('/api/v1/rules', { method: 'POST', json: rule })).status).toBe(201)
  }
  await patch('own-0', { threshold: { baseline: { times: 5 } } })
  expect((await patch('own-0', { threshold: { more_than: 30 } })).threshold).toMatchObject({
    more_than: 30,
    baseline: { days: 7, times: 5, at_least_days: 3 },
  })
  expect((await patch('own-1', { new_terms: { learn: 0 } })).new_terms).toEqual({
    by: ['user.email'],
    fields: ['source.ip'],
    history: '10d',
    learn: 0,
  })
  expect((await patch('own-1', { new_terms: { learn: '11d' } })).status).toBe(422)
})

test('a change that would break the rule is refused with what is wrong', async () => {
  const response = await change({ threshold: { within: 'soon' } })
  expect(response.status).toBe(422)
  expect(await response.text()).toMatch(/within/)
  expect((await siem.get('/api/v1/rules/bulk-send')).threshold.within).toBe('1h')
})
