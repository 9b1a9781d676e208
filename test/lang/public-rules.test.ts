import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { compilePredicate } from '../../server/lang/predicate.ts'
import { printExpr, printQuery } from '../../server/lang/print.ts'
import { withoutPlaces } from './trees.ts'

// Public rules may not be shipped; they stand beside the project where they are present.
const folder = new URL('../../../shared/rules/elastic/', import.meta.url)
const isThere = existsSync(folder)

type PublicRule = { file: string; language: string; query: string }

const rules = isThere ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap(readRule) : []

describe.skipIf(!isThere)('public Elastic rules (skipped where ../shared/rules/elastic is absent)', () => {
  test('are there in both languages', () => {
    expect(rules.filter((rule) => rule.language === 'eql').length).toBeGreaterThan(5)
    expect(rules.filter((rule) => rule.language === 'kuery').length).toBeGreaterThan(50)
  })

  test.each(rules)(
    '$file is read, compiled, and printed so that it reads the same',
    ({ language, query: text }) => {
      const parse = language === 'eql' ? parseEql : parseKql
      const { query, diagnostics } = parse(text)
      expect(diagnostics).toEqual([])
      const filters = query!.kind === 'event' ? [query!] : query!.steps
      for (const filter of filters) expect(compilePredicate(filter)({})).toBe(false)
      const printed =
        query!.kind === 'event' && language === 'kuery' ? printExpr(query!.where) : printQuery(query!)
      expect(withoutPlaces(parse(printed).query)).toEqual(withoutPlaces(query))
    },
  )
})

/** Enough of TOML for these files: the language, and the query in its multi-line string. */
function readRule(file: string): PublicRule[] {
  if (!file.endsWith('.toml')) return []
  const text = readFileSync(new URL(file, folder), 'utf8')
  const language = /^language = "(eql|kuery)"$/m.exec(text)?.[1]
  const query = /^query = (?:'''\n?([\s\S]*?)'''|"""\n?([\s\S]*?)""")/m.exec(text)
  if (!language || !query) return []
  const escaped = query[2]?.replaceAll(/\\(["\\])/g, '$1')
  return [{ file, language, query: query[1] ?? escaped! }]
}
