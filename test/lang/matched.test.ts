import { expect, test } from 'vitest'
import type { Doc, Json } from '../../server/lang/document.ts'
import { editDistance, nearest } from '../../server/lang/diagnose.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { explainClauses, matchedFields } from '../../server/lang/matched.ts'
import { requiredValues } from '../../server/lang/required.ts'
import type { EventFilter, Parsed } from '../../server/lang/tree.ts'

const forwarding: Doc = {
  event: { category: ['web'], action: 'New-InboxRule', dataset: 'o365.audit' },
  user: { name: 'alice' },
  o365: { audit: { Parameters: { Name: '..', ForwardTo: 'drop@evil.example', MarkAsRead: true } } },
  tags: ['a', 'b'],
}

function filterOf(parsed: Parsed): EventFilter {
  if (parsed.query?.kind !== 'event') throw new Error(JSON.stringify(parsed.diagnostics))
  return parsed.query
}

test.each<[string, [string, Json][]]>([
  ['web where event.action == "New-InboxRule"', [['event.action', 'New-InboxRule']]],
  ['any where event.action == "x" or user.name : "AL*"', [['user.name', 'alice']]],
  [
    'any where user.name == "alice" and event.action in ("x", "New-InboxRule")',
    [
      ['user.name', 'alice'],
      ['event.action', 'New-InboxRule'],
    ],
  ],
  [
    'any where wildcard(o365.audit.Parameters, "*ForwardTo*")',
    [['o365.audit.Parameters.ForwardTo', 'drop@evil.example']],
  ],
  [
    'any where o365.audit.Parameters : ("*ForwardTo*", "*MarkAsRead*")',
    [
      ['o365.audit.Parameters.ForwardTo', 'drop@evil.example'],
      ['o365.audit.Parameters.MarkAsRead', true],
    ],
  ],
  ['any where tags == "b"', [['tags', 'b']]],
  [
    'any where concat(tags, user.name) == "balice"',
    [
      ['tags', 'b'],
      ['user.name', 'alice'],
    ],
  ],
  ['any where user.name != "bob"', [['user.name', 'alice']]],
  ['any where not (user.name == "bob" or no.such == "x")', [['user.name', 'alice']]],
  ['any where no.such != "x"', []],
  ['any where no.such == null', []],
  ['any where user.name == "alice" and user.name : "a*"', [['user.name', 'alice']]],
  ['any where user.name == "bob"', []],
  ['process where user.name == "alice"', []],
])('EQL %s was met by %j', (query, expected) => {
  const met = matchedFields(filterOf(parseEql(query)), forwarding)
  expect(met).toEqual(expected.map(([field, value]) => ({ field, value })))
})

test.each<[string, [string, Json][]]>([
  ['user.name: alice', [['user.name', 'alice']]],
  ['o365.audit.Parameters: ForwardTo', [['o365.audit.Parameters.ForwardTo', 'drop@evil.example']]],
  ['evil', [['o365.audit.Parameters.ForwardTo', 'drop@evil.example']]],
  ['o365.*: ".."', [['o365.audit.Parameters.Name', '..']]],
  [
    'tags: *',
    [
      ['tags', 'a'],
      ['tags', 'b'],
    ],
  ],
  [
    'not tags: c',
    [
      ['tags', 'a'],
      ['tags', 'b'],
    ],
  ],
  ['event: { action: "New-InboxRule" }', [['event.action', 'New-InboxRule']]],
])('KQL %s was met by %j', (query, expected) => {
  const met = matchedFields(filterOf(parseKql(query)), forwarding)
  expect(met).toEqual(expected.map(([field, value]) => ({ field, value })))
})

test('clauses are laid out as the text reads, each with what the event holds there', () => {
  const filter = filterOf(
    parseEql(
      'web where (user.name == "bob" or user.name == "alice") and (tags : "c*" or no.such == 1) and not user.id == 5',
    ),
  )
  const shown = explainClauses(filter, forwarding).map(
    ({ join, depth, text, met, values }) =>
      `${join ?? '-'} ${depth} ${met ? 'met' : 'not'} ${text} [${values.map((v) => JSON.stringify(v.value)).join(' ')}]`,
  )
  expect(shown).toEqual([
    '- 0 met event.category == "web" ["web"]',
    'and 1 not user.name == "bob" ["alice"]',
    'or 1 met user.name == "alice" ["alice"]',
    'and 1 not tags : "c*" ["a" "b"]',
    'or 1 not no.such == 1 []',
    'and 0 met user.id != 5 []',
  ])
})

test.each<[string, string, string[] | null]>([
  ['any where event.action == "a"', 'event.action', ['a']],
  ['any where "a" == event.action', 'event.action', ['a']],
  ['any where event.action in ("a", "b")', 'event.action', ['a', 'b']],
  ['any where event.action like ("a", "b")', 'event.action', null],
  ['any where event.action == "a" and x == 1', 'event.action', ['a']],
  ['any where event.action == "a" or event.action in ("b", "c")', 'event.action', ['a', 'b', 'c']],
  ['any where event.action in ("a", "b") and event.action == "b"', 'event.action', ['b']],
  ['web where x == 1', 'event.category', ['web']],
  ['any where false', 'event.action', []],
  ['any where event.action == "a" or x == 1', 'event.action', null],
  ['any where event.action != "a"', 'event.action', null],
  ['any where not event.action == "a"', 'event.action', null],
  ['any where event.action : "a"', 'event.action', null],
  ['any where event.action in~ ("a")', 'event.action', null],
  ['any where event.action like "a*"', 'event.action', null],
  ['any where event.action == 5', 'event.action', null],
  ['any where (event.action == "a") == true', 'event.action', null],
])('EQL %s requires at %s one of %j', (query, path, expected) => {
  const found = requiredValues(filterOf(parseEql(query)), path)
  expect(found && [...found]).toEqual(expected)
})

test.each<[string, string[] | null]>([
  ['event.action: a', ['a']],
  ['event.action: (a or "b c")', ['a', 'b c']],
  ['event.action: "a*"', ['a*']],
  ['event: { action: a }', ['a']],
  ['event.action: a and b', ['a']],
  ['event.action: a*', null],
  ['event.action: *', null],
  ['event.action: 5', null],
  ['event.action: true', null],
  ['event.*: a', null],
  ['not event.action: a', null],
  ['a', null],
])('KQL %s requires one of %j', (query, expected) => {
  const found = requiredValues(filterOf(parseKql(query)), 'event.action')
  expect(found && [...found]).toEqual(expected)
})

test.each([
  ['lenght', 'length'],
  ['startswiht', 'startsWith'],
  ['user.nmae', 'user.name'],
  ['zzz', null],
  ['xx', null],
])('near to %s is %s', (word, expected) => {
  expect(nearest(word, ['length', 'startsWith', 'user.name', 'concat'])).toBe(expected)
})

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['kitten', 'sitting', 3],
])('the distance of %j and %j is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
})
