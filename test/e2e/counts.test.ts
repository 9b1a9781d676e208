import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { audit, BERLIN, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const NOON = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR
let last = 0
const someone = () => `sender${++last}@counts.example`
const bulkAlerts = (user: string) => siem.settled(`?rule=bulk-send&user=${user}`)

describe('bulk send', () => {
  test.each([
    ['49 in an hour are quiet', 49, HOUR, 0],
    ['50 in an hour are quiet', 50, HOUR, 0],
    ['51 in an hour fire', 51, HOUR, 1],
    ['51 over 60 min 01 s are quiet', 51, HOUR + SECOND, 0],
  ])('%s', async (_, count, span, expected) => {
    const user = someone()
    await siem.ingest(sends(user, count, NOON, NOON + span), '?dataset=o365.audit')
    expect(await bulkAlerts(user)).toHaveLength(expected)
  })

  test('30 before and 30 after the full hour fire', async () => {
    const user = someone()
    const before = sends(user, 30, NOON - 10 * MINUTE, NOON - MINUTE)
    const after = sends(user, 30, NOON + MINUTE, NOON + 10 * MINUTE)
    await siem.ingest([...after, ...before], '?dataset=o365.audit')
    const [alert] = await bulkAlerts(user)
    expect(alert.count).toBe(60)
    expect(alert.facts.threshold).toBe(50)
  })

  test('49 delivered twice are quiet', async () => {
    const user = someone()
    const records = sends(user, 49, NOON, NOON + 30 * MINUTE)
    await siem.ingest(records, '?dataset=o365.audit')
    const again = await siem.ingest([...records].reverse(), '?dataset=o365.audit')
    expect(again).toMatchObject({ accepted: 0, duplicates: 49 })
    expect(await bulkAlerts(user)).toHaveLength(0)
  })

  test('Send, SendAs and SendOnBehalf count together, for the account that sent', async () => {
    const user = someone()
    const records = sends(user, 51, NOON, NOON + 30 * MINUTE).map((record, i) => ({
      ...record,
      Operation: ['Send', 'SendAs', 'SendOnBehalf'][i % 3],
      MailboxOwnerUPN: 'shared@counts.example',
    }))
    await siem.ingest(records, '?dataset=o365.audit')
    expect(await bulkAlerts(user)).toHaveLength(1)
    expect(await bulkAlerts('shared@counts.example')).toHaveLength(0)
  })
})

describe('impossible travel', () => {
  const travelAlerts = (user: string) => siem.settled(`?rule=impossible-travel&user=${user}`)

  test.each([
    ['countries as codes', { country: 'US' }, { country: 'DE' }],
    ['countries by English name', { country: 'United States' }, { country: 'Germany' }],
  ])('fires on records with a country and no coordinates: %s', async (_, from, to) => {
    const user = someone()
    const records = [
      signIn({ user, at: NOON, place: from }),
      signIn({ user, at: NOON + 20 * MINUTE, place: to }),
    ]
    await siem.ingest(records, '?dataset=azure.signinlogs')
    const [alert] = await travelAlerts(user)
    expect(alert.facts.km).toBeGreaterThan(500)
    expect(alert.facts.kmh).toBeGreaterThan(900)
  })

  test('is quiet on one sign-in told by several datasets', async () => {
    const user = someone()
    const id = randomUUID()
    await siem.ingest([signIn({ id, user, at: NOON, place: BERLIN })], '?dataset=azure.signinlogs')
    const mirror = audit({
      id,
      user,
      at: NOON + MINUTE,
      operation: 'UserLoggedIn',
      recordType: 15,
      ip: '198.51.100.9',
    })
    await siem.ingest([mirror], '?dataset=o365.audit')
    expect(await travelAlerts(user)).toHaveLength(0)
  })
})
