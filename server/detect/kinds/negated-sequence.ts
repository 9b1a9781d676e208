/**
 * Sequences with `until` or `![ ]`: found by EQL's own machine over the stored hits, since existence would find what EQL
 * rejects. More hits can take completions away. Order: time, then step, then event, whatever came first.
 */
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { JoinKey } from '../../lang/keys.ts'
import { runMachine } from '../../lang/sequence-machine.ts'
import type { SequenceShape } from '../../lang/tree.ts'
import { type CompiledRule, completingStep } from '../../rules/compiled.ts'
import { byTime, type Completion, type Kind } from './kind.ts'

export const negatedSequence: Kind = {
  completions: (compiled, hits) => run(compiled, hits).map(({ completion }) => completion),

  support(compiled, hits, completions) {
    const wanted = new Set(completions.map(({ event }) => event))
    const matches = run(compiled, hits).filter(({ completion }) => wanted.has(completion.event))
    const found = new Map<string, Hit>()
    for (const { slots } of matches) {
      for (const hit of slots) {
        if (hit && (found.get(hit.event)?.step ?? -1) < hit.step) found.set(hit.event, hit)
      }
    }
    const latest = matches.at(-1)
    const first = latest?.slots.find((hit) => hit !== null)
    const facts =
      latest && first
        ? {
            gapMs: latest.completion.time - first.time,
            chain: latest.slots.map((hit) => hit?.event ?? null),
          }
        : {}
    return { hits: [...found.values()].sort(byTime), facts, worsening: [] }
  },

  combine: (latestFirst) => latestFirst[0] ?? {},
}

/** A match by its slots: in each the hit as the step of that slot, null where an event must be missing. */
type Match = { completion: Completion; slots: (Hit | null)[] }

function run(compiled: CompiledRule, hits: readonly Hit[]): Match[] {
  const shape = compiled.negation?.shape
  if (!shape) throw new Error(`Rule ${compiled.rule.id} negates nothing`)
  const places = placesOf(shape)
  const isIn = (event: Met, place: number) => (event.places.has(place) ? ONE_KEY : NO_KEY)
  const matches = runMachine(shape, eventsOf(hits, places), {
    step: isIn,
    until: (event) => isIn(event, shape.steps.length),
  })
  const last = completingStep(compiled)
  return matches
    .map(({ events }) => {
      const slots = events.map((event, step) => event && { ...event.hit, time: event.time, step })
      return { completion: slots[last]!, slots }
    })
    .sort((a, b) => byTime(a.completion, b.completion))
}

/** The hits of a group share one key. */
const ONE_KEY: readonly JoinKey[] = [{ values: [], id: '' }]
const NO_KEY: readonly JoinKey[] = []

/** For each step of the compiled rule the step of the query; `until` comes after all of them. */
function placesOf(shape: SequenceShape): number[] {
  const places = shape.steps.flatMap(({ runs }, step) => Array.from({ length: runs }, () => step))
  return [...places, shape.steps.length]
}

/** An event with the steps of the query that it satisfies. */
type Met = { time: Millis; hit: Hit; step: number; places: Set<number> }

/** One entry an event, in the order in which the machine sees them. Told with two times, the earlier one counts. */
function eventsOf(hits: readonly Hit[], places: readonly number[]): Met[] {
  const found = new Map<string, Met>()
  for (const hit of hits) {
    const place = places[hit.step]
    if (place === undefined) continue
    const known = found.get(hit.event)
    if (!known) {
      found.set(hit.event, { time: hit.time, hit, step: place, places: new Set([place]) })
      continue
    }
    known.time = Math.min(known.time, hit.time)
    known.step = Math.min(known.step, place)
    known.places.add(place)
  }
  return [...found.values()].sort(inOrder)
}

function inOrder(a: Met, b: Met): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.step !== b.step) return a.step - b.step
  return a.hit.event < b.hit.event ? -1 : 1
}
