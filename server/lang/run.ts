import { compilePath, type Doc, type Json, valuesOf } from './document.ts'
import { compilePredicate } from './predicate.ts'
import { runSample, type SampleOptions } from './sample.ts'
import { runSequence } from './sequence-machine.ts'
import { type TimedEvent, timeline, timeOf } from './timeline.ts'
import type { Pipe, Query } from './tree.ts'

/** A query's answer. Sequences and samples share the shape; null stands for a missing event. */
export type QueryResult<E> =
  | { kind: 'event'; events: E[] }
  | { kind: 'sequence' | 'sample'; groups: { joinKeys: Json[]; events: (E | null)[] }[] }

export type RunOptions = SampleOptions

/** Runs a whole query over a list, with its pipes and no limit of its own; everything ascending in time. */
export function runQuery<E extends TimedEvent>(
  query: Query,
  events: readonly E[],
  options: RunOptions = {},
): QueryResult<E> {
  if (query.kind === 'event') {
    const matches = compilePredicate(query, options)
    const found = timeline(events.filter((event) => matches(event.doc))).map((placed) => placed.event)
    return { kind: 'event', events: applyPipes(found, query.pipes) }
  }
  if (query.kind === 'sequence') {
    return { kind: 'sequence', groups: applyPipes(runSequence(query, events, options), query.pipes) }
  }
  const ordered = timeline(events).map((placed) => placed.event)
  return { kind: 'sample', groups: applyPipes(runSample(query, ordered, options), query.pipes) }
}

/** Documents as the machines take them; one without a readable time counts as 1970. */
export function timedEvents(
  docs: readonly Doc[],
  timestampField: string | null = '@timestamp',
  tiebreakerField: string | null = null,
): TimedEvent[] {
  const time = timestampField === null ? null : compilePath(timestampField)
  const tie = tiebreakerField === null ? null : compilePath(tiebreakerField)
  return docs.map((doc) => ({
    doc,
    time: (time && timeOf(valuesOf(time, doc)[0])) ?? 0n,
    tiebreaker: tie ? (valuesOf(tie, doc)[0] ?? null) : null,
  }))
}

/** `head` and `tail` from left to right. */
export function applyPipes<T>(list: T[], pipes: readonly Pipe[]): T[] {
  let rest = list
  for (const { kind, count } of pipes) {
    if (kind === 'head') rest = rest.slice(0, count)
    else rest = count === 0 ? [] : rest.slice(-count)
  }
  return rest
}
