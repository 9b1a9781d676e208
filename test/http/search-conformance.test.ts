import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'

// The suite belongs to others and may not be shipped; it stands beside the project where it is present.
const folder = new URL('../../../shared/conformance/eql/', import.meta.url)
const isThere = existsSync(folder)

type Dataset = {
  file: string
  timestampField: string | null
  tiebreakerField: string | null
  eventCategoryField: string
  fieldTypes: Record<string, string>
}
type Case = {
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

const suite = (name: string): unknown =>
  isThere ? JSON.parse(readFileSync(new URL(name, folder), 'utf8')) : []
const datasets = suite('datasets.json') as Record<string, Dataset>
// `join` is refused, as Elasticsearch refuses it.
const cases = (suite('cases.json') as Case[]).filter((one) => !one.requires.includes('extension:join'))

describe.skipIf(!isThere)(
  'the EQL conformance suite through _bulk and _eql/search (skipped where ../shared/conformance/eql is absent)',
  () => {
    let line: Line
    beforeAll(async () => {
      line = await startLine()
      for (const [name, { file, fieldTypes }] of Object.entries(datasets)) {
        const properties = Object.fromEntries(
          Object.entries(fieldTypes).map(([path, type]) => [path, { type }]),
        )
        const made = await line.request(`/${name}`, { method: 'PUT', json: { mappings: { properties } } })
        expect(made.status).toBe(200)
        await line.bulk(documentsOf(file).map(({ id, json }) => ({ index: name, id, json })))
      }
    })
    afterAll(() => line.stop())

    const search = async (one: Case) => {
      const { timestampField, tiebreakerField, eventCategoryField } = datasets[one.dataset]!
      const json = {
        query: one.query,
        size: one.options?.size ?? 10_000,
        event_category_field: eventCategoryField,
        ...(timestampField === null ? {} : { timestamp_field: timestampField }),
        ...(tiebreakerField === null ? {} : { tiebreaker_field: tiebreakerField }),
        ...(one.options?.maxSamplesPerKey ? { max_samples_per_key: one.options.maxSamplesPerKey } : {}),
      }
      const response = await line.request(`/${one.dataset}/_eql/search`, { method: 'POST', json })
      return { status: response.status, answer: (await response.json()) as any }
    }

    test.each(cases)('$name', async (one) => {
      const { status, answer } = await search(one)
      expect(answer.error).toBeUndefined()
      expect(status).toBe(200)
      if (answer.hits.events) {
        expect(answer.hits.events.map(idOf)).toEqual(one.expectedEventIds)
        return
      }
      const groups = answer.hits.sequences.map((group: any) => group.events.map(idOf))
      if (one.acceptedGroups) expect(one.acceptedGroups).toContainEqual(groups)
      else expect(groups).toEqual(one.expectedGroups)
      const keys = answer.hits.sequences.map((group: any) => group.join_keys ?? [])
      if (one.expectedJoinKeys) expect(keys).toEqual(one.expectedJoinKeys)
    })

    test.each(suite('errors.json') as { name: string; query: string }[])(
      '$name is refused in the shape of Elasticsearch',
      async ({ query }) => {
        const json = { query }
        const response = await line.request('/main/_eql/search', { method: 'POST', json })
        const { error, status } = (await response.json()) as any
        expect([response.status, status]).toEqual([400, 400])
        expect(error.type).toMatch(/^(parsing|verification)_exception$/)
        expect(error.reason).toMatch(/^line \d+:\d+: ./)
        expect(error.root_cause).toEqual([{ type: error.type, reason: error.reason }])
      },
    )
  },
)

function idOf(hit: { _id: string; missing?: boolean; _source?: { _id?: number } }): number | null {
  if (!hit.missing) return Number(hit._id)
  expect(hit).toEqual({ _index: '', _id: '', missing: true })
  return null
}

/** The events in their own order, each as the text that stands in the file. */
function documentsOf(file: string): { id: number; json: string }[] {
  const text = readFileSync(new URL(file, folder), 'utf8')
  const lines = text.split('\n').filter((row) => row.startsWith('{'))
  return lines.map((row) => {
    const json = row.replace(/,$/, '')
    return { id: (JSON.parse(json) as { _id: number })._id, json }
  })
}
