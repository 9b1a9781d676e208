import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CodeLanguage, codeTokens } from '../../client/src/text/code-tokens.ts'
import { type EditorProblem, fixOf, paintedLines, unseenProblems } from '../../client/src/text/problems.ts'

const kinds = (language: CodeLanguage, text: string) =>
  codeTokens(language, text)
    .filter((token) => token.kind !== 'p')
    .map(({ kind, text: part }) => `${kind} ${part}`)

test.each<[string, CodeLanguage, string, string[]]>([
  [
    'a sequence',
    'eql',
    'sequence by user.email with maxspan=4h',
    ['k sequence', 'k by', 'f user.email', 'k with', 'k maxspan', 'n 4h'],
  ],
  [
    'comments and strings',
    'eql',
    'any where a : "x // no" // yes',
    ['k any', 'k where', 'f a', 's "x // no"', 'c // yes'],
  ],
  ['three quotes', 'eql', 'a == """say "hi" """', ['f a', 's """say "hi" """']],
  ['a string that is not closed', 'eql', 'a == "x', ['f a', 's "x']],
  ['a field with an index', 'eql', '`user-name` == 1.5', ['f `user-name`', 'n 1.5']],
  [
    'KQL',
    'kql',
    'user.email : "a b" and not bytes >= 50',
    ['f user.email', 'k :', 's "a b"', 'k and', 'k not', 'f bytes', 'k >=', 'n 50'],
  ],
  ['a word alone', 'kql', 'Lagos', ['s Lagos']],
  ['an address', 'kql', 'source.ip: 198.51.100.0/24', ['f source.ip', 'k :', 's 198.51.100.0/24']],
  [
    'a rule file',
    'yaml',
    'name: "Two"\n# why\nenabled: true\nquery: |\n  any where true\ntags: [a, 5]\n',
    [
      'k name',
      's "Two"',
      'c # why',
      'k enabled',
      'k true',
      'k query',
      'k any',
      'k where',
      'k true',
      'k tags',
      'n 5',
    ],
  ],
  ['a text of lines', 'yaml', 'guide: |\n  and: this\nid: x', ['k guide', 's   and: this\n', 'k id']],
])('%s is painted', (_, language, text, expected) => {
  expect(kinds(language, text)).toEqual(expected)
})

const scraps = fc
  .array(
    fc.constantFrom(
      ...'"|\'|`|\n| |:|/*|*/|//|"""|\\|#|query: |\n|- |  |and|5m|a.b|\u202e|\ud800'.split('|'),
      'query: |\n  ',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

test('whatever is typed, the paint is the text, line for line', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<CodeLanguage>('eql', 'kql', 'yaml'),
      scraps,
      fc.nat(5),
      fc.nat(9),
      fc.nat(9),
      (language, text, line, column, length) => {
        const tokens = codeTokens(language, text)
        expect(tokens.map((token) => token.text).join('')).toBe(text)
        const problem: EditorProblem = { severity: 'error', line, column, length, message: 'no', hint: null }
        const lines = paintedLines(tokens, [problem])
        expect(lines.map((one) => one.pieces.map((piece) => piece.text).join('')).join('\n')).toBe(text)
      },
    ),
  )
})

test('a problem is marked from its column over its length', () => {
  const text = 'any where\n  a == risk_levl and b'
  const lines = paintedLines(codeTokens('eql', text), [problemAt(2, 8, 9, null)])
  expect(lines.map((line) => line.problem)).toEqual([null, 'error'])
  expect(lines[1]!.pieces.filter((piece) => piece.problem).map((piece) => piece.text)).toEqual(['risk_levl'])
})

test.each<[string, string, EditorProblem, string | null]>([
  ['a name', 'a\n  risk_levl', problemAt(2, 3, 9, 'Did you mean risk_level?'), 'a\n  risk_level'],
  [
    'a name that is proposed in quotes',
    'severty: high',
    problemAt(1, 1, 7, 'Did you mean "severity"?'),
    'severity: high',
  ],
  [
    'a value in quotes keeps them',
    'kind: "travl"',
    problemAt(1, 7, 7, 'Did you mean "travel"?'),
    'kind: "travel"',
  ],
  ['a sentence is no change', 'a', problemAt(1, 1, 1, 'Join conditions with and, or'), null],
  ['a place that is gone', 'a', problemAt(9, 1, 1, 'Did you mean b?'), null],
])('what mends a text: %s', (_, text, problem, expected) => {
  const fix = fixOf(problem, text)
  expect(fix && text.slice(0, fix.from) + fix.put + text.slice(fix.to)).toBe(expected)
})

test('a character that cannot be seen is told, with its place', () => {
  expect(unseenProblems('a\tb\nc \u202Ed')).toMatchObject([
    { severity: 'warning', line: 2, column: 3, message: 'The character \\u202E cannot be seen' },
  ])
})

function problemAt(line: number, column: number, length: number, hint: string | null): EditorProblem {
  return { severity: 'error', line, column, length, message: 'Unknown', hint }
}
