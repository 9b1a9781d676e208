import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileLike, compileLikes } from '../../server/lang/glob.ts'
import { compileRegexes, regexMistake } from '../../server/lang/regex.ts'

const RUNS = Number(process.env['FC_RUNS'] ?? 1000)

test.each([
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['*b*', 'abc', true],
  ['a*c', 'ac', true],
  ['a*b', 'a', false],
  ['ab*bc', 'abc', false],
  ['ab*b', 'ab', false],
  ['?', 'a', true],
  ['?', '', false],
  ['?', '\u{1f600}', true],
  ['??', '\u{1f600}', false],
  ['*?', '\u{1f600}', true],
  ['a?c', 'a\nc', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a\\*', 'a\\b', true],
  ['a\\*', 'a*', false],
  ['[a]', 'a', false],
  ['a.c', 'abc', false],
])('like %j of %j is %s', (pattern, text, met) => {
  expect(compileLike(pattern, false)(text)).toBe(met)
})

test('like answers as an obvious but slow matcher does', () => {
  const letters = fc.constantFrom('a', 'b', '*', '?', 'A', '.')
  const pattern = fc.array(letters, { maxLength: 8 }).map((parts) => parts.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', 'A', '.'), { maxLength: 10 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      text,
      fc.boolean(),
      (patterns, value, insensitive) => {
        const expected = patterns.some((one) => slowly(fold(one, insensitive), fold(value, insensitive)))
        expect(compileLikes(patterns, insensitive)(value)).toBe(expected)
      },
    ),
    { numRuns: RUNS * 3 },
  )
})

function fold(text: string, insensitive: boolean): string {
  return insensitive ? text.toLowerCase() : text
}

function slowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] === '*')
    return slowly(pattern.slice(1), text) || (text !== '' && slowly(pattern, text.slice(1)))
  return (
    text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && slowly(pattern.slice(1), text.slice(1))
  )
}

test.each([
  ['abc', 'abc', true],
  ['abc', 'xabc', false],
  ['a.c', 'a\nc', true],
  ['a|bc', 'bc', true],
  ['(a|b)c', 'bc', true],
  ['a.*?c', 'abbc', true],
  ['a**', 'aaa', true],
  ['x{2,3}', 'xxx', true],
  ['x{2,3}', 'xxxx', false],
  ['x{2,}', 'xxxx', true],
  ['[a-c]+', 'abc', true],
  ['[^a-c]+', 'xyz', true],
  ['[]a]+', 'a]', true],
  ['[\\d_]+', '4_2', true],
  ['\\d+\\w\\s', '42a ', true],
  ['\\.', '.', true],
  ['\\.', 'x', false],
  ['^a$', '^a$', true],
  ['^a$', 'a', false],
  ['"a.b"c', 'a.bc', true],
  ['"a.b"c', 'axbc', false],
  ['a@c', 'abbbc', true],
  ['#', '', false],
  ['()', '', true],
  ['', '', true],
  ['<5-300>', '7', true],
  ['<5-300>', '007', true],
  ['<5-300>', '301', false],
  ['<01-12>', '07', true],
  ['<01-12>', '7', false],
  ['.', '\u{1f600}', true],
  ['é+', 'éé', true],
])('regex %j of %j is %s', (pattern, text, met) => {
  expect(regexMistake(pattern)).toBeNull()
  expect(compileRegexes([pattern], false)(text)).toBe(met)
})

test.each([
  ['~a', 0, /Complement/],
  ['a&b', 1, /Intersection/],
  ['a(b', 1, /never closed/],
  ['a)b', 1, /Unexpected \[\)\]/],
  ['a[b', 1, /never closed/],
  ['a"b', 1, /never closed/],
  ['a{b', 1, /repetition reads/],
  ['a{3,2}', 1, /ends before it begins/],
  ['a{1001}', 1, /counts to 1000/],
  ['(a{1000}){1000}', 0, /cannot be used/],
  ['*a', 0, /Nothing to repeat/],
  ['a\\', 1, /backslash/],
  ['[z-a]', 1, /no range/],
  ['<a-b>', 0, /range of numbers/],
  ['(?=a)', 0, /not supported/],
  ['('.repeat(200), 100, /nested too deeply/],
  ['a'.repeat(10_001), 0, /longer than/],
])('regex %j is refused at %i', (pattern, at, message) => {
  expect(regexMistake(pattern)).toMatchObject({ at, message: expect.stringMatching(message) })
  expect(compileRegexes([pattern], false)('a')).toBe(false)
})

test('a range of numbers holds exactly the numbers between its ends', () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.nat(3000), fc.nat(4000), (a, b, n) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const isFixed = String(a).length === String(b).length
      const fits = !isFixed || String(n).length === String(a).length
      expect(compileRegexes([`<${a}-${b}>`], false)(String(n))).toBe(n >= low && n <= high && fits)
    }),
    { numRuns: RUNS / 2 },
  )
})

test('regex answers as the engine of the platform does, where both speak of the same', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', 'a?', 'b*', 'a+', 'b{1,2}', '(ab)*')
  const pattern = fc.array(atom, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', 'A', '\n'), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, value, insensitive) => {
      const expected = new RegExp(`^(?:${source})$`, insensitive ? 'sui' : 'su').test(value)
      expect(compileRegexes([source], insensitive)(value)).toBe(expected)
    }),
    { numRuns: RUNS },
  )
})
