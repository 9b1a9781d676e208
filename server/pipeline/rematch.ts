/**
 * A rule that was saved looks through the stored events once, in slices: what it matches becomes hits like any other.
 * Resumable: a cursor is kept beside the rule. Afterwards untouched alerts that the new version does not give are
 * withdrawn.
 */
import type { Hit, Pending } from '../domain/hit.ts'
import type { Json } from '../domain/json.ts'
import { type Clock, SECOND } from '../domain/time.ts'
import { dueAt } from '../detect/due.ts'
import { matchStored } from '../detect/match.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { buildIndex } from '../rules/rule-index.ts'
import type { Store, StoredRecord } from '../store/store.ts'
import { type RematchTask, readTask } from './history.ts'
import { REMATCH_PREFIX } from './rulebook.ts'
import { withdrawOutdated } from './withdraw.ts'

export type RematchDeps = {
  store: Store
  rules(): ReadonlyMap<string, CompiledRule>
  now: Clock
  onSettled?(revision: number): void
}

const PAGE = 1000
/** One call works no longer than this, so that whatever else the correlator has to do gets its turn. */
const SLICE = SECOND
/** The farthest that dates can be. */
const END_OF_TIME = 8.64e15
/** More pending groups than this: the queue is drained first. */
const BUSY = 10_000

type Open = { record: StoredRecord; task: RematchTask; compiled: CompiledRule }

/**
 * Goes on with whatever re-matches are open, for a slice of time. True: something was done, so drain the queue and
 * call again; false: nothing is left to do.
 */
export async function continueRematches(deps: RematchDeps): Promise<boolean> {
  const open = await openTasks(deps)
  const matching = open.filter(({ task }) => task.stage === 'matching')
  if (matching.length > 0) {
    // Rules that stand at the same place of the history go through it together.
    const { cursor } = matching[0]!.task
    await matchSlice(
      deps,
      matching.filter(({ task }) => task.cursor === cursor),
    )
    return true
  }
  let isDone = false
  const waiting = await deps.store.pending(Number.MAX_SAFE_INTEGER, BUSY)
  for (const one of open) {
    if (waiting.some((row) => isPartOf(row, one))) continue
    await withdrawOutdated(deps, one.compiled)
    await keep(deps, [one], { stage: 'done' })
    isDone = true
  }
  return isDone
}

/** Whether a group waits for what the new version finds in the history, not only for what came after it was saved. */
function isPartOf({ rule, due }: Pending, { compiled, task }: Open): boolean {
  return rule === compiled.rule.id && due <= (dueAt(compiled, task.since, false) ?? Infinity)
}

/**
 * Rules whose groups must wait until the whole history is looked through: what undoes a completion may come later in it
 * than what completes.
 */
export async function heldRules(deps: Pick<RematchDeps, 'store' | 'rules'>): Promise<string[]> {
  const open = await openTasks(deps)
  return open
    .filter(({ task, compiled }) => task.stage === 'matching' && compiled.negation)
    .map(({ compiled }) => compiled.rule.id)
}

async function openTasks(deps: Pick<RematchDeps, 'store' | 'rules'>): Promise<Open[]> {
  const records = await deps.store.records('setting')
  const rules = deps.rules()
  return records.flatMap((record) => {
    if (!record.id.startsWith(REMATCH_PREFIX)) return []
    const compiled = rules.get(record.id.slice(REMATCH_PREFIX.length))
    const task = readTask(record)
    // A rule that is switched off, or saved again and not yet loaded, waits.
    if (!compiled || !task || task.stage === 'done' || task.version !== compiled.rule.version) return []
    return [{ record, task, compiled }]
  })
}

async function matchSlice(deps: RematchDeps, open: Open[]): Promise<void> {
  const { store } = deps
  const index = buildIndex(open.map(({ compiled }) => compiled))
  const until = Date.now() + SLICE
  let cursor = open[0]!.task.cursor
  for (;;) {
    const page = await store.replay(-END_OF_TIME, END_OF_TIME, PAGE, ...(cursor === null ? [] : [cursor]))
    const hits: Hit[] = page.events.flatMap((event) => matchStored(event, index))
    if (hits.length > 0) await store.addHits(hits, deps.now())
    cursor = page.cursor
    if (cursor === null) return keep(deps, open, { stage: 'withdrawing', cursor })
    if (Date.now() > until) return keep(deps, open, { cursor })
  }
}

/** Keeps how far they are. A rule saved meanwhile has a new task, which wins. */
async function keep(deps: RematchDeps, open: readonly Open[], progress: Partial<RematchTask>): Promise<void> {
  for (const { record, task } of open) {
    const body: Json = { ...task, ...progress }
    await deps.store.putRecords([
      { kind: 'setting', id: record.id, body, expect: record.version, audit: null, at: deps.now() },
    ])
  }
}
