/** Bodies as they come in: packed in any way, too large, cut short, or not what they say. */
import zlib from 'node:zlib'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_KEY, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ settings: { maxBody: 100_000 } })
})
afterAll(() => world.stop())
const send = (body: Uint8Array | string, headers: Record<string, string> = {}) =>
  world.request('/api/v1/events', { method: 'POST', body: body as never, headers })

const lines = Buffer.from('{"user":{"name":"alice"}}\n{"user":{"name":"bob"}}\n')
const packed: [string, string, Buffer][] = [
  ['gzip', 'gzip', zlib.gzipSync(lines)],
  ['GZIP in capitals', 'GZIP', zlib.gzipSync(lines)],
  [
    'gzip in two members',
    'gzip',
    Buffer.concat([zlib.gzipSync(lines.subarray(0, 26)), zlib.gzipSync(lines.subarray(26))]),
  ],
  ['deflate with a zlib header', 'deflate', zlib.deflateSync(lines)],
  ['raw deflate', 'deflate', zlib.deflateRawSync(lines)],
  ['zstd', 'zstd', zlib.zstdCompressSync(lines)],
  ['br', 'br', zlib.brotliCompressSync(lines)],
  ['identity', 'identity', lines],
]

describe.each(packed)('a body in %s', (_name, coding, bytes) => {
  test('is unpacked', async () => {
    const response = await send(bytes, { 'content-encoding': coding })
    const { accepted, duplicates } = (await response.json()) as any
    expect(accepted + duplicates).toBe(2)
  })
})

describe.each(packed.filter(([, coding]) => coding !== 'identity'))(
  'a body in %s',
  (_name, coding, bytes) => {
    test('cut short is 400, and nothing of it is kept', async () => {
      const before = (await world.store.state()).events
      expect((await send(bytes.subarray(0, -3), { 'content-encoding': coding })).status).toBe(400)
      expect((await world.store.state()).events).toBe(before)
    })
    test('that is not that at all is 400', async () => {
      expect((await send('{"a":1}', { 'content-encoding': coding })).status).toBe(400)
    })
  },
)

const bomb = Buffer.alloc(50_000_000, ' ')
test.each([
  ['gzip', zlib.gzipSync(bomb)],
  ['deflate', zlib.deflateSync(bomb)],
  ['zstd', zlib.zstdCompressSync(bomb)],
  ['br', zlib.brotliCompressSync(bomb)],
])('a small body that unpacks to a huge one is 413: %s', async (coding, bytes) => {
  const response = await send(bytes, { 'content-encoding': coding })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ type: '/problems/body-too-large' })
})

test('a body over the limit is 413, whether it says its length or not', async () => {
  expect((await send(Buffer.alloc(100_001, 'x'))).status).toBe(413)
  const chunked = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(20_000))
      if ((this as any).n === undefined) (this as any).n = 0
      if (++(this as any).n > 10) controller.close()
    },
  })
  const response = await world.request('/api/v1/events', {
    method: 'POST',
    body: chunked,
    duplex: 'half',
  } as never)
  expect(response.status).toBe(413)
})

test.each(['snappy', 'gzip, gzip', 'constructor', '__proto__'])('the coding %s is 415', async (coding) => {
  const response = await send(lines, { 'content-encoding': coding })
  expect(response.status).toBe(415)
  expect(response.headers.get('accept-encoding')).toContain('zstd')
})

test('whoever may not send is refused before the body is read', async () => {
  const key = await world.key('read')
  const response = await world.request('/api/v1/events', { method: 'POST', body: Buffer.alloc(90_000), key })
  expect(response.status).toBe(403)
})

test('a connection that ends within the body keeps nothing and leaves the server well', async () => {
  const before = (await world.store.state()).events
  const { port } = new URL(world.url)
  const socket = net.connect(Number(port), '127.0.0.1')
  socket.write(
    `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\nContent-Length: 1000\r\n\r\n{"whole":"line"}\n{"half`,
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await world.request('/healthz')).status).toBe(200)
  expect((await world.store.state()).events).toBe(before)
  expect(world.logged).toEqual([])
})

describe('a JSON body', () => {
  const post = (body: string | Uint8Array, type: string | null) =>
    world.request('/api/v1/keys', {
      method: 'POST',
      body: body as never,
      headers: type === null ? {} : { 'content-type': type },
    })
  test.each([
    ['no JSON', '{', 'application/json', 400],
    ['nothing', '', 'application/json', 400],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['a form', 'name=x&scopes=read', 'application/x-www-form-urlencoded', 415],
    ['text, which a page of another site could send', '{"name":"x","scopes":["read"]}', 'text/plain', 415],
    [
      'JSON by another name',
      '{"name":"x","scopes":["read"]}',
      'application/vnd.api+json; charset=utf-8',
      201,
    ],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'application/json', 422],
    [
      'a poisoned prototype',
      '{"name":"x","scopes":["read"],"__proto__":{"expires":1}}',
      'application/json',
      201,
    ],
  ])('%s', async (_name, body, type, status) => {
    expect((await post(body, type)).status).toBe(status)
    expect(world.logged).toEqual([])
  })
})
