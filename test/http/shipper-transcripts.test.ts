/** What real shippers sent to Elasticsearch, request by request, against the real server: each gets what it needs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Siem, startSiem } from '../support/server.ts'
import { type Heard, send } from './replayed.ts'

type Recorded = {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  contentEncoding: string | null
}
type Transcript = { client: string; note?: string; requests: Recorded[] }

/** Recorded from real clients, and kept beside the project: not ours to publish. */
const folder = new URL('../../../shared/shippers/', import.meta.url)
const isAbsent = !existsSync(folder)
const OTHER_PROTOCOLS = /^\/(?:services\/|v1\/|upload)/
const transcripts = isAbsent
  ? []
  : readdirSync(folder)
      .filter((name) => name !== 'index.json')
      .map((name) => ({ name, ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Transcript) }))
      .filter(({ requests }) => !requests.some(({ path }) => OTHER_PROTOCOLS.test(path)))

describe.skipIf(isAbsent)('recorded shippers (skipped where ../shared/shippers is absent)', () => {
  let siem: Siem
  const table: string[] = []
  beforeAll(async () => {
    siem = await startSiem()
  })
  afterAll(async () => {
    console.log(['client | requests | result', ...table].join('\n'))
    await siem?.stop()
  })

  test.each(transcripts)('$client, $name', async ({ name, client, requests }) => {
    const before = await count(siem)
    let added = 0
    for (const request of requests) {
      const heard = await replay(siem, request)
      needs(request, heard)
      added += heard.text.match(/"result":"created"/g)?.length ?? 0
    }
    expect(await count(siem)).toBe(before + added)
    const sent = requests.flatMap(documentsOf)
    for (const index of new Set(sent.map((one) => one.index))) {
      const texts = await storedIn(siem, index)
      for (const one of sent.filter((other) => other.index === index)) {
        expect(
          texts.some((text) => text.includes(one.mark)),
          `${name}: ${one.mark}`,
        ).toBe(true)
      }
    }
    table.push(`${client} (${name}) | ${requests.length} | ${sent.length} documents, all stored`)
  })

  test('without a key each of these requests is 401 with the product header, and keeps nothing', async () => {
    const before = await count(siem)
    for (const request of transcripts.flatMap(({ requests }) => requests)) {
      const { status, headers } = await send(siem.url, null, request)
      expect([request.path, status, headers['x-elastic-product']]).toEqual([
        request.path,
        401,
        'Elasticsearch',
      ])
    }
    expect(await count(siem)).toBe(before)
  })
})

async function count(siem: Siem): Promise<number> {
  return (await siem.get('/api/v1/overview')).events.total as number
}

function replay(siem: Siem, request: Recorded): Promise<Heard> {
  return send(siem.url, siem.apiKey, { ...request, gzip: request.contentEncoding === 'gzip' })
}

/** What the clients look at in each answer, whichever of them asks. */
function needs(request: Recorded, heard: Heard): void {
  const path = request.path.split('?')[0]!
  expect(heard.headers['x-elastic-product']).toBe('Elasticsearch')
  const version = /compatible-with=\d+/.exec(request.headers['accept'] ?? '')
  if (version && heard.json) expect(heard.headers['content-type']).toContain(version[0])
  if (path.startsWith('/_index_template/')) {
    expect(heard.status).toBe(404)
    return
  }
  expect(heard.status).toBe(path.endsWith('/_doc') ? 201 : 200)
  if (request.method === 'HEAD') return
  if (path === '/') {
    expect(heard.json).toMatchObject({
      version: { number: expect.stringMatching(/^\d+\.\d+\.\d+$/), build_flavor: 'default' },
      tagline: 'You Know, for Search',
    })
  }
  if (path.endsWith('/_doc')) expect(heard.json).toMatchObject({ result: 'created', _id: expect.any(String) })
  if (path === '/_cluster/health') expect(heard.json).toMatchObject({ status: 'green', timed_out: false })
  if (path === '/_cat/health') expect(heard.text).toMatch(/^\d+ \S+ vedette green /)
  if (path.endsWith('/_refresh')) expect(heard.json).toMatchObject({ _shards: { failed: 0 } })
  if (!path.endsWith('/_bulk')) return
  expect(heard.text).toContain('"errors":false,"items":[')
  const documents = documentsOf(request)
  expect(heard.json.items).toHaveLength(documents.length)
  for (const [i, item] of (heard.json.items as object[]).entries()) {
    expect(Object.keys(item)).toEqual([documents[i]!.action])
    expect(Object.values(item)[0]).toMatchObject({ _index: documents[i]!.index, _id: expect.any(String) })
    // 200: the very same body was sent again.
    expect([200, 201]).toContain((Object.values(item)[0] as { status: number }).status)
  }
}

type Document = { action: string; index: string; mark: string }

function documentsOf({ method, path, body }: Recorded): Document[] {
  if (method === 'GET' || method === 'HEAD') return []
  const lines = body.split('\n').filter((line) => line.trim() !== '')
  const single = /^\/([^/]+)\/_doc$/.exec(path)
  if (single) return lines.map((line) => ({ action: 'index', index: single[1]!, mark: markOf(line) }))
  return lines.flatMap((line, i) => {
    if (i % 2 === 1) return []
    const [action, meta] = Object.entries(JSON.parse(line) as Record<string, { _index: string }>)[0]!
    return [{ action, index: meta._index, mark: markOf(lines[i + 1]!) }]
  })
}

/** The part of a document that says most, as it stands in JSON text. */
function markOf(line: string): string {
  const { message, MESSAGE, msg, n } = JSON.parse(line) as Record<string, unknown>
  return JSON.stringify(message ?? MESSAGE ?? msg ?? n)
}

async function storedIn(siem: Siem, index: string): Promise<string[]> {
  const answer = await siem.post(`/${index}/_eql/search`, { query: 'any where true', size: 1000 })
  return (answer.hits.events as object[]).map((hit) => JSON.stringify(hit))
}
