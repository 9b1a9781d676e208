import { expect, test } from 'vitest'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { compileLikes } from '../../server/lang/glob.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { compileRegexes } from '../../server/lang/regex.ts'

// Eight times the input may take eight times as long; quadratic would be 64, exponential never ends. Measured as a
// ratio, the best of several runs, since the machine has other things to do.
const GROWTH = 8
const ALLOWED = 24

test.each([
  ['*a*a*a*a*a*a*b', 'a'],
  ['*aaaaaaaaaaaaaaab*', 'a'],
  ['*a?a?a?a?a?b*', 'a'],
  ['?*?*?*?*?*x', 'a'],
  ['*ab*ab*ab*c', 'ab'],
])('like %s takes time linear to the text', (pattern, unit) => {
  const test = compileLikes([pattern], true)
  expectLinear(20_000, (length) => test(unit.repeat(length)))
})

test.each([
  ['(a+)+b', 'a'],
  ['(a|a)*b', 'a'],
  ['(a|aa)+c', 'a'],
  ['.*.*.*.*=.*', 'x'],
  ['([a-zA-Z]+)*1', 'a'],
  ['(x+x+)+y', 'x'],
  ['(.*a){10}', 'b'],
])('regex %s takes time linear to the text', (pattern, unit) => {
  const test = compileRegexes([pattern], false)
  expectLinear(10_000, (length) => test(unit.repeat(length)))
})

test.each([
  ['not closed', '('],
  ['nested', '(a == 1 and '],
  ['negated', 'not '],
  ['signs', '- '],
  ['steps', '[a where '],
  ['stray characters', '$ '],
  ['broken operands', 'a b '],
  ['quotes', '"a" '],
  ['back quotes', '`'],
  ['comments', '/* '],
  ['or', 'a or '],
  ['commas', ', '],
  ['raw strings', '""" '],
])('EQL of nothing but %s is answered in time linear to its length', (_, unit) => {
  expectLinear(2_000, (length) => parseEql(`any where ${unit.repeat(length)}`).query)
})

test.each([
  ['not closed', '('],
  ['negated', 'not '],
  ['lists', 'a:('],
  ['nested', 'a:{'],
  ['words', 'a b '],
  ['or', 'a or '],
  ['colons', ': '],
  ['quotes', '"a '],
  ['escapes', '\\'],
])('KQL of nothing but %s is answered in time linear to its length', (_, unit) => {
  expectLinear(2_000, (length) => parseKql(unit.repeat(length)).query)
})

test.each([
  ['parentheses', (n: number) => `any where ${'('.repeat(n)}true${')'.repeat(n)}`],
  ['negations', (n: number) => `any where ${'not '.repeat(n)}true`],
  ['sums', (n: number) => `any where ${'1 + '.repeat(n)}1 == 2`],
  ['signs', (n: number) => `any where ${'-'.repeat(n)}1 == 2`],
  ['calls', (n: number) => `any where ${'string('.repeat(n)}1${')'.repeat(n)} == "1"`],
])('ten thousand nested %s are refused in words, not by the stack', (_, write) => {
  const { query, diagnostics } = parseEql(write(10_000))
  expect(query).toBeNull()
  expect(diagnostics[0]?.message).toBe('The query is nested more than 250 levels deep')
  expect(parseEql(write(100)).diagnostics.filter((found) => found.severity === 'error')).toEqual([])
})

test('a list of twenty thousand alternatives is a query like any other', () => {
  const items = Array.from({ length: 20_000 }, (_, i) => `a == "${i}"`)
  expect(parseEql(`any where (${items.join(' or ')}) or b`).query).not.toBeNull()
  expect(parseKql(items.map((item) => item.replace(' ==', ':')).join(' or ')).query).not.toBeNull()
})

test('a text of nothing but mistakes gives a hundred of them, not a million', () => {
  expect(parseEql('$'.repeat(200_000)).diagnostics).toHaveLength(100)
})

/** One calm measurement is proof; a busy machine gets several chances, which change nothing for what is quadratic. */
function expectLinear(length: number, run: (length: number) => unknown): void {
  run(length)
  let growth = Infinity
  for (let attempt = 0; attempt < 6 && growth >= ALLOWED; attempt++) {
    const [small, large] = [best(() => run(length)), best(() => run(length * GROWTH))]
    // Below a tenth of a millisecond the clock says nothing.
    growth = large / Math.max(small, 0.1)
  }
  expect(growth).toBeLessThan(ALLOWED)
}

function best(run: () => unknown): number {
  let least = Infinity
  for (let i = 0; i < 4; i++) {
    const start = performance.now()
    run()
    least = Math.min(least, performance.now() - start)
  }
  return least
}
