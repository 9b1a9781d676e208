import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY } from '../../server/domain/time.ts'
import { mutatedQuery, random, randomBytes } from '../support/query-noise.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const CASES = Number(process.env['VEDETTE_CASES'] ?? 1_000)
const SEED = Number(process.env['VEDETTE_SEED'] ?? 20_261_124)

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
  const people = Array.from({ length: 20 }, (_, i) => `p${i}@fuzz.example`)
  await siem.ingest(
    people.flatMap((user) => [
      signIn({ user, at: Date.now() - DAY }),
      inboxRule({ user, at: Date.now() - DAY }),
    ]),
  )
})
afterAll(() => siem?.stop())

const ROUTES = ['/_all/_eql/search', '/api/v1/search', '/api/v1/rules/validate']

test(
  `${CASES} bodies of random bytes get an answer each, and never a 500`,
  { timeout: 300_000 },
  async () => {
    const next = random(SEED)
    for (let i = 0; i < CASES; i++) {
      const body = randomBytes(next)
      const headers = { 'content-type': 'application/json' }
      const response = await siem.request(ROUTES[i % ROUTES.length]!, {
        method: 'POST',
        body: new Uint8Array(body),
        headers,
      })
      expect(response.status, body.toString('base64')).toBeGreaterThanOrEqual(400)
      expect(response.status, body.toString('base64')).toBeLessThan(500)
      await response.arrayBuffer()
    }
  },
)

test(`${CASES} broken queries get an answer each, and never a 500`, { timeout: 300_000 }, async () => {
  const next = random(SEED + 1)
  const took: number[] = []
  for (let i = 0; i < CASES; i++) {
    const query = mutatedQuery(next)
    const json = i % ROUTES.length === 0 ? { query } : { language: 'eql', query }
    const asked = performance.now()
    const response = await siem.request(ROUTES[i % ROUTES.length]!, { method: 'POST', json })
    const text = await response.text()
    took.push(performance.now() - asked)
    expect(response.status, `${query}\n${text}`).toBeLessThan(500)
  }
  took.sort((a, b) => a - b)
  console.log(`99 % of the answers within ${took[Math.floor(took.length * 0.99)]!.toFixed(0)} ms`)
  expect((await siem.request('/healthz')).status).toBe(200)
})
