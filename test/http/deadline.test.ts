import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { extendArrival, limitArrival } from '../../server/http/deadline.ts'

const WITHIN = 300
const server = http.createServer((request, response) => {
  request.on('data', () => {
    if (request.url === '/stream') extendArrival(request)
  })
  request.on('error', () => {})
  request.on('end', () => response.end('whole'))
})
limitArrival(server, WITHIN)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

/** A request that takes three times as long as is allowed, but never pauses for as long. */
function drip(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const request = http.request({ port, path, method: 'POST' }, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    })
    request.on('error', reject)
    let left = 6
    const timer = setInterval(() => {
      request.write('x')
      if (--left > 0 && !request.destroyed) return
      clearInterval(timer)
      request.end()
    }, WITHIN / 2)
  })
}

test('a request that has not come in time is cut off', async () => {
  await expect(drip('/events')).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/)
})

test('a stream may take as long as it likes, while more of it comes', async () => {
  expect(await drip('/stream')).toBe('whole')
})
