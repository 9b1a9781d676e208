import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR } from '../../server/domain/time.ts'
import { fullChain } from '../../seed/scenarios/full-chain/full-chain.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import { LAGOS, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

async function told(user: string) {
  const { incidents } = await siem.get(`/api/v1/incidents?user=${encodeURIComponent(user)}`)
  return incidents as any[]
}

test('a whole takeover is one incident, whatever came first: how bad, in order, and what was reached', async () => {
  const runs = [newRun(1, Date.now() - HOUR), newRun(2, Date.now() - HOUR)]
  const stories: unknown[] = []
  for (const [i, run] of runs.entries()) {
    const { records, expected } = fullChain.play(run)
    const order = i === 0 ? records : records.toReversed()
    const parts = [order.slice(0, order.length / 2), order.slice(order.length / 2)]
    for (const part of parts) {
      for (const [dataset, own] of Map.groupBy(part, (one) => one.dataset)) {
        await siem.ingest(
          own.map(({ record }) => record),
          `?dataset=${dataset}`,
        )
      }
      await siem.post('/api/v1/correlator/run', { force: true })
    }
    const incidents = await told(expected.user!)
    expect(incidents).toHaveLength(1)
    const { id, story, alertIds } = incidents[0]
    const incident = await siem.get(`/api/v1/incidents/${id}`)
    expect(incident).toMatchObject({ severity: 'critical', status: 'open', user: expected.user })
    expect(incident.riskScore).toBeGreaterThan(90)
    expect(incident.summary.startsWith(`${expected.user} was taken over: `)).toBe(true)
    expect(story.map(({ alertId }: any) => alertId)).toEqual(alertIds)
    expect(story.map(({ time }: any) => time)).toEqual(story.map(({ time }: any) => time).toSorted())
    expect(incident.blastRadius).toMatchObject({
      sent: { mails: 58 },
      read: { mails: 8 },
      rules: ['..'],
      complete: true,
    })
    stories.push([incident.riskScore, story.length])
  }
  expect(stories[1]).toEqual(stories[0])
})

test('the live feed tells an incident after what ended in it, with rising numbers', async () => {
  const user = 'merged@incident.example'
  const at = Date.now() - 60 * HOUR
  const risky = (hours: number) => signIn({ user, at: at + hours * HOUR, place: LAGOS, risk: 'high' })
  const feed = await siem.live()
  for (const hours of [0, 30, 15]) {
    await siem.ingest([risky(hours)])
    await siem.post('/api/v1/correlator/run', { force: true })
  }
  const gone = await feed.next(({ type, change }) => type === 'incident' && change === 'merged')
  const heard = feed.messages.filter(({ type, incident }) => type === 'incident' && incident.user === user)
  feed.close()
  const [one] = await told(user)
  expect(await told(user)).toHaveLength(1)
  expect(gone.incident).toMatchObject({ mergedInto: one.id, alertIds: [] })
  expect(heard.map(({ revision }) => revision)).toEqual(
    heard.map(({ revision }) => revision).toSorted((a, b) => a - b),
  )
  expect(heard.findLast(({ incident }) => incident.id === one.id)?.incident).toEqual(one)
})
