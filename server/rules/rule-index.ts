/** Which rules an event could match: it meets only those, so that many rules cost little more than a few. */
import type { RuleEvent } from '../domain/event.ts'
import type { Json } from '../domain/json.ts'
import { compilePath } from '../lang/document.ts'
import { requiredValues } from '../lang/required.ts'
import { readTelling, TELLING_PATHS } from '../lang/sigma/telling.ts'
import type { CompiledRule, CompiledStep } from './compiled.ts'

/** A step of a rule that an event may match. */
export type Candidate = { compiled: CompiledRule; step: number; run: CompiledStep }
export type RuleIndex = {
  candidates(event: RuleEvent): Candidate[]
  /** Some rule heeds what is learned of places and networks. */
  learns: boolean
}

/** Fields that tell rules apart, the most telling first. */
const PATHS = [
  'event.action',
  'event.code',
  'event.dataset',
  'event.provider',
  'event.category',
  'event.outcome',
  ...TELLING_PATHS,
]

const READERS = PATHS.map((path) => (TELLING_PATHS.includes(path) ? readTelling(path) : compilePath(path)))

type Guard = { path: number; values: ReadonlySet<string> }
type Entry = Candidate & { guards: Guard[] }

export function buildIndex(rules: readonly CompiledRule[]): RuleIndex {
  const byValue = PATHS.map(() => new Map<string, Entry[]>())
  const everywhere: Entry[] = []
  for (const entry of rules.flatMap(entriesOf)) {
    const [first, ...rest] = entry.guards
    if (!first) everywhere.push(entry)
    else for (const value of first.values) push(byValue[first.path]!, value, { ...entry, guards: rest })
  }
  return {
    candidates: (event) => find(event, byValue, everywhere),
    learns: rules.some(({ rule }) => rule.heeds?.includes('learned-egress')),
  }
}

function find(event: RuleEvent, byValue: Map<string, Entry[]>[], everywhere: readonly Entry[]): Candidate[] {
  const read: string[][] = []
  const valuesOf = (path: number) => (read[path] ??= texts(READERS[path]!(event.fields)))
  const found: Candidate[] = []
  const seen = new Set<CompiledStep>()
  for (const [path, entries] of byValue.entries()) {
    if (entries.size === 0) continue
    const values = valuesOf(path)
    for (const value of values) {
      for (const entry of entries.get(value) ?? []) {
        if (!entry.guards.every((guard) => valuesOf(guard.path).some((one) => guard.values.has(one))))
          continue
        // An event with several actions meets a rule that names two of them once.
        if (seen.has(entry.run)) continue
        if (values.length > 1) seen.add(entry.run)
        found.push(entry)
      }
    }
  }
  return everywhere.length === 0 ? found : [...found, ...everywhere]
}

function texts(value: Json | undefined): string[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === 'object' ? [] : String(one),
  )
}

function entriesOf(compiled: CompiledRule): Entry[] {
  return compiled.steps.flatMap((run, step) => {
    // A copy of the step before (`with runs`): hits of that one are its hits too.
    if (step > 0 && compiled.steps[step - 1]!.filter === run.filter) return []
    const guards = PATHS.flatMap((name, path): Guard[] => {
      const values = requiredValues(run.filter, name)
      return values ? [{ path, values }] : []
    })
    return [{ compiled, step, run, guards }]
  })
}

function push(entries: Map<string, Entry[]>, value: string, entry: Entry): void {
  const known = entries.get(value)
  if (known) known.push(entry)
  else entries.set(value, [entry])
}
