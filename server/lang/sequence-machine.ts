import type { Json } from './document.ts'
import { compileKeys, type JoinKey, type KeyReader } from './keys.ts'
import { type MissingClause, missingFilter } from './missing-events.ts'
import { compilePredicate, type Predicate, type PredicateOptions } from './predicate.ts'
import { type Placed, type TimedEvent, timeline, toNanos } from './timeline.ts'
import type { SequenceQuery, Step } from './tree.ts'

/** A completed sequence: one slot for each step and run, null for the slots of missing events. */
export type SequenceMatch<E> = { joinKeys: Json[]; events: (E | null)[] }

/** One positive step, written out once for each run. */
type Stage = { matches: Predicate; keys: KeyReader }
type Partial<E> = { placed: Placed<E>[]; key: JoinKey }

/**
 * Runs a sequence over a list of events exactly as Elasticsearch does: at most one pending sequence for each key
 * and stage, the latest one. Matches come in the order in which they complete.
 */
export function runSequence<E extends TimedEvent>(
  query: SequenceQuery,
  events: readonly E[],
  options: PredicateOptions = {},
): SequenceMatch<E>[] {
  const placed = timeline(events)
  const stages = query.steps
    .filter((step) => !step.missing)
    .flatMap((step) => Array.from({ length: step.runs }, (): Step => step))
  const completed = runStages(query, stagesOf(stages, options), placed, options)
  const clauses = missingClauses(query, placed, options)
  if (clauses.length === 0) return completed.map(shown)
  const accepts = missingFilter(clauses, query)
  return completed.filter(accepts).map((sequence) => withEmptySlots(query, shown(sequence)))
}

function runStages<E>(
  query: SequenceQuery,
  stages: Stage[],
  placed: Placed<E>[],
  options: PredicateOptions,
): Partial<E>[] {
  const maxspan = query.maxspan === null ? null : toNanos(query.maxspan)
  const until = query.until && stageOf(query.until, options)
  const pending = new Map<string, (Partial<E> | undefined)[]>()
  const completed: Partial<E>[] = []
  const last = stages.length - 1

  for (const entry of placed) {
    const { doc } = entry.event as TimedEvent
    // From the last stage to the first, so that one event never fills two stages of one sequence.
    for (let s = last; s >= 0; s--) {
      const stage = stages[s]!
      if (!stage.matches(doc)) continue
      for (const key of stage.keys(doc)) advance(entry, s, key)
    }
    if (until?.matches(doc)) for (const key of until.keys(doc)) pending.delete(key.id)
  }
  return completed

  function advance(entry: Placed<E>, s: number, key: JoinKey): void {
    let waiting = pending.get(key.id)
    const sequence = s === 0 ? { placed: [entry], key } : extend(waiting, s, entry)
    if (!sequence) return
    if (s === last) {
      completed.push(sequence)
      return
    }
    if (!waiting) pending.set(key.id, (waiting = []))
    waiting[s] = sequence
  }

  function extend(
    waiting: (Partial<E> | undefined)[] | undefined,
    s: number,
    entry: Placed<E>,
  ): Partial<E> | null {
    const before = waiting?.[s - 1]
    if (!waiting || !before) return null
    // Used up even if it turns out to be too old.
    waiting[s - 1] = undefined
    if (maxspan !== null && entry.nanos - before.placed[0]!.nanos > maxspan) return null
    return { placed: [...before.placed, entry], key: before.key }
  }
}

function stagesOf(steps: Step[], options: PredicateOptions): Stage[] {
  const known = new Map<Step, Stage>()
  return steps.map((step) => {
    const stage = known.get(step) ?? stageOf(step, options)
    known.set(step, stage)
    return stage
  })
}

function stageOf(step: Step, options: PredicateOptions): Stage {
  return { matches: compilePredicate(step, options), keys: compileKeys(step.by, options.types) }
}

/** Each missing step with the events that would contradict it. */
function missingClauses<E>(
  query: SequenceQuery,
  placed: Placed<E>[],
  options: PredicateOptions,
): MissingClause[] {
  let positives = 0
  return query.steps.flatMap((step) => {
    if (!step.missing) {
      positives += step.runs
      return []
    }
    const { matches, keys } = stageOf(step, options)
    const times = new Map<string, bigint[]>()
    for (const entry of placed) {
      const { doc } = entry.event as TimedEvent
      if (!matches(doc)) continue
      for (const key of keys(doc)) {
        const known = times.get(key.id)
        if (known) known.push(entry.millis)
        else times.set(key.id, [entry.millis])
      }
    }
    return [{ after: positives, times }]
  })
}

function shown<E>(sequence: Partial<E>): SequenceMatch<E> {
  return { joinKeys: sequence.key.values, events: sequence.placed.map((entry) => entry.event) }
}

function withEmptySlots<E>(query: SequenceQuery, match: SequenceMatch<E>): SequenceMatch<E> {
  let next = 0
  const events = query.steps.flatMap((step) =>
    Array.from({ length: step.runs }, () => (step.missing ? null : match.events[next++]!)),
  )
  return { joinKeys: match.joinKeys, events }
}
