/** What late logs and exceptions undo, through the real server: its threads, its port, its live feed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR, MINUTE, toIso } from '../../server/domain/time.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const NOON = Math.floor(Date.now() / HOUR) * HOUR - 30 * HOUR
const log = (user: string, action: string, minutes: number, ip = '192.0.2.1') => ({
  '@timestamp': toIso(NOON + minutes * MINUTE),
  event: { id: `${user} ${action} ${minutes}`, action, category: ['iam'], dataset: 'vault.audit' },
  user: { email: user },
  source: { ip },
})
const step = (action: string) => `[any where event.action == "${action}"]`

test('a late log that ends a sequence withdraws its alert, in the live feed too; an exception does so as well', async () => {
  const query = `sequence by user.email with maxspan=1h ${step('open')} ${step('copy')} until ${step('seal')}`
  await siem.post('/api/v1/rules', { id: 'vault', name: 'Vault', language: 'eql', query })
  const user = 'ann@undone.example'
  await siem.ingest([log(user, 'open', 0), log(user, 'copy', 10)])
  const [alert] = await siem.settled(`?rule=vault&user=${user}`)
  expect(alert).toMatchObject({ status: 'open', count: 2 })

  const live = await siem.live(alert.revision)
  await siem.ingest([log(user, 'seal', 5)])
  const told = await live.next(({ type, change }) => type === 'alert' && change === 'withdrawn')
  expect(told.alert).toMatchObject({ id: alert.id, withdrawReason: 'late logs rule it out' })
  live.close()

  const other = 'bob@undone.example'
  await siem.ingest([log(other, 'open', 0), log(other, 'copy', 10, '192.0.2.99')])
  expect(await siem.settled(`?rule=vault&user=${other}`)).toMatchObject([{ status: 'open' }])
  const exception = await siem.post('/api/v1/exceptions', {
    ruleId: 'vault',
    condition: 'source.ip == "192.0.2.99"',
    reason: 'the backup',
  })
  expect(await siem.settled(`?rule=vault&user=${other}`)).toMatchObject([
    { status: 'withdrawn', withdrawReason: `exception: the backup (${exception.id})` },
  ])
  expect(await siem.get(`/api/v1/exceptions/${exception.id}`)).toMatchObject({ hidden: 1 })
  await siem.request(`/api/v1/exceptions/${exception.id}`, { method: 'DELETE' })
  expect(await siem.settled(`?rule=vault&user=${other}`)).toMatchObject([{ status: 'open' }])
  expect(await siem.get('/api/v1/correlator')).toMatchObject({
    late: 5,
    tooLate: 0,
    tooCommon: [],
    pending: 0,
  })
})
