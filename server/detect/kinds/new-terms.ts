/**
 * First time seen: complete at an event that brings a term (the values of some fields together) which its key has not
 * shown within the history before. Late logs can undo it: an earlier event with the term takes its place.
 */
import { type Hit, PRESENCE } from '../../domain/hit.ts'
import type { Json } from '../../domain/json.ts'
import type { NewTermsSpec } from '../../domain/rule.ts'
import type { Millis } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { isPresent } from '../presence.ts'
import { byTime, type Completion, type Facts, type Kind } from './kind.ts'

/** `Hit.value` of a new_terms rule: each combination of the event's values. */
export type Terms = Json[][]

const NEW_SHOWN = 10
const USUAL_SHOWN = 5

export const newTerms: Kind = {
  completions: (compiled, hits) => firsts(compiled, hits).map(({ hit }) => hit),

  support(compiled, hits, completions) {
    const spec = specOf(compiled)
    const wanted = new Set(completions.map(({ event }) => event))
    const found = firsts(compiled, hits).filter(({ hit }) => wanted.has(hit.event))
    const start = found[0]?.hit.time ?? completions[0]!.time
    const before = { from: start - spec.history, to: start - 1 }
    const since = presences(hits).find((time) => time >= before.from && time <= before.to)
    return {
      hits: found.map(({ hit }) => hit),
      facts: {
        fields: spec.fields,
        newTerms: earliest(
          found.flatMap(({ hit, terms }) => terms.map((term) => ({ terms: term, time: hit.time }))),
        ),
        usual: usualTerms(hits, before),
        knownSince: since ?? null,
        historyMs: spec.history,
      },
      worsening: [],
    }
  },

  combine(latestFirst, found) {
    // Of what begins at the same time, the newly found has seen more of what was before.
    const [first] = [found, ...latestFirst].toSorted((a, b) => startOf(a) - startOf(b))
    return first ? { ...first, newTerms: earliest(latestFirst.flatMap(newTermsOf)) } : {}
  },
}

/** A term as the facts of an alert keep it. */
type NewTerm = { terms: Json[]; time: Millis }

/** Each term once, as it was first seen; the earliest of them. */
function earliest(found: readonly NewTerm[]): NewTerm[] {
  const inOrder = found.toSorted((a, b) => a.time - b.time || (idOf(a.terms) < idOf(b.terms) ? -1 : 1))
  const known = new Map<string, NewTerm>()
  for (const one of inOrder) if (!known.has(idOf(one.terms))) known.set(idOf(one.terms), one)
  return [...known.values()].slice(0, NEW_SHOWN)
}

function newTermsOf(facts: Facts): NewTerm[] {
  const { newTerms: found } = facts
  return Array.isArray(found) ? (found as NewTerm[]) : []
}

function startOf(facts: Facts): Millis {
  return newTermsOf(facts)[0]?.time ?? Infinity
}

/** An event with those of its terms that were new with it. */
type First = { hit: Completion; terms: Terms }

function firsts(compiled: CompiledRule, hits: readonly Hit[]): First[] {
  const spec = specOf(compiled)
  const known = presences(hits)
  const lastSeen = new Map<string, Millis>()
  const found: First[] = []
  for (const { time, hits: moment, known: others } of momentsOf(hits)) {
    const isNew = (term: Json[]) => (lastSeen.get(idOf(term)) ?? -Infinity) < time - spec.history
    // Nobody can say what is usual for a key that has just begun to be there.
    const isKnown = spec.learn === 0 || isPresent(known, time - spec.history, time - spec.learn)
    if (isKnown) {
      for (const hit of moment) {
        const terms = termsOf(hit).filter(isNew)
        if (terms.length > 0) found.push({ hit, terms })
      }
    }
    // Of two at the same time neither came first.
    for (const hit of [...moment, ...others]) for (const term of termsOf(hit)) lastSeen.set(idOf(term), time)
  }
  return found
}

/** One entry an event: its earliest time, and the terms of all its versions. By time and event. */
function eventsOf(hits: readonly Hit[]): Hit[] {
  const found = new Map<string, Hit>()
  for (const hit of hits) {
    const known = found.get(hit.event)
    if (!known) found.set(hit.event, hit)
    else {
      const earlier = hit.time < known.time ? hit : known
      found.set(hit.event, { ...earlier, value: distinct([...termsOf(known), ...termsOf(hit)]) })
    }
  }
  return [...found.values()].sort(byTime)
}

/** All that happened at one time: what can be new, and what is only known from then on. In order of time. */
type Moment = { time: Millis; hits: Hit[]; known: Hit[] }

function momentsOf(hits: readonly Hit[]): Moment[] {
  const moments: Moment[] = []
  const at = (time: Millis) => {
    const last = moments.at(-1)
    if (last?.time === time) return last
    const moment: Moment = { time, hits: [], known: [] }
    moments.push(moment)
    return moment
  }
  const asks = eventsOf(hits.filter(isAsked))
  const knows = eventsOf(hits.filter((hit) => hit.step !== 0 && isTerm(hit)))
  let next = 0
  for (const hit of asks) {
    for (; next < knows.length && knows[next]!.time <= hit.time; next++)
      at(knows[next]!.time).known.push(knows[next]!)
    at(hit.time).hits.push(hit)
  }
  return moments
}

function isAsked({ step }: Hit): boolean {
  return step === 0
}

/** Hits of presence have no terms. */
function isTerm({ event }: Hit): boolean {
  return event !== PRESENCE
}

/** When the key was there, whatever it did; in order. */
function presences(hits: readonly Hit[]): Millis[] {
  return hits.map(({ time }) => time).sort((a, b) => a - b)
}

/** What the key showed most in a stretch of time, with how many events did so. */
function usualTerms(hits: readonly Hit[], { from, to }: { from: Millis; to: Millis }): Json {
  const counts = new Map<string, { terms: Json[]; count: number }>()
  for (const hit of eventsOf(hits.filter(isTerm))) {
    if (hit.time < from || hit.time > to) continue
    for (const terms of termsOf(hit)) {
      const known = counts.get(idOf(terms))
      if (known) known.count++
      else counts.set(idOf(terms), { terms, count: 1 })
    }
  }
  return [...counts]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .slice(0, USUAL_SHOWN)
    .map(([, usual]) => usual)
}

function distinct(terms: Terms): Terms {
  return [...new Map(terms.map((term) => [idOf(term), term])).values()]
}

function idOf(term: Json[]): string {
  return JSON.stringify(term)
}

function termsOf(hit: Hit): Terms {
  return hit.value as Terms
}

export function specOf(compiled: CompiledRule): NewTermsSpec {
  const spec = compiled.rule.newTerms
  if (!spec) throw new Error(`Rule ${compiled.rule.id} looks for new terms without naming fields`)
  return spec
}
