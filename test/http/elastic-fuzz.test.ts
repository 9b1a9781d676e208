import { readFileSync } from 'node:fs'
import http from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NoisyRequest, noisyRequest } from '../support/bulk-noise.ts'
import { random } from '../support/query-noise.ts'
import { type Siem, startSiem } from '../support/server.ts'

const CASES = Number(process.env['VEDETTE_FUZZ'] ?? 400)
const SEED = Number(process.env['VEDETTE_SEED'] ?? 20_261_125)

let siem: Siem
const agent = new http.Agent({ keepAlive: true })
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(async () => {
  agent.destroy()
  await siem?.stop()
})

test(
  `${CASES} broken requests in Elasticsearch's manner get an answer each, never a 5xx, and the server stays well`,
  { timeout: 900_000 },
  async () => {
    const next = random(SEED)
    const before = { memory: memoryOf(siem.pid), at: performance.now() }
    const statuses = new Map<number, number>()
    for (let i = 0; i < CASES; i++) {
      const request = noisyRequest(next)
      const shown = `${request.method} ${request.path} ${request.body.toString('base64')}`
      const { status, text, product } = await ask(request)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      expect(status, `${shown}\n${text}`).toBeGreaterThanOrEqual(200)
      expect(status, `${shown}\n${text}`).toBeLessThan(500)
      if (request.path.split('?')[0]!.endsWith('/_bulk') && status === 200) {
        expect(product, shown).toBe('Elasticsearch')
        expect(text, shown).not.toBe('')
      }
    }
    const good = { _index: 'after', _id: 'x' }
    const answer = await siem.request('/_bulk', {
      method: 'POST',
      body: `${JSON.stringify({ index: good })}\n{"n":1}\n`,
    })
    expect(await answer.json()).toMatchObject({ errors: false, items: [{ index: { ...good, status: 201 } }] })
    expect(siem.output()).not.toMatch(/request failed/)
    const seconds = (performance.now() - before.at) / 1000
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
    console.log(
      `${CASES} in ${seconds.toFixed(1)} s; ${counts.join(', ')}; MB ${before.memory} -> ${memoryOf(siem.pid)}`,
    )
  },
)

function ask({ method, path, headers, body }: NoisyRequest) {
  return new Promise<{ status: number; text: string; product: string | undefined }>((resolve, reject) => {
    const { hostname, port } = new URL(siem.url)
    const own = {
      authorization: `Bearer ${siem.apiKey}`,
      'user-agent': 'fuzz',
      'content-length': body.length,
    }
    const options = { hostname, port, method, path, agent, headers: { ...headers, ...own } }
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const product = response.headers['x-elastic-product'] as string | undefined
        resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString(), product })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Resident megabytes of a process; only Linux says. */
function memoryOf(pid: number): number | string {
  if (process.platform !== 'linux') return '?'
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
}
