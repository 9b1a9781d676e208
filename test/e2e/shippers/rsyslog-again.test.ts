import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SHIPPERS } from '../../../server/http/snippets/index.ts'
import { targetOf } from '../../../server/http/snippets/shipper.ts'
import { stopClients } from '../../support/shippers/client.ts'
import { rsyslog } from '../../support/shippers/daemons.ts'

const lacking = rsyslog.missing()

test.skipIf(lacking !== null)(
  `rsyslog sends a document that was refused for now again, whole and under its id, and no other${lacking === null ? '' : `; skipped: install ${lacking}`}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-rsyslog-'))
    const received: { id: string; document: unknown }[] = []
    // A server that refuses the first document it ever sees, as Elasticsearch does when its queue is full.
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk))
      request.on('end', () => {
        const lines = body.split('\n').filter(Boolean)
        const items = Array.from({ length: lines.length / 2 }, (_, i) => {
          const { create } = JSON.parse(lines[2 * i]!) as { create: { _index: string; _id: string } }
          const isFirst = received.length === 0
          received.push({ id: create._id, document: JSON.parse(lines[2 * i + 1]!) })
          const error = { type: 'es_rejected_execution_exception', reason: 'the queue is full' }
          return { create: { ...create, status: isFirst ? 429 : 201, ...(isFirst ? { error } : {}) } }
        })
        const errors = items.some(({ create }) => create.status !== 201)
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ took: 1, errors, items }))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const target = targetOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const { text } = SHIPPERS.find(({ name }) => name === 'rsyslog')!
    try {
      const lines = ['the first "line"', 'the second', 'the third']
      await rsyslog.send({ folder, lines, pace: 100, snippet: async () => text(target) })
      await expect.poll(() => received.length, { timeout: 20_000 }).toBe(4)
      const [first] = received
      expect(first!.document).toMatchObject({ message: 'the first "line"', process: { name: 'app' } })
      expect(received.filter(({ id }) => id === first!.id)).toEqual([first, first])
      expect(new Set(received.map(({ id }) => id)).size).toBe(3)
    } finally {
      stopClients()
      server.close()
      server.closeAllConnections()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    }
  },
)
