import http from 'node:http'
import { expect, test } from 'vitest'
import { API_KEY, startWorld } from './world.ts'

test('stopping finishes what was accepted, ends idle connections, and takes nothing new', async () => {
  let release = () => {}
  const waiting = new Promise<void>((resolve) => (release = resolve))
  let reached = () => {}
  const inside = new Promise<void>((resolve) => (reached = resolve))
  const world = await startWorld({
    ingest: {
      async accept() {
        reached()
        await waiting
        return { kind: 'events', answer: { accepted: 1, updated: 0, duplicates: 0, rejected: 0, errors: [] } }
      },
    },
  })
  const agent = new http.Agent({ keepAlive: true })
  const idle = await new Promise<number>((resolve) => {
    http.get(`${world.url}/healthz`, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
  })
  expect(idle).toBe(200)
  const slow = fetch(`${world.url}/api/v1/events`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { authorization: `Bearer ${API_KEY}` },
  })
  await inside
  let isStopped = false
  const stopping = world.stop().then(() => (isStopped = true))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(isStopped).toBe(false)
  await expect(fetch(`${world.url}/healthz`)).rejects.toThrow('fetch failed')
  release()
  expect(await (await slow).json()).toMatchObject({ accepted: 1 })
  await stopping
  agent.destroy()
})
