import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spanOf } from '../../client/src/parts/windowed.ts'
import { csv } from '../../client/src/text/csv.ts'
import { alertsCsv, collect } from '../../client/src/screens/alerts/export.ts'
import { linesOf } from '../../client/src/screens/alerts/groups.ts'
import { getBySeverity } from '../../client/src/screens/alerts/pages.ts'
import type { AlertView } from '../../server/domain/api.ts'
import { bySeverity } from '../../client/src/live/order.ts'

test('whatever is in sight is drawn, and never more than sixty rows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -2_000, max: 600_000 }),
      fc.integer({ min: 100, max: 2_000 }),
      fc.integer({ min: 32, max: 120 }),
      fc.integer({ min: 1, max: 10_000 }),
      (above, height, row, count) => {
        const { from, to } = spanOf(above, height, row, count)
        expect(to - from).toBeLessThanOrEqual(60)
        const first = Math.max(0, Math.floor(above / row))
        const last = Math.min(count - 1, Math.floor((above + height) / row))
        if (first < count && last >= first && last - first < 55) {
          expect(from).toBeLessThanOrEqual(first)
          expect(to).toBeGreaterThan(last)
        }
      },
    ),
  )
})

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@cmd', "'@cmd"],
  ['\tx', "'\tx"],
  ['\rx', `"'\rx"`],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=a"b', `"'=a""b"`],
  ['plain', 'plain'],
  ['', ''],
])('the cell %j is written as %j', (text, cell) => {
  expect(csv(['x'], [[text]])).toBe(`x\r\n${cell}\r\n`)
})

const alert = (id: string, given: Partial<AlertView>): AlertView =>
  ({
    id,
    severity: 'low',
    drill: false,
    raisedAt: '2026-01-01T00:00:00.000Z',
    incidentId: null,
    ...given,
  }) as AlertView

test('pages come in the order of the whole list, each alert once, however small they are', async () => {
  const severities = ['critical', 'high', 'medium', 'low'] as const
  const all = Array.from({ length: 40 }, (_, i) =>
    alert(String(i).padStart(2, '0'), { severity: severities[(i * 7) % 4]!, drill: i % 5 === 0 }),
  )
  const ask: Parameters<typeof getBySeverity>[3] = async (query, cursor) => {
    const fitting = all.filter((one) => query.severity.includes(one.severity) && one.drill === query.drill)
    const from = Number(cursor ?? 0)
    const next = from + query.size
    return { alerts: fitting.slice(from, next), nextCursor: next < fitting.length ? String(next) : null }
  }
  const query = { status: [], severity: [], user: '', size: 7 }
  const found: AlertView[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await getBySeverity(query, cursor, undefined, ask)
    found.push(...page.alerts)
    cursor = page.nextCursor
  }
  expect(found.map(({ id }) => id)).toEqual(all.toSorted(bySeverity).map(({ id }) => id))
  const saved = await collect(query, (...asked) => getBySeverity(asked[0], asked[1], asked[2], ask))
  expect(saved).toEqual({ alerts: found, complete: true })
})

test('alerts of one incident stand together where the first of them stands', () => {
  const alerts = [
    alert('a', { incidentId: 'i', user: 'ann@example.org' }),
    alert('b', {}),
    alert('c', { incidentId: 'i' }),
    alert('d', { incidentId: 'j' }),
  ]
  const told = linesOf(alerts, true).map((line) =>
    line.kind === 'alert' ? line.alert.id : `${line.about} ${line.count}`,
  )
  expect(told).toEqual(['ann@example.org 2', 'a', 'c', 'b', 'd'])
  expect(linesOf(alerts, false)).toHaveLength(4)
})

test('a table of alerts has one line each under its header', () => {
  const one = alert('a', {
    status: 'open',
    closeReason: null,
    summary: '=HYPERLINK("http://x")',
    user: null,
    entity: { type: 'ip', value: '192.0.2.1' },
    ruleName: 'Rule',
    techniques: ['T1', 'T2'],
    assignee: null,
    count: 2,
    firstSeen: 'x',
    lastSeen: 'y',
  })
  const [header, line, end] = alertsCsv([one]).split('\r\n')
  expect(header!.split(',').slice(0, 3)).toEqual(['id', 'raised', 'severity'])
  expect(line).toContain(`,"'=HYPERLINK(""http://x"")",`)
  expect(end).toBe('')
})
