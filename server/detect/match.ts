/** A log meets the rules once, as it arrives: what matches becomes hits. */
import { accountOf } from '../domain/account.ts'
import type { RuleEvent } from '../domain/event.ts'
import { groupKey, type Hit } from '../domain/hit.ts'
import { contextOf } from '../rules/hit-context.ts'
import type { Candidate, RuleIndex } from '../rules/rule-index.ts'
import { dueAt } from './due.ts'
import { presenceOf } from './presence.ts'
import { usageHits } from './usage.ts'

/**
 * The hits of an event, in no particular order. A rule that fails on an event misses it; the event and all
 * other rules are none the worse. `onError` hears of it.
 */
export function match(
  event: RuleEvent,
  index: RuleIndex,
  onError?: (rule: string, error: unknown) => void,
): Hit[] {
  const hits: Hit[] = []
  const present: Present = new Map()
  for (const candidate of index.candidates(event)) {
    try {
      if (candidate.run.isPresence) hits.push(...presenceHits(event, candidate, present))
      else if (candidate.run.matches(event.fields)) hits.push(...hitsOf(event, candidate))
    } catch (error) {
      onError?.(candidate.compiled.rule.id, error)
    }
  }
  return hits
}

/** The hits of an event that is stored: those of the rules, and what the rules that heed it learn from. */
export function matchStored(event: RuleEvent, index: RuleIndex): Hit[] {
  const hits = match(event, index)
  return index.learns ? [...hits, ...usageHits(event)] : hits
}

/** Group keys by which an event shows presence, one entry for all steps that are alike. */
type Present = Map<string, string[]>

function presenceHits(event: RuleEvent, { compiled, step, run }: Candidate, present: Present): Hit[] {
  const alike = run.alike ?? compiled.rule.id
  let keys = present.get(alike)
  if (!keys) {
    const values = run.matches(event.fields) ? run.keys(event) : []
    keys = values.map((one) => groupKey(one, event.drill))
    present.set(alike, keys)
  }
  return keys.map((key) => presenceOf(event, compiled, step, key))
}

function hitsOf(event: RuleEvent, { compiled, step, run }: Candidate): Hit[] {
  const keys = run.keys(event)
  if (keys.length === 0) return []
  const value = run.value(event)
  const account = accountOf(event.fields)
  const context = contextOf(event, compiled.rule.heeds)
  const due = dueAt(compiled, event.time, event.drill !== null)
  return keys.map((values) => ({
    rule: compiled.rule.id,
    version: compiled.rule.version,
    key: groupKey(values, event.drill),
    time: event.time,
    event: event.id,
    step,
    account,
    value,
    ...(context ? { context } : {}),
    ...(due === undefined ? {} : { due }),
  }))
}
