import { expect, test } from 'vitest'
import { showValue, type SummaryParts, writeSummary } from '../../server/detect/summary.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'

const PARTS: SummaryParts = {
  user: 'ann@example.org',
  entity: '203.0.113.9',
  facts: {
    count: 1234,
    threshold: 51,
    withinMs: HOUR,
    gapMs: 12 * MINUTE,
    km: 6385,
    kmh: 19155,
    fromPlace: 'Berlin',
  },
  steps: [
    { source: { geo: { country_name: 'Nigeria' } } },
    { event: { action: ['New-InboxRule', 'other'] } },
  ],
  completing: { source: { ip: '203.0.113.9' } },
}

test.each([
  ['{user} about {entity}', 'ann@example.org about 203.0.113.9'],
  ['{count} in {within}, {threshold} or more', '1,234 in 1 h, 51 or more'],
  ['{km} km at {kmh} km/h from {from} to {to}', '6,385 km at 19,155 km/h from Berlin to an unknown place'],
  ['{1.source.geo.country_name}, {2.event.action} {gap} later', 'Nigeria, New-InboxRule 12 min later'],
  ['{source.ip}', '203.0.113.9'],
  ['{1.source.geo.city_name|1.source.geo.country_name|"somewhere"}', 'Nigeria'],
  ['{1.source.geo.city_name|"an office | or a home"}', 'an office | or a home'],
  ['{1.source.geo.city_name}', 'an unknown place'],
  ['{3.user.name} {9.source.ip} {nonsense}', 'an unknown account an unknown address unknown'],
])('%s', (template, sentence) => {
  expect(writeSummary(template, PARTS)).toBe(sentence)
})

test('an alert without an account says so', () => {
  expect(writeSummary('{user}', { ...PARTS, user: null })).toBe('an unknown account')
})

test('values cannot deceive: control and direction characters are made visible, long ones cut', () => {
  expect(showValue('a\u202Ecod.exe\n')).toBe('a\\u{202e}cod.exe\\u{a}')
  expect(showValue('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`)
  expect(writeSummary('{user}', { ...PARTS, user: '{entity}\u0007' })).toBe('{entity}\\u{7}')
})
