/** Rules tried out on the real server: other numbers, alerts that people closed, and why nothing came. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, BERLIN, inboxRule, NEW_YORK, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const T0 = Date.parse('2026-11-02T08:00:00Z')
const BUSY = 'busy@fabrikam.example'
const QUIET = 'quiet@fabrikam.example'
const ANN = 'ann@fabrikam.example'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
  await siem.ingest([
    ...sends(BUSY, 55, T0, T0 + 50 * MINUTE),
    ...sends(BUSY, 70, T0 + 24 * HOUR, T0 + 24 * HOUR + 50 * MINUTE),
    ...sends(QUIET, 48, T0, T0 + 50 * MINUTE),
    signIn({ user: ANN, at: T0, risk: 'high' }),
    inboxRule({ user: ANN, at: T0 + 4 * HOUR + 12 * MINUTE }),
    signIn({ user: QUIET, at: T0, place: BERLIN }),
    signIn({
      user: QUIET,
      at: T0 + 5 * HOUR,
      place: { city: 'Warsaw', country: 'PL', lat: 52.23, lon: 21.01 },
    }),
    signIn({ user: ANN, at: T0 + 26 * HOUR, place: NEW_YORK, risk: 'high', error: 50126 }),
    audit({
      user: 'dan@fabrikam.example',
      at: T0,
      operation: 'New-InboxRule',
      parameters: { Name: 'Lunch' },
    }),
  ])
  await siem.settled()
}, 60_000)
afterAll(() => siem.stop())

const post = (path: string, json: unknown) => siem.request(path, { method: 'POST', json })
const bulkSend = async (changes: object) => {
  const { version: _, warnings: __, builtIn: ___, ...rule } = await siem.get('/api/v1/rules/bulk-send')
  return { ...rule, ...changes }
}

describe('a back-test', () => {
  test('of a rule as it is finds its own alerts and how people closed them', async () => {
    const [first] = await siem.alerts('?rule=bulk-send')
    await siem.request(`/api/v1/alerts/${first.id}`, {
      method: 'PATCH',
      json: { status: 'closed', closeReason: 'expected' },
    })
    const found = await siem.post('/api/v1/rules/bulk-send/backtest', {})
    expect(found).toMatchObject({ new: [], lost: [], events: 55 + 70 + 48 + 6 })
    expect(found.alerts.map(({ count, user }: any) => [user, count])).toEqual([
      [BUSY, 70],
      [BUSY, 55],
    ])
    expect(found.kept).toMatchObject([
      { id: first.id, user: BUSY, status: 'closed', closeReason: 'expected', summary: first.summary },
      { user: BUSY, status: 'open', closeReason: null, severity: 'high' },
    ])
    expect(found.tookMs).toBeGreaterThanOrEqual(0)
  })

  test('of a stricter number says what would be lost, of a looser one what would be new', async () => {
    const stricter = await siem.post('/api/v1/rules/backtest', {
      rule: await bulkSend({ threshold: { by: ['user.email'], more_than: 60, within: '1h' } }),
    })
    expect(stricter).toMatchObject({ alerts: [{ count: 70 }], new: [], kept: [{ status: 'closed' }] })
    expect(stricter.lost).toMatchObject([{ user: BUSY, status: 'open', count: 55 }])
    const looser = await siem.post('/api/v1/rules/bulk-send/backtest', {
      rule: await bulkSend({ threshold: { by: ['user.email'], more_than: 40, within: '1h' } }),
    })
    expect(looser).toMatchObject({ lost: [], new: [{ id: null, user: QUIET, status: null, count: 48 }] })
    expect(looser.kept).toHaveLength(2)
  })

  test('of a part of the history keeps to that part', async () => {
    const range = { from: new Date(T0 + 20 * HOUR).toISOString(), to: T0 + 30 * HOUR }
    const found = await siem.post('/api/v1/rules/bulk-send/backtest', range)
    expect(found).toMatchObject({ new: [], lost: [], kept: [{ count: 70 }], events: 71 })
  })

  test('of another rule, as Elastic writes it, raises what it would and changes nothing', async () => {
    const before = await siem.alerts('?merged=true')
    const found = await siem.post('/api/v1/rules/backtest', {
      rule: { name: 'Any inbox rule', language: 'eql', query: 'any where event.action : "new-inboxrule"' },
    })
    expect(found.new.map(({ user }: any) => user).toSorted()).toEqual([ANN, 'dan@fabrikam.example'])
    expect(await siem.alerts('?merged=true')).toEqual(before)
    expect((await siem.get('/api/v1/rules')).rules.map(({ name }: any) => name)).not.toContain(
      'Any inbox rule',
    )
  })

  test('of a rule with mistakes is refused with their places, of an unknown one is not there', async () => {
    const wrong = await post('/api/v1/rules/backtest', {
      rule: { name: 'x', language: 'eql', query: 'any where (' },
    })
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ line: 1 }] }])
    expect((await post('/api/v1/rules/nothing/backtest', {})).status).toBe(404)
    expect((await post('/api/v1/rules/bulk-send/backtest', { from: 'yesterday' })).status).toBe(422)
  })
})

describe('an explanation', () => {
  const explain = (rule: string, entity: unknown) => siem.post(`/api/v1/rules/${rule}/explain`, { entity })

  test('of a rule that fired names its alert', async () => {
    const found = await explain('bulk-send', BUSY.toUpperCase())
    expect(found).toMatchObject({ fired: true, missing: [], exceptions: [] })
    expect(found.alerts).toHaveLength(2)
    expect(found.summary).toContain('It fired')
  })

  test('of a threshold says how many there were', async () => {
    const found = await explain('bulk-send', QUIET)
    expect(found).toMatchObject({ fired: false, alerts: [], steps: [{ step: 0, matched: 48 }] })
    expect(found.summary).toContain(`48 events within 1 h at most`)
    expect(found.summary).toContain('more than 50 needed')
  })

  test('of a sequence that took too long says how long', async () => {
    const found = await explain('risky-sign-in-then-inbox-rule', ANN)
    expect(found).toMatchObject({ fired: false, steps: [{ matched: 1 }, { matched: 1 }] })
    expect(found.summary).toMatch(/New-InboxRule at .* came 4 h 12 min after the sign-in at .*, limit 4 h/)
    const [near] = found.steps[0].nearest
    expect(near.clauses).toContainEqual({
      text: 'event.outcome == "success"',
      met: false,
      values: ['failure'],
    })
  })

  test('of a journey says how far', async () => {
    const found = await explain('impossible-travel', { type: 'user', value: QUIET })
    expect(found.summary).toMatch(/are 5\d\d km and 5 h apart, which is 10\d km\/h, more than 900 needed/)
  })

  test('of nothing at all says so', async () => {
    const found = await explain('bulk-send', 'nobody@fabrikam.example')
    expect(found).toMatchObject({ fired: false, steps: [{ matched: 0, nearest: [] }] })
    expect(found.summary).toContain('no events about nobody@fabrikam.example')
  })
})
