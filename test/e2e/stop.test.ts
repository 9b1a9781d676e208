import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSiem } from '../support/server.ts'

test('SIGTERM under load ends with 0, and every record that was answered for is there afterwards', async () => {
  const data = mkdtempSync(join(tmpdir(), 'vedette-stop-'))
  const siem = await startSiem({ data })
  const answered = new Set<number>()
  let next = 0
  let stopped = false
  async function send(): Promise<void> {
    while (!stopped) {
      const numbers = Array.from({ length: 200 }, () => next++)
      const records = numbers.map((n) => ({
        '@timestamp': new Date().toISOString(),
        n,
        note: 'x'.repeat(400),
      }))
      try {
        const { accepted } = await siem.ingest(records, '?dataset=load')
        if (accepted === records.length) for (const n of numbers) answered.add(n)
      } catch {
        // Cut off or refused: not answered for.
        return
      }
    }
  }
  const senders = Array.from({ length: 6 }, send)
  await new Promise((resolve) => setTimeout(resolve, 600))
  const began = Date.now()
  const code = await siem.stop()
  stopped = true
  await Promise.all(senders)
  expect(code).toBe(0)
  expect(Date.now() - began).toBeLessThan(10_000)
  expect(answered.size).toBeGreaterThan(500)

  const again = await siem.restart()
  const stored = new Set<number>()
  let cursor: string | null = null
  do {
    const page: any = await again.post('/api/v1/search', {
      language: 'kql',
      query: 'event.dataset: load',
      size: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    for (const { fields } of page.events) stored.add(fields.n)
    cursor = page.nextCursor
  } while (cursor !== null)
  await again.stop()
  rmSync(data, { recursive: true, force: true })
  expect([...answered].filter((n) => !stored.has(n))).toEqual([])
})
