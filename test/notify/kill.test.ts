import { expect, test } from 'vitest'
import { startSiem } from '../support/server.ts'
import { httpReceiver } from './receivers.ts'

const INCIDENTS = 200
const KILLS = 5

test(
  `SIGKILL ${KILLS} times in the middle of ${INCIDENTS} deliveries: each is told, and at most one a kill twice, with the same key`,
  { timeout: 120_000 },
  async () => {
    const receiver = await httpReceiver(() => ({ status: 200, afterMs: 15 }))
    let siem = await startSiem({ keep: true })
    const config = { url: receiver.url, allowPrivate: true, secret: 's' }
    await siem.post('/api/v1/channels', { name: 'hook', kind: 'webhook', config })
    await siem.post('/api/v1/rules', {
      name: 'Each',
      language: 'eql',
      entity: 'user.email',
      query: 'any where event.action == "each"',
      summary: '{user} was seen',
    })
    const now = Date.now()
    await siem.ingest(
      Array.from({ length: INCIDENTS }, (_, i) => ({
        '@timestamp': new Date(now - i * 1000).toISOString(),
        event: { dataset: 'test', action: 'each' },
        user: { email: `user${i}@contoso.example` },
      })),
    )
    await siem.post('/api/v1/correlator/run', { force: true })
    for (let kill = 1; kill <= KILLS; kill++) {
      const goal = Math.floor((kill * INCIDENTS) / (KILLS + 2))
      while (receiver.received.length < goal) await new Promise((resolve) => setTimeout(resolve, 5))
      await siem.kill()
      siem = await siem.restart()
    }
    const users = () =>
      new Set(
        receiver.accepted.map(({ body }) => (JSON.parse(body) as { alert: { user: string } }).alert.user),
      )
    for (let i = 0; i < 600 && users().size < INCIDENTS; i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // Whatever is still on its way.
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(users().size).toBe(INCIDENTS)
    const keys = receiver.accepted.map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(INCIDENTS)
    expect(keys.length - new Set(keys).size).toBeLessThanOrEqual(KILLS)
    expect((await siem.get('/api/v1/deliveries?state=waiting')).deliveries).toEqual([])
    await siem.stop()
    await receiver.stop()
  },
)
