/** How each shipper of the flood sends a batch, again and again until it is taken. */
import { Agent, request as httpRequest } from 'node:http'
import { Client } from '@elastic/elasticsearch'
import { send } from './records.ts'
import type { Siem } from './server.ts'

export type FloodShipper = {
  name: string
  connections: number
  batch: number
  /** Sends events with these numbers until they are acknowledged; how often it was refused before. */
  post(from: number, count: number): Promise<number>
}

export type FloodOptions = {
  /** All share one key, and differ by their user agents only. */
  oneKey: boolean
  /** Connections of the greedy one, the first; the others have four each. */
  greed: number
}

const PAUSE_MS = 500

export async function floodShippers(siem: Siem, { oneKey, greed }: FloodOptions): Promise<FloodShipper[]> {
  const keyOf = async (name: string) =>
    oneKey ? siem.apiKey : (await siem.post('/api/v1/keys', { name, scopes: ['ingest'] })).key
  const fetching = async (name: string, path: string, body: (from: number, count: number) => string) => {
    const key = await keyOf(name)
    const headers = {
      authorization: `Bearer ${key}`,
      'user-agent': name,
      'content-type': 'application/json',
    }
    return untilTaken(async (from, count) => {
      const response = await fetch(siem.url + path, { method: 'POST', headers, body: body(from, count) })
      await response.text()
      if (response.status !== 200 && response.status !== 503) throw new Wrong(`${name}: ${response.status}`)
      return response.status === 200
    })
  }
  const greedy = await fetching('curl/8.14', '/api/v1/events?dataset=o365.audit', ndjson)
  const hec = await fetching('hec', '/services/collector/event', hecEvents)
  const otlp = await fetching('otlp', '/v1/logs', otlpRecords)
  return [
    { name: 'ndjson', connections: greed, batch: 1000, post: greedy },
    { name: 'bulk', connections: 4, batch: 500, post: bulk(siem, await keyOf('bulk')) },
    { name: 'hec', connections: 4, batch: 500, post: hec },
    { name: 'otlp', connections: 4, batch: 500, post: otlp },
    { name: 'rsyslog', connections: 4, batch: 500, post: nameless(siem, await keyOf('rsyslog')) },
  ]
}

class Wrong extends Error {}

/** A refusal and a cut connection mean: later, the same again. */
function untilTaken(attempt: (from: number, count: number) => Promise<boolean>): FloodShipper['post'] {
  return async (from, count) => {
    for (let refused = 0; ; refused++) {
      const isTaken = await attempt(from, count).catch((error: unknown) => {
        if (error instanceof Wrong) throw error
        return false
      })
      if (isTaken) return refused
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

const START = Date.now() - 3_600_000
const each = (from: number, count: number, line: (n: number) => unknown) =>
  Array.from({ length: count }, (_, i) => JSON.stringify(line(from + i)))
const words = (n: number) => `connection ${n} from 10.0.${n % 200}.${n % 250} closed by the other side`

function ndjson(from: number, count: number): string {
  const record = (n: number) =>
    send({
      id: `flood-${n}`,
      user: `person${n % 400}@flood.example`,
      at: START,
      operation: 'MailItemsAccessed',
    })
  return each(from, count, record).join('\n')
}

function bulkLines(from: number, count: number): string[] {
  return each(from, count, (n) => ({
    '@timestamp': new Date(START + n).toISOString(),
    message: words(n),
    host: { name: `host${n % 50}` },
  })).flatMap((line, i) => [`{"create":{"_index":"logs-flood-default","_id":"${from + i}"}}`, line])
}

function hecEvents(from: number, count: number): string {
  return each(from, count, (n) => ({
    time: (START + n) / 1000,
    host: `host${n % 50}`,
    event: words(n),
  })).join('')
}

function otlpRecords(from: number, count: number): string {
  const records = each(from, count, (n) => ({
    timeUnixNano: `${START + n}000000`,
    severityText: 'INFO',
    body: { stringValue: words(n) },
  }))
  return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${records.join(',')}]}]}]}`
}

function bulk(siem: Siem, key: string): FloodShipper['post'] {
  const client = new Client({ node: siem.url, auth: { bearer: key }, maxRetries: 0, requestTimeout: 60_000 })
  return untilTaken(async (from, count) => {
    const { items } = await client.bulk({ body: bulkLines(from, count).join('\n') + '\n' } as never)
    // 409: stored by an attempt whose answer did not come through.
    const bad = items.find(({ create }) => create!.status !== 201 && create!.status !== 409)
    if (bad) throw new Wrong(JSON.stringify(bad))
    return true
  })
}

/** As rsyslog: no user agent, and a cut connection is the only refusal that it understands. */
function nameless(siem: Siem, key: string): FloodShipper['post'] {
  const agent = new Agent({ keepAlive: true })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return untilTaken(
    (from, count) =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${siem.url}/_bulk`, { method: 'POST', headers, agent }, (response) => {
          response.resume().on('end', () => {
            if (response.statusCode === 200) resolve(true)
            else reject(new Wrong(`rsyslog: ${response.statusCode}`))
          })
        })
        request.on('error', reject)
        request.end(bulkLines(from, count).join('\n') + '\n')
      }),
  )
}
