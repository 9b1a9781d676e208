import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Doc } from '../../server/lang/document.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { compilePredicate } from '../../server/lang/predicate.ts'
import { runQuery, timedEvents } from '../../server/lang/run.ts'
import type { TimedEvent } from '../../server/lang/timeline.ts'
import type { Diagnostic, Parsed } from '../../server/lang/tree.ts'
import { readCases, readScenes } from './cases/read.ts'

const docs = JSON.parse(readFileSync(new URL('cases/events.json', import.meta.url), 'utf8')) as Doc[]

function ids(parsed: Parsed): string {
  if (!parsed.query) return parsed.diagnostics.map(shown).join('\n')
  const result = runQuery(parsed.query, timedEvents(docs))
  if (result.kind !== 'event') throw new Error('not an event query')
  return result.events.map(idOf).join(' ') || 'none'
}

function idOf(event: TimedEvent | null): string {
  return event ? String(event.doc['id'] as string | number) : '-'
}

function shown(found: Diagnostic): string {
  const hint = found.hint === null ? '' : ` | ${found.hint}`
  return `${found.line}:${found.column}+${found.length} ${found.message}${hint}`
}

describe('EQL event queries', () => {
  test.each(readCases('events.txt'))('line $line: $query', ({ query, result }) => {
    expect(ids(parseEql(query))).toBe(result[0])
  })
})

describe('KQL queries', () => {
  test.each(readCases('kql.txt'))('line $line: $query', ({ query, result }) => {
    expect(ids(parseKql(query))).toBe(result[0])
  })
})

describe('EQL functions and values', () => {
  test.each(readScenes('functions.txt'))('line $line: $events is $result', ({ events: expr, result }) => {
    const isTrue = (condition: string) => {
      const { query, diagnostics } = parseEql(`any where ${condition}`)
      if (query?.kind !== 'event') throw new Error(diagnostics.map(shown).join('\n'))
      return compilePredicate(query)({})
    }
    expect(isTrue(`(${expr}) == ${result}`)).toBe(true)
    // A double and an integer are equal, but they do not look alike.
    if (result !== 'null') expect(isTrue(`string(${expr}) == string(${result})`)).toBe(true)
  })
})

describe('EQL sequences and samples', () => {
  test.each(readScenes('sequences.txt'))('line $line: $events', ({ query, events, result }) => {
    const parsed = parseEql(query)
    expect(parsed.diagnostics).toEqual([])
    const found = runQuery(parsed.query!, timedEvents(readEvents(events)))
    if (found.kind === 'event') throw new Error('not a sequence')
    const groups = found.groups.map((group) => group.events.map(idOf).join(' '))
    expect(groups.join(' ; ') || 'none').toBe(result)
  })
})

describe.each([
  ['EQL', 'errors.txt', parseEql],
  ['KQL', 'kql-errors.txt', parseKql],
])('mistakes in %s', (_, file, parse) => {
  test.each(readCases(file))('line $line: $query', ({ query, result }) => {
    const { diagnostics } = parse(query)
    expect(diagnostics.map(shown).toSorted()).toEqual(result.toSorted())
    const places = diagnostics.map((found) => found.line * 10_000 + found.column)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
})

/** `A1 (B- C/2) .` as events: kind, key or keys, one second each. */
function readEvents(text: string): Doc[] {
  const found: Doc[] = []
  let second = 0
  let isShared = false
  for (const word of text.split(' ')) {
    if (word.startsWith('(')) isShared = true
    const parts = /^\(?([A-Za-z])(-|[\d/]*)\)?$/.exec(word)
    if (parts) {
      const keys = parts[2]!.split('/').filter((key) => /\d/.test(key))
      found.push({
        id: `${parts[1]}${second}`,
        kind: parts[1]!,
        '@timestamp': new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
        ...(keys.length > 0 ? { k: keys[0]!, ks: keys } : {}),
      })
    }
    if (word.endsWith(')')) isShared = false
    if (!isShared) second++
  }
  return found
}
