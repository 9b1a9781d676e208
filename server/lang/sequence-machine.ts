import type { Json } from './document.ts'
import { compileKeys, type JoinKey, type KeyReader } from './keys.ts'
import { type MissingClause, missingFilter } from './missing-events.ts'
import { compilePredicate, type Predicate, type PredicateOptions } from './predicate.ts'
import { type Placed, type TimedEvent, timeline, toNanos } from './timeline.ts'
import type { SequenceQuery, SequenceShape, Step } from './tree.ts'

/** A completed sequence: one slot for each step and run, null for the slots of missing events. */
export type SequenceMatch<E> = { joinKeys: Json[]; events: (E | null)[] }

/** What the events of a sequence satisfy, by step (0, 1, ... in the order of the text). */
export type SequenceReads<E> = {
  /** The keys under which an event satisfies a step: none where it does not. */
  step(event: E, step: number): readonly JoinKey[]
  /** The keys whose sequences an event ends before they are complete. */
  until(event: E): readonly JoinKey[]
}

/** One positive step, written out once for each run. */
type Stage = number
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
  const steps = query.steps.map((step) => compileStep(step, options))
  const until = query.until && compileStep(query.until, options)
  return runMachine(query, events, {
    step: ({ doc }, step) => (steps[step]!.matches(doc) ? steps[step]!.keys(doc) : []),
    until: ({ doc }) => (until?.matches(doc) ? until.keys(doc) : []),
  })
}

/** The machine itself: whatever its events are, `reads` says what they satisfy. */
export function runMachine<E extends Pick<TimedEvent, 'time' | 'tiebreaker'>>(
  shape: SequenceShape,
  events: readonly E[],
  reads: SequenceReads<E>,
): SequenceMatch<E>[] {
  const placed = timeline(events)
  const completed = runStages(shape, placed, reads)
  const clauses = missingClauses(shape, placed, reads)
  if (clauses.length === 0) return completed.map(shown)
  const accepts = missingFilter(clauses, shape)
  return completed.filter(accepts).map((sequence) => withEmptySlots(shape, shown(sequence)))
}

function runStages<E>(shape: SequenceShape, placed: Placed<E>[], reads: SequenceReads<E>): Partial<E>[] {
  const stages = stagesOf(shape)
  const maxspan = shape.maxspan === null ? null : toNanos(shape.maxspan)
  const pending = new Map<string, (Partial<E> | undefined)[]>()
  const completed: Partial<E>[] = []
  const last = stages.length - 1

  for (const entry of placed) {
    // From the last stage to the first, so that one event never fills two stages of one sequence.
    for (let s = last; s >= 0; s--) {
      for (const key of reads.step(entry.event, stages[s]!)) advance(entry, s, key)
    }
    for (const key of reads.until(entry.event)) pending.delete(key.id)
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

/** The step of each stage. */
function stagesOf({ steps }: SequenceShape): Stage[] {
  return steps.flatMap(({ missing, runs }, step) => (missing ? [] : Array.from({ length: runs }, () => step)))
}

type CompiledStep = { matches: Predicate; keys: KeyReader }

function compileStep(step: Step, options: PredicateOptions): CompiledStep {
  return { matches: compilePredicate(step, options), keys: compileKeys(step.by, options.types) }
}

/** Each missing step with the events that would contradict it. */
function missingClauses<E>(
  shape: SequenceShape,
  placed: Placed<E>[],
  reads: SequenceReads<E>,
): MissingClause[] {
  let positives = 0
  return shape.steps.flatMap(({ missing, runs }, step) => {
    if (!missing) {
      positives += runs
      return []
    }
    const times = new Map<string, bigint[]>()
    for (const entry of placed) {
      for (const key of reads.step(entry.event, step)) {
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

function withEmptySlots<E>(shape: SequenceShape, match: SequenceMatch<E>): SequenceMatch<E> {
  let next = 0
  const events = shape.steps.flatMap(({ missing, runs }) =>
    Array.from({ length: runs }, () => (missing ? null : match.events[next++]!)),
  )
  return { joinKeys: match.joinKeys, events }
}
