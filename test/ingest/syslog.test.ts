import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHeader } from '../../server/ingest/sources/syslog/header.ts'
import { one } from './records.ts'

const NOW = Date.UTC(2026, 0, 2, 12)

describe('the header of a syslog line', () => {
  test.each<[string, string | null, string, string | null]>([
    ['Jan  2 11:00:00 web1 cron[7]: x', '2026-01-02T11:00:00.000Z', 'web1 cron 7', 'x'],
    ['<13>Jan  2 11:00:00 web1 cron: a: b', '2026-01-02T11:00:00.000Z', 'web1 cron', 'a: b'],
    ['Dec 31 23:59:59 web1 cron: last year', '2025-12-31T23:59:59.000Z', 'web1 cron', 'last year'],
    ['Jan  3 02:00:00 web1 cron: a zone ahead', '2026-01-03T02:00:00.000Z', 'web1 cron', 'a zone ahead'],
    ['Feb 29 10:00:00 web1 cron: a leap year', '2024-02-29T10:00:00.000Z', 'web1 cron', 'a leap year'],
    ['Jan  2 2025 11:00:00 fw1 asa: with a year', '2025-01-02T11:00:00.000Z', 'fw1 asa', 'with a year'],
    ['Jan  2 11:00:00 cron[7]: no host', '2026-01-02T11:00:00.000Z', 'cron 7', 'no host'],
    ['2026-01-02T11:00:00.5+01:00 web1 cron[7]: x', '2026-01-02T10:00:00.500Z', 'web1 cron 7', 'x'],
    ['<34>1 2026-01-02T11:00:00.003Z web1 su - ID47 - x', '2026-01-02T11:00:00.003Z', 'web1 su ID47', 'x'],
    ['<34>1 - - - - - -', null, '', ''],
  ])('%s', (line, time, who, body) => {
    const header = parseHeader(line, NOW)!
    expect(header.time).toBe(time === null ? null : Date.parse(time))
    const { host, program, pid, messageId } = header
    expect([host, program, pid, messageId].filter((part) => part !== null).join(' ')).toBe(who)
    expect(header.body).toBe(body)
  })

  test.each([
    '',
    'hello',
    'Jan 32 11:00:00 a b: c',
    'Foo  2 11:00:00 a b: c',
    '<999>Jan  2 11:00:00 a b: c',
    '2026-01-02',
    '{"a":1}',
    'Jan  2 11:00:00',
  ])('%j has none', (line) => {
    expect(parseHeader(line, NOW)).toBeNull()
  })

  test('any line is read in no time', () => {
    const piece = fc.constantFrom(
      '<1>',
      'Jan  2 11:00:00',
      ' ',
      '[',
      ']',
      '"',
      '\\',
      '1 ',
      '-',
      ':',
      'a',
      ' - - - - [a b="',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 2000 }), (pieces) => {
        const from = performance.now()
        parseHeader(pieces.join(''), NOW)
        expect(performance.now() - from).toBeLessThan(200)
      }),
      { numRuns: 100 },
    )
  })
})

test('a line of another program gets its parts, and is of system.syslog', () => {
  const event = one({ message: '<30>Jun  1 08:00:00 web1 dhcpd[9]: lease' })
  expect(event).toMatchObject({ dataset: 'system.syslog', time: Date.UTC(2026, 5, 1, 8), ownTime: true })
  expect(event.fields).toMatchObject({
    message: '<30>Jun  1 08:00:00 web1 dhcpd[9]: lease',
    host: { hostname: 'web1' },
    process: { name: 'dhcpd', pid: 9 },
    log: {
      syslog: {
        priority: 30,
        facility: { code: 3, name: 'daemon' },
        severity: { code: 6, name: 'informational' },
      },
    },
  })
})

test('text that only begins like a header is stored as it came', () => {
  const sent = { message: 'Jun  1 was a Monday' }
  expect(one(sent)).toMatchObject({ dataset: 'generic', fields: sent })
})
