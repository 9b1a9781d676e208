import http from 'node:http'
import net from 'node:net'
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

test('who hangs in the middle of a request is cut after two seconds; a complete one still gets its answer', async () => {
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
  const complete = fetch(`${world.url}/api/v1/events`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { authorization: `Bearer ${API_KEY}` },
  })
  await inside
  const head = `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\n`
  const cut = ['', 'POST /api/v1/ev', `${head}Content-Length: 1000\r\n\r\n{"a":`].map((sent) => {
    const socket = net.connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(sent))
    socket.on('error', () => {})
    return new Promise<number>((resolve) => socket.resume().on('close', () => resolve(Date.now())))
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  const began = Date.now()
  const stopping = world.stop()
  const took = (await Promise.all(cut)).map((at) => at - began)
  expect(took[2]).toBeGreaterThan(1_500)
  expect(Math.max(...took)).toBeLessThan(4_000)
  release()
  expect(await (await complete).json()).toMatchObject({ accepted: 1 })
  await stopping
  expect(Date.now() - began).toBeLessThan(5_000)
})
