import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditWords, changedFields } from '../../client/src/text/audit.ts'
import { longSpan, shortSpan } from '../../client/src/text/age.ts'
import { commandTokens } from '../../client/src/text/command.ts'
import { jsonLines } from '../../client/src/text/json.ts'
import {
  headline,
  remainder,
  splitSentence,
  waitingNews,
  waitingSentence,
} from '../../client/src/text/sentence.ts'
import { visible, visiblePieces } from '../../client/src/text/visible.ts'
import { CLOSE_CHOICES, initials, severityCounts, statusWord } from '../../client/src/text/words.ts'
import { CLOSE_REASONS } from '../../server/domain/alert.ts'
import type { Json } from '../../server/domain/json.ts'
import { alertOf, at } from './alert.ts'

test.each([
  ['a plain name', 'alice@example.com', 'alice@example.com'],
  ['a right-to-left override', 'invoice\u202Egnp.exe', 'invoice\\u202Egnp.exe'],
  ['isolates and marks of direction', '\u2066a\u2069\u200E\u061C', '\\u2066a\\u2069\\u200E\\u061C'],
  ['a zero-width name', '\u200B', '\\u200B'],
  ['a soft hyphen', 'pay\u00ADpal', 'pay\\u00ADpal'],
  ['control characters', 'a\u0000b\u001b[31m\u009b', 'a\\u0000b\\u001B[31m\\u009B'],
  ['line ends and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['separators that break lines', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['a blank letter', '\u3164', '\\u3164'],
  ['tag characters beyond the first plane', '\u{E0041}', '\\u{E0041}'],
  ['half a surrogate pair', 'a\uD800b', 'a\\uD800b'],
  ['letters of every script', 'Ünïcode Ωмега 漢字 😀', 'Ünïcode Ωмега 漢字 😀'],
  ['markup stays text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
])('what cannot be seen is shown as an escape: %s', (_, text, shown) => {
  expect(visible(text)).toBe(shown)
})

test('no text keeps a hidden character, and escapes are told apart from an attacker’s backslashes', () => {
  expect(visiblePieces('\\u202E\u202E')).toEqual([
    { text: '\\u202E', escaped: false },
    { text: '\\u202E', escaped: true },
  ])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test.each([
  [-4_000, '0 s', '0 s'],
  [0, '0 s', '0 s'],
  [2_400, '2 s', '2 s'],
  [59_999, '59 s', '1 min'],
  [2_254_000, '37 min', '37 min 34 s'],
  [3_600_000, '1 h', '1 h'],
  [3_900_000, '1 h', '1 h 5 min'],
  [187_200_000, '2 d', '2 d 4 h'],
  [300, '0 s', '300 ms'],
])('%i ms are short %s and long %s', (span, short, long) => {
  expect(shortSpan(span)).toBe(short)
  expect(longSpan(span)).toBe(long)
})

test.each([
  [
    'the account leads',
    'Alice@example.com: risky sign-in',
    'alice@example.com',
    'Alice@example.com',
    ': risky sign-in',
  ],
  ['an address leads', '198.51.100.7: 63 failed sign-ins', null, '198.51.100.7', ': 63 failed sign-ins'],
  [
    'the account leads without a colon',
    'alice@example.com sent 51 mails',
    'alice@example.com',
    'alice@example.com',
    ' sent 51 mails',
  ],
  ['a longer account leads', 'alice@example.com.au: x', 'alice@example.com', 'alice@example.com.au', ': x'],
  ['nobody leads', 'Many sign-ins failed', null, '', 'Many sign-ins failed'],
  ['a colon within a word', 'see https://example.com now', null, '', 'see https://example.com now'],
])('a sentence is split where %s', (_, summary, user, account, rest) => {
  expect(splitSentence(summary, user)).toEqual({ account, rest })
})

test.each([
  [
    { critical: 1, high: 3, medium: 2, low: 1 },
    1,
    'One account looks compromised',
    'Six more alerts are open: 3 high, 2 medium, 1 low.',
  ],
  [{ critical: 3, high: 0, medium: 0, low: 0 }, 2, 'Two accounts look compromised', ''],
  [{ critical: 0, high: 1, medium: 0, low: 0 }, 0, 'One alert for today', 'One alert is open: 1 high.'],
  [
    { critical: 0, high: 0, medium: 0, low: 2 },
    0,
    'Nothing urgent, 2 alerts are open',
    'Two alerts are open: 2 low.',
  ],
  [{ critical: 0, high: 0, medium: 0, low: 0 }, 0, 'Nothing needs you', ''],
])('%o is told as a headline', (open, accounts, title, rest) => {
  expect(headline(open, accounts)).toBe(title)
  expect(remainder(open)).toBe(rest)
})

test('the pill says how many wait, and how many of them are critical', () => {
  expect(waitingSentence([{ severity: 'low' }])).toBe('1 new alert')
  expect(waitingSentence([{ severity: 'critical' }, { severity: 'low' }, { severity: 'low' }])).toBe(
    '3 new alerts, 1 critical',
  )
})

test('the pill says the sentence of the newest that waits', () => {
  const older = alertOf({ id: 'a', summary: 'alex: one', raisedAt: at(1) })
  const newer = alertOf({ id: 'b', summary: 'bo: two', severity: 'critical', raisedAt: at(2) })
  expect(waitingNews([older])).toEqual({ count: '1 new alert:', newest: 'alex: one' })
  for (const waiting of [
    [older, newer],
    [newer, older],
  ])
    expect(waitingNews(waiting)).toEqual({ count: '2 new alerts, 1 critical, newest:', newest: 'bo: two' })
})

test('every reason to close has its words and a number key', () => {
  expect(CLOSE_CHOICES.map((choice) => choice.reason)).toEqual([...CLOSE_REASONS])
  expect(CLOSE_CHOICES.length).toBeLessThan(10)
  expect(statusWord('closed', 'secured')).toBe('Resolved')
  expect(statusWord('closed', 'expected')).toBe('False positive')
  expect(statusWord('acknowledged', null)).toBe('Investigating')
  expect(severityCounts({ critical: 0, high: 2, medium: 0, low: 1 })).toBe('2 high, 1 low')
  expect([initials('sam.peeters'), initials('admin'), initials('')]).toEqual(['SP', 'AD', '?'])
})

test('a document is shown line by line, with what the rule matched marked and hidden characters escaped', () => {
  const lines = jsonLines(
    { event: { action: 'New-InboxRule' }, user: [{ email: 'a\u202E' }], n: [], flat: { 'a.b': 1 } },
    new Set(['event.action', 'flat.a.b']),
  )
  const text = lines.map((line) => line.tokens.map((token) => token.text).join(''))
  expect(text).toEqual([
    '{',
    '"event": {',
    '"action": "New-InboxRule"',
    '},',
    '"user": [',
    '{',
    '"email": "a\\u202E"',
    '}',
    '],',
    '"n": [],',
    '"flat": {',
    '"a.b": 1',
    '}',
    '}',
  ])
  expect(lines.flatMap((line, i) => (line.hit ? [text[i]] : []))).toEqual([
    '"action": "New-InboxRule"',
    '"a.b": 1',
  ])
})

test('the lines of a document are the document', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = jsonLines(value as never, new Set())
        .map((line) => line.tokens.map((token) => token.text).join(''))
        .join('\n')
      // Escapes of hidden characters are JSON's own, beyond the first plane excepted.
      if (!/\\u\{/.test(text)) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a command is coloured without changing a character of it', () => {
  const line = "Update-MgUser -UserId 'o''hara@example.com' -AccountEnabled:$false"
  expect(commandTokens(line)).toEqual([
    { kind: 'verb', text: 'Update-MgUser' },
    { kind: 'plain', text: ' ' },
    { kind: 'parameter', text: '-UserId' },
    { kind: 'plain', text: ' ' },
    { kind: 'string', text: "'o''hara@example.com'" },
    { kind: 'plain', text: ' ' },
    { kind: 'parameter', text: '-AccountEnabled:$false' },
  ])
  fc.assert(
    fc.property(fc.string(), (any) => {
      expect(
        commandTokens(any)
          .map((token) => token.text)
          .join(''),
      ).toBe(any)
    }),
  )
})

test.each<[string, Json, Json, [string, string | null, string | null][]]>([
  ['made', null, { role: 'viewer' }, []],
  ['deleted', { role: 'viewer' }, null, []],
  [
    'changed in two places',
    { a: { b: 1 }, c: 'x' },
    { a: { b: 2 }, c: 'y' },
    [
      ['a.b', '1', '2'],
      ['c', 'x', 'y'],
    ],
  ],
  ['given a field', {}, { quiet: { from: '22:00' } }, [['quiet', null, '{"from":"22:00"}']]],
  ['made without an item of a list', { domains: ['a', 'b'] }, { domains: [] }, [['domains', 'a, b', null]]],
])('what is told of something that was %s', (_, before, after, told) => {
  expect(changedFields(before, after)).toMatchObject(told.map(([path, was, is]) => ({ path, was, is })))
})

test('the trail speaks of what was done in words, and of what it has none for as it is written', () => {
  expect(['user.delete', 'log-level.change', 'session.end', 'setup.done'].map(auditWords)).toEqual([
    'deleted the user',
    'changed the log level',
    'signed out',
    'setup.done',
  ])
})
