import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { printExpr, printQuery } from '../../server/lang/print.ts'
import { kql, query, withoutPlaces } from './trees.ts'

const RUNS = Number(process.env['FC_RUNS'] ?? 1000)

test.each([
  ['any where a == 1 and (b == 2 or not c : "x*")', 'any where a == 1 and (b == 2 or not c : "x*")'],
  ['any where not a == 1', 'any where a != 1'],
  ['any where not (a in ("x"))', 'any where a not in ("x")'],
  ['any where a like~ "x"', 'any where a : "x"'],
  ['any where (1 + 2) * 3 == -a', 'any where (1 + 2) * 3 == -a'],
  ['any where 1 - (2 - 3) == 4.0', 'any where 1 - (2 - 3) == 4.0'],
  ['any where (a == 1) == true', 'any where (a == 1) == true'],
  ['any where ?`sequence`.`x y` == null', 'any where ?`sequence`.`x y` == null'],
  ['any where ENDSWITH~(a, """C:\\x""")', 'any where endsWith~(a, "C:\\\\x")'],
  [
    'sequence by a with maxspan=120s [x where true] by b with runs=3 ![any where c] by d until [y where true] by e | tail 2',
    'sequence by a with maxspan=2m\n  [x where true] by b with runs=3\n  ![any where c] by d\nuntil [y where true] by e\n| tail 2',
  ],
  ['sample by a, ?b [x where true] [y where true]', 'sample by a, ?b\n  [x where true]\n  [y where true]'],
])('%s is printed as a person would write it', (text, printed) => {
  expect(printQuery(parseEql(text).query!)).toBe(printed)
})

test('what is printed of any EQL tree reads as the same tree', () => {
  fc.assert(
    fc.property(query, (tree) => {
      // Mistakes of types do not stand in the way: the tree is what is compared.
      const printed = printQuery(tree)
      const parsed = parseEql(printed)
      fc.pre(
        !parsed.diagnostics.some((found) => /needs to be boolean|must be|needs numbers/.test(found.message)),
      )
      expect(parsed.diagnostics.filter((found) => found.severity === 'error')).toEqual([])
      expect(withoutPlaces(parsed.query)).toEqual(withoutPlaces(tree))
    }),
    { numRuns: RUNS },
  )
})

test('what is printed of any KQL tree reads as the same tree', () => {
  fc.assert(
    fc.property(kql, (tree) => {
      const parsed = parseKql(printExpr(tree))
      expect(parsed.diagnostics.filter((found) => found.severity === 'error')).toEqual([])
      const where = parsed.query?.kind === 'event' ? parsed.query.where : null
      expect(withoutPlaces(where)).toEqual(withoutPlaces(tree))
    }),
    { numRuns: RUNS },
  )
})
