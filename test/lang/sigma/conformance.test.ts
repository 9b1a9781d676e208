import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Doc } from '../../../server/lang/document.ts'
import { compilePredicate, type Predicate } from '../../../server/lang/predicate.ts'
import { parseSigma } from '../../../server/lang/sigma/parse.ts'

// The data belong to others and may not be shipped; they stand beside the project where they are present.
const folder = new URL('../../../../shared/conformance/sigma/', import.meta.url)
const isThere = existsSync(folder)
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

type Case = { name: string; rule: string; events: Doc[]; expected: number[] }
type Regression = { name: string; rule: string; events: Doc[]; matchedEvents: number[] }
type Pair = [string, number]
type Cross = { events: Pair[]; rules: { case: string; matchesWithLogsource: Pair[] }[] }

function predicateOf(rule: string): Predicate {
  const { query, diagnostics } = parseSigma(rule)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  if (query?.kind !== 'event') throw new Error('no single-event query')
  return compilePredicate(query)
}

describe.skipIf(!isThere)(
  'Sigma conformance data (skipped where ../shared/conformance/sigma is absent)',
  () => {
    const semantics = (isThere ? read('semantics.json') : { cases: [], mustBeRejected: [] }) as {
      cases: Case[]
      mustBeRejected: { name: string; rule: string }[]
    }
    const regressions = isThere
      ? readdirSync(new URL('regression/', folder)).map((name) => read(`regression/${name}`) as Regression)
      : []

    test.each(semantics.cases)('$name', ({ rule, events, expected }) => {
      const matches = predicateOf(rule)
      expect(events.flatMap((event, i) => (matches(event) ? [i] : []))).toEqual(expected)
    })

    test.each(semantics.mustBeRejected)('$name', ({ rule }) => {
      const { query, diagnostics } = parseSigma(rule)
      expect(query).toBeNull()
      expect(diagnostics.filter(({ severity }) => severity === 'error')).not.toEqual([])
    })

    test.each(regressions)('$name matches what it was published for', ({ rule, events, matchedEvents }) => {
      const matches = predicateOf(rule)
      expect(events.flatMap((event, i) => (matches(event) ? [i] : []))).toEqual(matchedEvents)
    })

    test('every rule against every event: nothing else matches', () => {
      const cross = read('cross.json') as Cross
      const events = new Map(regressions.map((one) => [one.name, one.events]))
      const rules = new Map(regressions.map((one) => [one.name, one.rule]))
      const found = cross.rules.map((one) => {
        const matches = predicateOf(rules.get(one.case)!)
        return {
          rule: one.case,
          matches: cross.events.filter(([of, i]) => matches(events.get(of)![i]!)),
        }
      })
      expect(found).toEqual(cross.rules.map((one) => ({ rule: one.case, matches: one.matchesWithLogsource })))
    })
  },
)
