import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseInstant } from '../../server/http/instant.ts'
import { START } from './world.ts'

const iso = (time: string) => Date.parse(time)
test.each<[string, number | undefined]>([
  ['2026-11-24', iso('2026-11-24T00:00:00Z')],
  ['2026-11-24T10:00Z', iso('2026-11-24T10:00:00Z')],
  ['2026-11-24T10:00:00', iso('2026-11-24T10:00:00Z')],
  ['2026-11-24T10:00:00.123456789Z', iso('2026-11-24T10:00:00.123Z')],
  ['2026-11-24T10:00:00+05:30', iso('2026-11-24T04:30:00Z')],
  ['2024-02-29', iso('2024-02-29T00:00:00Z')],
  [String(START), START],
  ['0', 0],
  ['-1', -1],
  ['now', START],
  ['now-30d', START - 30 * 86_400_000],
  ['now+90m', START + 90 * 60_000],
  ['now-0d', undefined],
  ['now-500ms', START - 500],
  ['now-2w', START - 14 * 86_400_000],
  ['now-1M', iso('2026-10-24T12:00:00Z')],
  ['now-1y', iso('2025-11-24T12:00:00Z')],
  ['now-1y/M', iso('2025-11-01T00:00:00Z')],
  ['now-1Y', undefined],
  ['now-d', undefined],
  ['now/', undefined],
  ['nowhere', undefined],
  ['now-999999999999999d', undefined],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-11-24T25:00', undefined],
  ['24.11.2026', undefined],
  ['99999999999999999999', undefined],
  ['', undefined],
  ['Infinity', undefined],
  ['now - 1d', undefined],
])('%j is %j', (text, expected) => {
  expect(parseInstant(text, START)).toBe(expected)
})

test('whatever the text, the answer is a time that can be written, or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(/^(now[+-]\d{1,16}[smhdwMy](\/[dwMy])?|-?\d{1,20}|\d{4}-\d\d-\d\d)$/),
      ),
      (text) => {
        const time = parseInstant(text, START)
        if (time !== undefined) expect(new Date(time).toISOString()).toMatch(/Z$/)
      },
    ),
  )
})
