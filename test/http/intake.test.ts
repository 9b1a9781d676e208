/** A full server: how each way in says so, and that bodies on their way stay bounded. */
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { INTAKE } from '../../server/http/intake.ts'
import type { AcceptAnswer, AcceptRequest } from '../../server/http/parts.ts'
import type { Route } from '../../server/http/route.ts'
import { API_KEY, startWorld, type World, type WorldOptions } from './world.ts'

let world: World
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await world.stop()
})

/** A writer that takes requests and never answers, until it is let go. */
function stuck() {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const accept = async ({ kind }: AcceptRequest): Promise<AcceptAnswer> => {
    await released
    if (kind === 'bulk') return { kind, items: [] }
    const answer = { accepted: 1, updated: 0, duplicates: 0, rejected: 0, errors: [] }
    return { kind: 'events', answer } as AcceptAnswer
  }
  return { port: { accept }, release: () => release() }
}

/** Sends by hand, with exactly these headers; what came back, `''` where the connection was cut. */
function raw(text: string, end = true): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  sockets.push(socket)
  let got = ''
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => (got += chunk)).on('error', () => {})
    socket.on('close', () => resolve(got))
  })
  socket.write(text)
  if (!end) return { socket, answer }
  const timer = setInterval(() => {
    if (/\r\n\r\n[^]+/.test(got)) socket.destroy()
  }, 5)
  void answer.then(() => clearInterval(timer))
  return { socket, answer }
}

const head = (method: string, path: string, headers: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${API_KEY}`, ...headers, '', ''].join(
    '\r\n',
  )

function request(route: Route, agent: string | null): string {
  const path = route.path.replace(/\{\w+\}/g, 'logs-x-default')
  const isJournal = route.path === '/upload'
  const body = isJournal
    ? '__REALTIME_TIMESTAMP=1764000000000000\nMESSAGE=x\n\n'
    : '{"index":{}}\n{"event":"x"}\n'
  const type = isJournal ? 'application/vnd.fdo.journal' : 'application/json'
  const headers = [
    `Content-Length: ${body.length}`,
    `Content-Type: ${type}`,
    ...(agent ? [`User-Agent: ${agent}`] : []),
  ]
  return head(route.method.toUpperCase(), path, headers) + body
}

/** Those that take events; others for shippers only talk about how. */
const takesEvents = ({ access, body, answers }: Route) =>
  body && typeof access !== 'string' && access.includes('ingest') && 503 in answers

describe.each<[string, () => WorldOptions]>([
  [
    'the disk is full',
    () => ({ storage: { isFull: () => true, state: async () => ({ full: true, since: 0, freeBytes: 0 }) } }),
  ],
  [
    'the queue is full',
    () => ({
      ingest: stuck().port,
      intake: { ...INTAKE, turns: 1, patience: { arrival: 20, turn: 20 } },
    }),
  ],
])('%s', (_, options) => {
  test('every way in refuses in the words of its protocol, or cuts who would lose data by any word', async () => {
    world = await startWorld(options())
    // Takes the only place there is, where places are what is missing.
    raw(
      request(
        world.http.routes.find(({ path }) => path === '/api/v1/events')!,
        'first',
      ),
      false,
    )
    await new Promise((resolve) => setTimeout(resolve, 30))
    const routes = world.http.routes.filter(takesEvents)
    expect(routes.length).toBeGreaterThan(10)
    for (const route of routes) {
      const name = `${route.method} ${route.path}`
      const answer = await raw(request(route, 'shipper/1')).answer
      expect(answer, name).toMatch(/^HTTP\/1\.1 503 /)
      expect(answer, name).toMatch(/^retry-after: \d+/im)
      if (route.path.startsWith('/services/collector')) expect(answer, name).toMatch(/"code":9/)
      else expect(answer, name).toMatch(/^content-type: text\/plain/im)
      const isCut = route.dialect?.cutWhenFull !== undefined
      const agent = route.path.startsWith('/services/collector') ? 'Needle/2.9' : null
      expect((await raw(request(route, agent)).answer) === '', name).toBe(isCut)
    }
  })
})

const MB = 1024 * 1024
const POST = '/api/v1/events'

test('bodies that come slowly take a bounded room, leave some for others, and give way', async () => {
  world = await startWorld({
    settings: { maxBody: MB },
    intake: { ...INTAKE, bodies: 4 * MB, slowest: 300, patience: { arrival: 4_000, turn: 1_000 } },
  })
  const slow = Array.from({ length: 30 }, (_, i) =>
    raw(`${head('POST', POST, [`Content-Length: ${MB}`, `User-Agent: slow${i % 2}`])}{"a":`, false),
  )
  await vi.waitFor(() => expect(world.http.intake.load()).toEqual({ bytes: 4 * MB, waiting: 26 }))
  const other = await world.key('ingest')
  const answer = await world.request(POST, { method: 'POST', body: '{"message":"x"}', key: other })
  expect(answer.status).toBe(200)
  // Others wait: the connections of those that were too slow are cut.
  expect(await slow[0]!.answer).toBe('')
  for (const { socket } of slow) socket.destroy()
  await vi.waitFor(() => expect(world.http.intake.load()).toEqual({ bytes: 0, waiting: 0 }))
})

test('bodies of unknown length and packed ones count as what they become', async () => {
  const writer = stuck()
  world = await startWorld({ ingest: writer.port, settings: { maxBody: 4 * MB } })
  const text = `{"message":"${'x'.repeat(3 * MB)}"}`
  const packed = world.request(POST, {
    method: 'POST',
    body: gzipSync(text),
    headers: { 'content-encoding': 'gzip' },
  })
  await vi.waitFor(() => expect(world.http.intake.load().bytes).toBeGreaterThanOrEqual(3 * MB))
  const chunked = head('POST', POST, ['Transfer-Encoding: chunked', 'User-Agent: x'])
  raw(`${chunked}${text.length.toString(16)}\r\n${text}\r\n`, false)
  await vi.waitFor(() => expect(world.http.intake.load().bytes).toBeGreaterThanOrEqual(6 * MB))
  writer.release()
  expect((await packed).status).toBe(200)
})

test('nobody who is not known sends more than a sign-in needs', async () => {
  world = await startWorld()
  const answer = await world.request('/api/v1/session', {
    method: 'POST',
    json: { user: 'x', password: 'x'.repeat(100_000) },
    key: null,
  })
  expect(answer.status).toBe(413)
})
