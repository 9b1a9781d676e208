/**
 * Exceptions as stored. They have a part in correlation, not in matching: where one is made or taken back, the groups
 * of its rules are correlated again, and nothing is matched again.
 */
import { randomUUID } from 'node:crypto'
import type { Exception } from '../domain/exception.ts'
import { isObject, type Json } from '../domain/json.ts'
import type { Clock, Millis } from '../domain/time.ts'
import type { Diagnostic } from '../lang/tree.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { type CompiledException, compileException } from '../rules/exceptions.ts'
import type { RecordPut, Store, StoredRecord } from '../store/store.ts'
import { breathe } from './group-hits.ts'

export type StoredException = Exception & {
  createdAt: Millis
  createdBy: string
  /** Events that it has left out. */
  hidden: number
}
export type ExceptionInput = Omit<Exception, 'id'>
type ExceptionBody = ExceptionInput & { createdBy: string }

/** Exceptions ready to run. */
export async function loadExceptions(store: Pick<Store, 'records'>): Promise<CompiledException[]> {
  const records = await store.records('exception')
  return records.flatMap((record) => compileException(exceptionOf(record)).compiled ?? [])
}

export async function listExceptions(
  store: Pick<Store, 'records' | 'hiddenCounts'>,
): Promise<StoredException[]> {
  const [records, counts] = await Promise.all([store.records('exception'), store.hiddenCounts()])
  return records
    .map((record) => ({
      ...exceptionOf(record),
      createdAt: record.createdAt,
      createdBy: bodyOf(record).createdBy,
      hidden: counts[record.id] ?? 0,
    }))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
}

export type ExceptionOutcome = { saved: StoredException } | { errors: Diagnostic[] } | { noRule: string }

export async function createException(
  store: Store,
  input: ExceptionInput,
  { actor, clock }: { actor: string; clock: Clock },
): Promise<ExceptionOutcome> {
  const exception: Exception = { id: randomUUID(), ...input }
  const errors = compileException(exception).diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { errors }
  if (input.ruleId !== '*' && !(await store.record('rule', input.ruleId))) return { noRule: input.ruleId }
  const at = clock()
  const body: ExceptionBody = { ...input, createdBy: actor }
  const audit = { at, actor, verb: 'exception.create', subject: exception.id, detail: input as Json }
  await store.putRecords([
    { kind: 'exception', id: exception.id, body: body as unknown as Json, audit, at },
    correlateAgain(exception, at),
  ])
  return { saved: { ...exception, createdAt: at, createdBy: actor, hidden: 0 } }
}

/** False: there is none of this id. */
export async function removeException(
  store: Store,
  id: string,
  { actor, clock }: { actor: string; clock: Clock },
): Promise<boolean> {
  const record = await store.record('exception', id)
  if (!record) return false
  const at = clock()
  const { ruleId, reason } = exceptionOf(record)
  const audit = { at, actor, verb: 'exception.delete', subject: id, detail: { ruleId, reason } }
  const [written] = await store.putRecords([
    { kind: 'exception', id, body: null, expect: record.version, audit, at },
    correlateAgain({ id, ruleId }, at),
  ])
  return written!.written
}

/** What is left to do after a change of exceptions or settings: kept in the same transaction, so that a stop forgets nothing. */
const AGAIN_PREFIX = 'correlate-again:'
/** Hits whose groups are noted in one transaction. */
const SLICE = 2000

/** `heeding`: only rules that heed the organisation's settings. */
export function correlateAgain(
  { id, ruleId, heeding = false }: Pick<Exception, 'id' | 'ruleId'> & { heeding?: boolean },
  at: Millis,
): RecordPut {
  return { kind: 'setting', id: AGAIN_PREFIX + id, body: { ruleId, heeding }, audit: null, at }
}

/**
 * Makes the groups of changed exceptions' rules pending again. True: something was done. The exceptions in use must have
 * been read after the task was found: `reload` does so.
 */
export async function continueExceptions(deps: {
  store: Store
  rules(): ReadonlyMap<string, CompiledRule>
  now: Clock
  reload(): Promise<void>
}): Promise<boolean> {
  const { store } = deps
  const tasks = (await store.records('setting')).filter(({ id }) => id.startsWith(AGAIN_PREFIX))
  if (tasks.length === 0) return false
  await deps.reload()
  for (const task of tasks) {
    const { ruleId = null, heeding = false } = isObject(task.body) ? task.body : {}
    for (const { rule } of deps.rules().values()) {
      if (ruleId !== '*' && ruleId !== rule.id) continue
      if (heeding === true && !rule.heeds) continue
      for (let cursor: string | null | undefined; cursor !== null;) {
        cursor = await store.settleAgain({ rule: rule.id, version: rule.version }, deps.now(), SLICE, cursor)
        await breathe()
      }
    }
    const { id, version: expect } = task
    await store.putRecords([{ kind: 'setting', id, body: null, expect, audit: null, at: deps.now() }])
  }
  return true
}

function exceptionOf(record: StoredRecord): Exception {
  const { createdBy: _, ...exception } = bodyOf(record)
  return { id: record.id, ...exception }
}

function bodyOf(record: StoredRecord): ExceptionBody {
  return record.body as unknown as ExceptionBody
}
