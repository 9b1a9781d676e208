import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportEvents, readExportOptions } from '../../server/commands/export.ts'
import { HOUR } from '../../server/domain/time.ts'
import { sends } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe('export of a range', () => {
  let siem: Siem
  const at = Date.now() - 10 * HOUR
  beforeAll(async () => {
    siem = await startSiem()
    // More than a page.
    await siem.ingest([
      ...sends('a@export.example', 1_500, at, at + HOUR),
      ...sends('b@export.example', 20, at, at + HOUR),
    ])
  })
  afterAll(() => siem?.stop())

  async function lines(query: string | null, from = 'now-1d', to = 'now') {
    const written: string[] = []
    const options = { url: siem.url, key: siem.apiKey, from, to, query }
    const count = await exportEvents(options, async (line) => void written.push(line))
    expect(written).toHaveLength(count)
    return written.map((line) => JSON.parse(line) as Record<string, any>)
  }

  test('every document of the range comes once, normalised, oldest first', async () => {
    const documents = await lines(null)
    expect(new Set(documents.map((document) => document['event'].id)).size).toBe(1_520)
    const times = documents.map((document) => document['@timestamp'] as string)
    expect(times).toEqual([...times].sort())
  })

  test('a KQL query and a range narrow it', async () => {
    expect(await lines('user.email: "b@export.example"')).toHaveLength(20)
    expect(await lines(null, 'now-1h')).toEqual([])
  })

  test('a mistake in the query is told', async () => {
    await expect(lines('user.email: (')).rejects.toThrow(/answered 400/)
  })
})

test.each([
  [['--to', 'now'], /--from and --to/],
  [['--from', 'now-1d', '--to', 'now'], /key with the scope read/],
  [['--from', 'now-1d', '--to', 'now', '--key', 'k', '--url', 'nowhere'], /must be an address/],
  [['--form', 'now-1d'], /form/],
])('%j is refused with what is allowed', (args, says) => {
  expect(() => readExportOptions(args, {})).toThrow(says)
})
