import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Doc } from '../../server/lang/document.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import type { FieldType } from '../../server/lang/predicate.ts'
import { runQuery, timedEvents } from '../../server/lang/run.ts'
import type { TimedEvent } from '../../server/lang/timeline.ts'

// The suite belongs to others and may not be shipped; it stands beside the project where it is present.
const folder = new URL('../../../shared/conformance/eql/', import.meta.url)
const isThere = existsSync(folder)

type Dataset = {
  file: string
  timestampField: string | null
  tiebreakerField: string | null
  eventCategoryField: string
  fieldTypes: Record<string, FieldType>
}
type SuiteCase = {
  name: string
  dataset: string
  query: string
  expectedEventIds: (number | null)[]
  expectedGroups?: unknown[]
  acceptedGroups?: unknown[][]
  expectedJoinKeys?: unknown[]
  requires: string[]
  options?: { size?: number; maxSamplesPerKey?: number }
}
type Text = { name: string; query: string }

// `join` is refused on purpose: errors.json of the same suite asks for it, as Elasticsearch refuses it.
const LEFT_OUT = 'extension:join'

const suite = (name: string): unknown =>
  isThere ? JSON.parse(readFileSync(new URL(name, folder), 'utf8')) : []
const datasets = suite('datasets.json') as Record<string, Dataset>
const all = suite('cases.json') as SuiteCase[]
const cases = all.filter((c) => !c.requires.includes(LEFT_OUT))
const loaded = new Map<string, TimedEvent[]>()

describe.skipIf(!isThere)(
  'the EQL conformance suite (skipped where ../shared/conformance/eql is absent)',
  () => {
    test('holds no case that is left out but the six of join', () => {
      expect(all.length - cases.length).toBe(6)
    })

    test.each(cases)('$name', (c) => {
      const { query, diagnostics } = parseEql(c.query)
      expect(diagnostics.filter((found) => found.severity === 'error')).toEqual([])
      const dataset = datasets[c.dataset]!
      const result = runQuery(query!, eventsOf(c.dataset), {
        types: new Map(Object.entries(dataset.fieldTypes)),
        categoryField: dataset.eventCategoryField,
        size: c.options?.size,
        maxSamplesPerKey: c.options?.maxSamplesPerKey,
      })
      if (result.kind === 'event') {
        expect(result.events.map((event) => event.doc['_id'])).toEqual(c.expectedEventIds)
        return
      }
      const groups = result.groups.map((group) => group.events.map((event) => event?.doc['_id'] ?? null))
      if (c.acceptedGroups) expect(c.acceptedGroups).toContainEqual(groups)
      else expect(groups).toEqual(c.expectedGroups)
      const keys = result.groups.map((group) =>
        group.joinKeys.map((key) => (key === null ? null : shown(key))),
      )
      if (c.expectedJoinKeys) expect(keys).toEqual(c.expectedJoinKeys)
    })

    test.each(suite('errors.json') as Text[])('$name is refused with a message and a place', ({ query }) => {
      const parsed = parseEql(query)
      const errors = parsed.diagnostics.filter((found) => found.severity === 'error')
      expect(parsed.query).toBeNull()
      expect(errors.length).toBeGreaterThan(0)
      for (const { line, column, length, message } of errors) {
        expect(line).toBeLessThanOrEqual(query.split('\n').length)
        expect(column).toBeGreaterThan(0)
        expect(length).toBeGreaterThan(0)
        expect(message).not.toBe('')
      }
    })

    test.each(suite('parses.json') as Text[])('$name is accepted', ({ query }) => {
      expect(parseEql(query).query).not.toBeNull()
    })
  },
)

function eventsOf(name: string): TimedEvent[] {
  const known = loaded.get(name)
  if (known) return known
  const { file, timestampField, tiebreakerField } = datasets[name]!
  const events = timedEvents(suite(file) as Doc[], timestampField, tiebreakerField)
  loaded.set(name, events)
  return events
}

function shown(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key)
}
