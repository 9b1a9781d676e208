import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert, Incident } from '../../server/domain/alert.ts'
import { severityRank } from '../../server/domain/alert.ts'
import type { Channel } from '../../server/domain/channel.ts'
import { beginDue, type UnderWay } from '../../server/notify/deliver.ts'
import { planNext } from '../../server/notify/plan.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { anAlert, anIncident } from '../http/alerts-in-store.ts'
import { START } from '../http/world.ts'
import { CASES } from '../support/detection.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { httpReceiver } from './receivers.ts'

const views = {
  incident: () => null,
  alert: () => null,
  steps: async () => [],
  link: () => null,
}
const channel = (config: Channel['config'], more: Partial<Channel> = {}): Channel => ({
  id: 'c',
  name: 'c',
  kind: 'webhook',
  config,
  severities: ['low', 'medium', 'high', 'critical'],
  enabled: true,
  createdAt: 0,
  ...more,
})

/** What happens to an incident: alerts join it, people close it. */
const steps = fc.array(
  fc.record({
    incident: fc.constantFrom('i1', 'i2'),
    what: fc.constantFrom('join', 'join', 'grow', 'close', 'plan', 'stop'),
    rule: fc.constantFrom('r1', 'r2', 'r3'),
    severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
  }),
  { minLength: 1, maxLength: 25 },
)

test('whatever happens in whatever order, an incident is told when it begins, gets worse and ends, and nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const store = createMemoryStore({ merge: mergeVersions })
      const parts = { store, channels: async () => [channel({ url: 'http://x.invalid' })], now: START, views }
      await planNext(parts)
      const alerts = new Map<string, Alert[]>()
      const states = new Map<string, Incident>()
      const write = async (id: string) => {
        const known = states.get(id) ?? null
        const mine = alerts.get(id) ?? []
        const severity = mine.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0]!
          .severity
        const isClosed = mine.every(({ status }) => status === 'closed')
        const status = isClosed ? ('closed' as const) : ('open' as const)
        const incident = anIncident({
          ...known,
          id,
          severity,
          status,
          alertIds: mine.map((one) => one.id),
        })
        const writes = []
        for (const alert of mine) {
          const stored = await store.alert(alert.id)
          writes.push({
            expect: stored?.revision ?? null,
            change: 'raised' as const,
            alert,
            evidence: [],
            absorbed: [],
          })
        }
        const expectIncident = (await store.incident(id))?.revision ?? null
        await store.settle({
          pending: [],
          alerts: writes,
          incidents: [{ expect: expectIncident, change: 'raised', incident }],
        })
        states.set(id, (await store.incident(id))!)
      }
      for (const { incident: id, what, rule, severity } of script) {
        const mine = alerts.get(id) ?? []
        if (what === 'plan') await planNext(parts)
        else if (what === 'stop') {
          // As if the process had died between reading and writing: nothing of it is kept.
          await planNext({ ...parts, store: { ...store, planDeliveries: async () => true } })
        } else if (what === 'join' || mine.length === 0) {
          const fresh = anAlert({
            id: `${id}-${mine.length}`,
            ruleId: rule,
            severity,
            incidentId: id,
            raisedAt: START,
            firstSeen: START,
            lastSeen: START,
          } as never)
          alerts.set(id, [...mine, fresh])
          await write(id)
        } else if (what === 'grow') {
          alerts.set(
            id,
            mine.map((one) => ({ ...one, count: one.count + 1 })),
          )
          await write(id)
        } else {
          alerts.set(
            id,
            mine.map((one) => ({ ...one, status: 'closed' as const })),
          )
          await write(id)
        }
      }
      while (await planNext(parts));
      await planNext(parts)
      const before = (await store.deliveries({ size: 1000 })).items.length
      await planNext(parts)
      const told = (await store.deliveries({ size: 1000 })).items.toReversed()
      expect(told.length).toBe(before)
      for (const [id, incident] of states) {
        const mine = told
          .filter(({ subject }) => subject === id)
          .map(({ body }) => JSON.parse(body) as { change: string; severity: string })
        const isOver = incident.status === 'closed'
        if (!isOver) {
          expect(mine.length, id).toBeGreaterThan(0)
          // Nobody is left with less than the truth.
          expect(severityRank(mine.at(-1)!.severity as never), id).toBeGreaterThanOrEqual(
            severityRank(incident.severity),
          )
        }
        let open = false
        for (const { change } of mine) {
          expect(change === 'raised', id).toBe(!open)
          open = change !== 'resolved'
        }
        if (mine.length > 0) expect(open, id).toBe(!isOver)
      }
    }),
    { numRuns: CASES },
  )
})

test('a receiver that fails now and then gets every delivery once, in the order of its incident', async () => {
  let n = 0
  const receiver = await httpReceiver(() => ({ status: ++n % 3 === 0 ? 500 : n % 5 === 0 ? -1 : 200 }))
  const store = createMemoryStore({ merge: mergeVersions })
  const deliveries = Array.from({ length: 40 }, (_, i) => ({
    channel: 'c',
    subject: `s${i % 4}`,
    revision: i,
    due: 0,
    body: JSON.stringify({
      change: 'raised',
      severity: 'high',
      sentence: `${i}`,
      lines: [],
      steps: [],
      link: null,
      incident: { i },
      alert: null,
    }),
  }))
  await store.planDeliveries({ expect: 0, cursor: 1, deliveries, told: [], at: 0 })
  let now = 0
  const channels = async () => [channel({ url: receiver.url, allowPrivate: true, secret: 's' })]
  for (let round = 0; round < 200; round++) {
    const onError = (error: unknown) => expect.fail(String(error))
    const parts = { store, channels, clock: () => now, chance: () => 0.5, onError }
    const underWay: UnderWay = new Map()
    await beginDue(parts, underWay, () => {})
    await Promise.all(underWay.values())
    now += 60_000
  }
  await receiver.stop()
  const seen = receiver.accepted.map(
    ({ body }) => (JSON.parse(body) as { incident: { i: number } }).incident.i,
  )
  expect(seen.length).toBe(40)
  expect(new Set(seen).size).toBe(40)
  for (let s = 0; s < 4; s++) {
    const mine = seen.filter((i) => i % 4 === s)
    expect(mine).toEqual(mine.toSorted((a, b) => a - b))
  }
  // Every try of one delivery has the same key and the same body.
  const perKey = Map.groupBy(receiver.received, ({ headers }) => headers['idempotency-key'])
  for (const tries of perKey.values()) expect(new Set(tries.map(({ body }) => body)).size).toBe(1)
})
