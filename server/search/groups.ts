/**
 * Sequences and samples over a whole history in bounded memory: of each event only what the machines ask for is kept,
 * which steps it meets and its join keys.
 */
import { compilePath, type Doc, type Json, valuesOf } from '../lang/document.ts'
import { compilePredicate, type FieldType, type FieldTypes } from '../lang/predicate.ts'
import { runSample } from '../lang/sample.ts'
import { runSequence } from '../lang/sequence-machine.ts'
import type { FieldRef, SampleQuery, SequenceQuery, Step } from '../lang/tree.ts'
import { compareStanding, type Standing } from './order.ts'

export type Group = {
  joinKeys: Json[]
  /** Null: the slot of a missing event. */ events: (Standing | null)[]
}

export type GroupOptions = {
  types: FieldTypes
  categoryField?: string | undefined
  /** The values by which an event joins on a field. Default: all that the document holds there. */
  joinValues?: (doc: Doc, path: string) => Json[]
}
export type GroupCollector = {
  /** Keeps an event if it meets any step, and says so. Throws `TooMany` past the limit. */
  add(doc: Doc, standing: Standing): boolean
  /** `size`: the most samples. */
  groups(options: { size?: number; maxSamplesPerKey?: number }): Group[]
}

/** More events meet the steps of a query than can be held at once. */
export class TooMany extends Error {
  constructor() {
    super(
      `More than ${MOST_EVENTS} events meet the steps of this query. Narrow the time range, or say more in each step.`,
    )
    this.name = 'TooMany'
  }
}

// About 300 bytes each.
export const MOST_EVENTS = 500_000

type Kept = { doc: Doc; standing: Standing; time: bigint; tiebreaker: number }

export function collectGroups(query: SequenceQuery | SampleQuery, options: GroupOptions): GroupCollector {
  const until = query.kind === 'sequence' ? query.until : null
  const steps = [...query.steps, ...(until ? [until] : [])].map((step, s) => compileStep(step, s, options))
  const types = new Map(
    steps.flatMap(({ keys }) => keys.flatMap(({ name, type }) => (type ? [[name, type]] : []))),
  )
  const kept: Kept[] = []

  return {
    add(doc, standing) {
      let marks: Doc | null = null
      for (const step of steps) if (step.meets(doc)) step.mark(doc, (marks ??= {}))
      if (!marks) return false
      if (kept.length >= MOST_EVENTS) throw new TooMany()
      kept.push({ doc: marks, standing, time: standing.nanos, tiebreaker: 0 })
      return true
    },
    groups({ size, maxSamplesPerKey }) {
      kept.sort((a, b) => compareStanding(a.standing, b.standing))
      for (const [at, event] of kept.entries()) event.tiebreaker = at
      const marked = steps.map(({ marked }) => marked)
      const found =
        query.kind === 'sequence'
          ? runSequence(
              { ...query, steps: marked.slice(0, query.steps.length), until: until && marked.at(-1)! },
              kept,
              { types },
            )
          : runSample({ ...query, steps: marked }, kept, { types, size, maxSamplesPerKey })
      return found.map(({ joinKeys, events }) => ({
        joinKeys,
        events: events.map((event) => event && event.standing),
      }))
    },
  }
}

type Key = { name: string; type: FieldType | undefined; values: (doc: Doc) => Json[] }
type CompiledStep = {
  meets(doc: Doc): boolean
  mark(doc: Doc, marks: Doc): void
  keys: Key[]
  /** The step as the machine sees it: over marks instead of documents. */
  marked: Step
}

function compileStep(step: Step, s: number, options: GroupOptions): CompiledStep {
  const { types, categoryField } = options
  const { at } = step
  const name = `step${s}`
  const keys = step.by.map(({ path }, k): Key => {
    const read = compilePath(path)
    const { joinValues } = options
    return {
      name: `${name}key${k}`,
      type: types.get(path) ?? (path === '@timestamp' ? 'date' : undefined),
      values: joinValues ? (doc) => joinValues(doc, path) : (doc) => valuesOf(read, doc),
    }
  })
  return {
    meets: compilePredicate(step, { types, categoryField }),
    mark(doc, marks) {
      marks[name] = true
      for (const key of keys) marks[key.name] = key.values(doc)
    },
    keys,
    marked: {
      ...step,
      category: null,
      where: { kind: 'field', path: name, optional: true, at },
      by: step.by.map((field, k): FieldRef => ({ ...field, path: keys[k]!.name })),
    },
  }
}
