/** Whether a rule could fire right now, on the real server: told by the logs that have come. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem({ env: { VEDETTE_RETENTION: '7d' } })
})
afterAll(() => siem?.stop())

const HOUR = 3_600_000

async function coverageOf(id: string) {
  const { rules } = await siem.get('/api/v1/coverage')
  return rules.find((one: { ruleId: string }) => one.ruleId === id)
}

test('before any log has come no rule can fire, and each says which logs it lacks', async () => {
  const { rules } = await siem.get('/api/v1/coverage')
  expect(rules.length).toBeGreaterThanOrEqual(40)
  for (const rule of rules)
    expect(rule, rule.ruleId).toMatchObject({ canFire: false, newestData: null, completeUpTo: null })
  expect((await coverageOf('impossible-travel')).reasons).toEqual([
    'No log of azure.signinlogs has come yet.',
  ])
})

test('with logs it says what they lack, what is never filled, and how old they are', async () => {
  const other = await startSiem({ env: { VEDETTE_RETENTION: '7d' } })
  try {
    const now = Date.now()
    const people = Array.from({ length: 60 }, (_, i) => `person${i}@contoso.example`)
    await other.ingest([
      ...people.map((user, i) => signIn({ user, at: now - i * 1000, place: null })),
      ...people.map((user, i) =>
        audit({ user, at: now - 48 * HOUR - i * 1000, operation: 'MailItemsAccessed' }),
      ),
    ])
    const mine = { id: 'everything', name: 'Everything', language: 'eql', entity: 'user.email' }
    const query =
      'sequence by azure.signinlogs.no_such_key with maxspan=30d ' +
      '[any where event.dataset == "azure.signinlogs" and azure.signinlogs.properties.no_such_field == "x"] ' +
      '[any where event.dataset == "azure.signinlogs"]'
    await other.post('/api/v1/rules', { ...mine, query })
    const { rules } = await other.get('/api/v1/coverage')
    const of = (id: string) => rules.find((one: { ruleId: string }) => one.ruleId === id)

    expect(of('impossible-travel').canFire).toBe(false)
    expect(of('impossible-travel').reasons.join()).toMatch(/VEDETTE_GEOIP_CITY/)
    expect(of('bulk-send').reasons.join()).toMatch(/newest log of o365\.audit is .+ old/)
    expect(of('risky-sign-in')).toMatchObject({ canFire: true, reasons: [] })
    expect(Date.parse(of('risky-sign-in').newestData)).toBe(Math.floor(now / 1000) * 1000 + (now % 1000))
    expect(of('risky-sign-in').completeUpTo).toBe(of('risky-sign-in').newestData)
    // Of two kinds of logs the one that lies further back counts.
    const both = of('risky-sign-in-then-inbox-rule')
    expect(Date.parse(both.newestData) - Date.parse(both.completeUpTo)).toBeCloseTo(48 * HOUR, -4)
    const everything = of('everything')
    expect(everything.canFire).toBe(false)
    expect(everything.reasons.join()).toMatch(/\[azure\.signinlogs\.no_such_key\]/)
    const warnings = everything.warnings.join(' ')
    expect(warnings).toMatch(/Step 1: never filled.+no_such_field/)
    expect(warnings).toMatch(/Step 2: it picks 100 % of its logs/)
    expect(warnings).toMatch(/looks back 30 d, but events are kept for 7 d only/)

    // The same stands in the rule's own answer, and its warnings say where in the query.
    const whole = await other.get('/api/v1/rules/everything')
    expect(whole.health).toEqual(everything)
    const places = whole.warnings.map(({ message, line, column }: any) => [message, line, column])
    const start = query.indexOf('azure.signinlogs.properties.no_such_field') + 1
    expect(places).toContainEqual([expect.stringMatching(/never filled.+no_such_field/), 1, start])
    const text = `name: Everything\nlanguage: eql\nquery: |\n  ${query}\n`
    const { valid, warnings: said } = await other.post('/api/v1/rules/validate', { rule: text })
    expect(valid).toBe(true)
    expect(said.find(({ message }: any) => /never filled/.test(message))).toMatchObject({
      line: 4,
      column: start + 2,
    })
    // What is read can be sent back as it is.
    const put = await other.request('/api/v1/rules/everything', { method: 'PUT', json: whole })
    expect(put.status).toBe(200)
    expect(((await put.json()) as any).health.canFire).toBe(false)

    const one = await other.get('/api/v1/coverage?rule=impossible-travel')
    expect(one.rules).toEqual([of('impossible-travel')])
    await other.request('/api/v1/rules/risky-sign-in', { method: 'PATCH', json: { enabled: false } })
    expect((await other.get('/api/v1/coverage?rule=risky-sign-in')).rules[0]).toMatchObject({
      canFire: false,
      reasons: ['It is switched off.'],
    })
  } finally {
    await other.stop()
  }
})

test('a drill is no data', async () => {
  await siem.ingest([signIn({ user: 'drill@contoso.example', at: Date.now() })], '?drill=any')
  expect((await coverageOf('impossible-travel')).reasons).toEqual([
    'No log of azure.signinlogs has come yet.',
  ])
})
