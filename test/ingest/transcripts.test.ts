import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { toEvents } from '../../server/ingest/events.ts'

/** Requests of real shippers, kept beside the project: not ours to publish. */
const folder = new URL('../../../shared/shippers/', import.meta.url)
const isAbsent = !existsSync(folder)

type Transcript = { requests: { body?: string | null }[] }

const lines = isAbsent
  ? []
  : readdirSync(folder)
      .filter((file) => /^(rsyslog|syslog-ng)/.test(file))
      .flatMap((file) => {
        const { requests } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Transcript
        const bodies = requests.flatMap(({ body }) => (body ?? '').split('\n'))
        return bodies.filter((line) => line.includes('Failed password')).map((line) => [file, line] as const)
      })

describe.skipIf(isAbsent)('what syslog daemons send (skipped where shared/shippers is absent)', () => {
  test('there are lines', () => {
    expect(lines.length).toBeGreaterThan(10)
  })

  test.each(lines)('%s: a failed login is one, with who and from where: %s', (_, line) => {
    const sent = JSON.parse(line) as Fields
    // In an event of Splunk's collector the line is in `event`.
    const record: Fields =
      typeof sent['event'] === 'string' ? { message: sent['event'], host: sent['host']! } : sent
    const { events } = toEvents({
      records: [{ line: 1, raw: line, record, index: 'logs-syslog-default' }],
      dataset: null,
      source: 's',
      drill: null,
      receivedAt: Date.UTC(2026, 10, 24, 5),
      batchId: 'b',
      geo: null,
    })
    expect(events[0]!.event.asSent).toBe(true)
    expect(events[0]!.event.fields).toMatchObject({
      event: { category: ['authentication'], action: 'ssh_login', outcome: 'failure' },
      user: { name: 'root' },
      source: { ip: /203\.0\.113\.\d+/.exec(line)![0] },
      data_stream: { dataset: 'syslog' },
    })
  })
})
