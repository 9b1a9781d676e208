import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { HOUR, SECOND } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { newTerms } from '../../server/detect/kinds/new-terms.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { CASES, compile, event, makeRule, T0 } from '../support/detection.ts'

const HISTORY = 10 * HOUR
const LEARN = 4 * HOUR
const KNOWN_BY = 'any where event.action == "other"'
const compiled = [
  { learn: 0 },
  { learn: LEARN },
  { learn: 0, knownBy: KNOWN_BY },
  { learn: LEARN, knownBy: KNOWN_BY },
].map((own) =>
  compile(
    makeRule({
      kind: 'new_terms',
      query: 'any where event.action == "look" and event.dataset == "azure.signinlogs"',
      newTerms: { by: ['user.email'], fields: ['source.ip', 'host.name'], history: HISTORY, ...own },
    }),
  ),
)

const values = fc.constantFrom('a', 'b', ['a', 'b'], ['b', 'c', 'c'], null)
const logs: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 40 }),
      dataset: fc.constantFrom('azure.signinlogs', 'azure.signinlogs', 'o365.audit'),
      action: fc.constantFrom('look', 'look', 'look', 'other'),
      ip: values,
      host: values,
      again: fc.option(fc.record({ ip: values, later: fc.constantFrom(0.4, -0.3) }), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map((sketches) =>
    sketches.flatMap(({ at, dataset, action, ip, host, again }, i) => {
      const tell = (time: number, address: typeof ip) =>
        event({
          id: `e${i}`,
          at: time,
          user: 'ann@example.org',
          dataset,
          action,
          more: { source: { ip: address }, host: { name: host } },
        })
      const time = T0 + at * (HOUR / 2) + SECOND / 2
      return [tell(time, ip), ...(again ? [tell(time + again.later * SECOND, again.ip)] : [])]
    }),
  )

const list = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((one) => one !== null)

/** What each event shows, whatever its versions: its earliest time, its terms. */
function told(events: readonly LogEvent[], counts: (action: string, dataset: string) => boolean) {
  const known = new Map<string, { id: string; time: number; terms: Set<string> }>()
  for (const { id, time, fields, dataset } of events) {
    const doc = fields as {
      event: { action: string }
      source: { ip: unknown }
      host: { name: unknown }
    }
    if (!counts(doc.event.action, dataset)) continue
    const terms = list(doc.source.ip).flatMap((a) => list(doc.host.name).map((b) => `${a} ${b}`))
    if (terms.length === 0) continue
    const one = known.get(id) ?? { id, time, terms: new Set<string>() }
    one.time = Math.min(one.time, time)
    for (const term of terms) one.terms.add(term)
    known.set(id, one)
  }
  return [...known.values()]
}

test.each([
  ['from the first event on', compiled[0]!, 0],
  ['once the account is known long enough', compiled[1]!, LEARN],
  ['nor in what is known otherwise', compiled[2]!, 0],
  ['nor in what is known otherwise, once the account is known long enough', compiled[3]!, LEARN],
])(
  'new_terms completes where a combination of values was not there in the history before: %s',
  (_, rule, learn) => {
    fc.assert(
      fc.property(logs, fc.infiniteStream(fc.nat()), (events, random) => {
        const hits = events
          .flatMap((one) => match(one, buildIndex([rule])))
          .map((hit) => ({ hit, place: random.next().value! }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ hit }) => hit)
        const all = told(events, (action, dataset) => action === 'look' && dataset === 'azure.signinlogs')
        const others = rule.rule.newTerms!.knownBy ? told(events, (action) => action === 'other') : []
        const bringTerms = [...all, ...others]
        const within = (time: number, end: number) => time < end && time >= end - HISTORY
        const ofDataset = events.filter(({ dataset }) => dataset === 'azure.signinlogs')
        // Of what is no hit only the hour is kept, and its end counts.
        const seen = [
          ...bringTerms.map(({ time }) => time),
          ...events
            .filter(({ id, fields }) => bringTerms.some((one) => one.id === id) && fields['source'])
            .filter(({ fields }) => list((fields['source'] as { ip: unknown }).ip).length > 0)
            .filter(({ fields }) => list((fields['host'] as { name: unknown }).name).length > 0)
            .map(({ time }) => time),
          ...ofDataset.map(({ time }) => Math.ceil(time / HOUR) * HOUR),
        ]
        const expected = all.filter(({ time, terms }) => {
          const isKnown = learn === 0 || seen.some((at) => at >= time - HISTORY && at <= time - learn)
          const isNew = (term: string) =>
            !bringTerms.some((other) => within(other.time, time) && other.terms.has(term))
          return isKnown && [...terms].some(isNew)
        })
        const found = newTerms.completions(rule, hits)
        expect(found.map(({ event: id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted())
        expect(found.map(({ time }) => time)).toEqual(
          expected.map(({ time }) => time).toSorted((a, b) => a - b),
        )
      }),
      { numRuns: CASES },
    )
  },
)
