import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Fields, type Json, isObject } from '../../server/domain/json.ts'
import { ingestText } from './records.ts'

/** Pairs of raw record and normalised document, and sample logs, kept beside the project: not ours to publish. */
const shared = new URL('../../../shared/', import.meta.url)
const pairsFolder = new URL('conformance/normalize/', shared)
const samplesFolder = new URL('samples/', shared)
const noPairs = !existsSync(pairsFolder)

type Pair = { raw: Json; expected: Fields; extra?: Fields; absent?: string[] }

const datasets = { o365: 'o365.audit', 'azure-signinlogs': 'azure.signinlogs' }
const pairs = noPairs
  ? []
  : Object.entries(datasets).flatMap(([folder, dataset]) =>
      readdirSync(new URL(`${folder}/`, pairsFolder)).map((file) => ({
        name: `${folder}/${file}`,
        dataset,
        pair: JSON.parse(readFileSync(new URL(`${folder}/${file}`, pairsFolder), 'utf8')) as Pair,
      })),
    )

describe.skipIf(noPairs)(
  'documents agree with the pairs (skipped where shared/conformance is absent)',
  () => {
    test('there are pairs', () => {
      expect(pairs.length).toBeGreaterThan(60)
    })

    test.each(pairs)('$name', ({ dataset, pair }) => {
      const body = typeof pair.raw === 'string' ? pair.raw : JSON.stringify(pair.raw)
      for (const stated of [dataset, null]) {
        const { events, rejections } = ingestText(body, { dataset: stated, receivedAt: Date.UTC(2027, 0, 1) })
        expect(rejections).toEqual([])
        const { fields } = events[0]!.event
        for (const [path, value] of [...leaves(pair.expected), ...leaves(pair.extra ?? {})]) {
          expect(at(fields, path, value), path.join('.')).toEqual(value)
        }
        for (const path of pair.absent ?? []) expect(at(fields, path.split('.'), null), path).toBeUndefined()
        expect(JSON.stringify(fields)).not.toMatch(/:(?:null|""|\[\]|\{\})[,}\]]/)
      }
    })
  },
)

describe.skipIf(!existsSync(samplesFolder))('sample logs (skipped where shared/samples is absent)', () => {
  test.each([
    ['o365-audit.ndjson', 'o365.audit'],
    ['azure-signinlogs.ndjson', 'azure.signinlogs'],
  ])('every record of %s becomes an event of %s', (file, dataset) => {
    const { events, rejections } = ingestText(readFileSync(new URL(file, samplesFolder)))
    expect(rejections).toEqual([])
    expect(new Set(events.map(({ event }) => event.dataset))).toEqual(new Set([dataset]))
  })
})

function leaves(value: Json, path: string[] = []): [string[], Json][] {
  if (!isObject(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]))
}

/** The value at a path; lists under `related` are sets, brought into the order of the wanted one. */
function at(fields: Fields, path: string[], wanted: Json): Json | undefined {
  let value: Json | undefined = fields
  for (const key of path) value = isObject(value) ? value[key] : undefined
  if (path[0] !== 'related' || !Array.isArray(value) || !Array.isArray(wanted)) return value
  return value.toSorted((a, b) => wanted.indexOf(a) - wanted.indexOf(b))
}
