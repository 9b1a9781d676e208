/**
 * The rules as stored: built-in ones with what people changed of them, and people's own.
 * `version` counts every put (for If-Match); hits belong to the match version, which changes only when
 * the rule could match otherwise than before.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Fields, isObject, type Json } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import type { Clock } from '../domain/time.ts'
import type { Diagnostic } from '../lang/tree.ts'
import { checkRule } from '../rules/check-rule.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { RuleInput } from '../rules/rule-file.ts'
import { ruleToJson } from '../rules/rule-json.ts'
import { breathe } from './group-hits.ts'
import type { RecordPut, Store, StoredRecord } from '../store/store.ts'

/** What people may change without writing a new rule. */
export type RuleChanges = Partial<
  Pick<Rule, 'enabled' | 'severity' | 'confidence' | 'tags' | 'name' | 'summary'>
> & {
  /** Parts of the rule file's blocks, in its words: `{ threshold: { more_than: 80 } }`. The rest stays. */
  threshold?: Fields
  then?: Fields
  travel?: Fields
  new_terms?: Fields
}

type RuleBody = {
  builtIn: boolean
  /** The rule file as JSON. */
  source: Json
  changes: RuleChanges
  matchVersion: number
  /** The file of the operator's folder that it comes from. */
  file?: string
}

export type StoredRule = {
  /** As it runs: `version` is the match version that hits carry. */
  rule: Rule
  compiled: CompiledRule | null
  diagnostics: Diagnostic[]
  /** Counts every change; what `If-Match` names. */
  version: number
}

export type { RuleInput }

export type SaveOutcome =
  | { saved: StoredRule; warnings: Diagnostic[] }
  | { errors: Diagnostic[] }
  | { conflict: 'id-taken' | 'changed' | 'built-in'; version: number }

export async function loadRules(store: Pick<Store, 'records'>): Promise<StoredRule[]> {
  const records = await store.records('rule')
  const found: StoredRule[] = []
  for (const [i, record] of records.entries()) {
    // Some rules take a millisecond to read, and there may be thousands.
    if (i % RULES_A_TURN === RULES_A_TURN - 1) await breathe()
    const stored = readStored(record)
    if (stored) found.push(stored)
  }
  return found
}

const RULES_A_TURN = 10

export function readStored(record: StoredRecord): StoredRule | null {
  const body = record.body as unknown as RuleBody
  const { rule, compiled, diagnostics } = checkRule(
    { value: withNumbers(body) },
    { builtIn: body.builtIn, version: body.matchVersion },
  )
  if (!rule) return null
  const { threshold: _, then: __, travel: ___, new_terms: ____, ...head } = body.changes
  const changed: Rule = { ...rule, ...head }
  // The rest of what people may change has no part in matching, so what was compiled stays as it is.
  return {
    rule: changed,
    compiled: compiled && { ...compiled, rule: changed },
    diagnostics,
    version: record.version,
  }
}

const BLOCKS = ['threshold', 'then', 'travel', 'new_terms'] as const

/** The rule file with the numbers that people changed in its blocks. */
function withNumbers({ source, changes }: RuleBody): Json {
  if (!isObject(source)) return source
  const result = { ...source }
  for (const name of BLOCKS) {
    const change = changes[name]
    if (!change) continue
    const block = isObject(result[name]) ? { ...result[name] } : {}
    // The two ways to say the number: the one that is given takes the other's place.
    if ('more_than' in change) delete block['at_least']
    if ('at_least' in change) delete block['more_than']
    result[name] = merged(block, change)
  }
  return result
}

/** What is not named stays, also in a group of settings within the block. */
function merged(block: Fields, change: Fields): Fields {
  const result = { ...block }
  for (const [name, value] of Object.entries(change)) {
    const before = result[name]
    result[name] = isObject(value) && isObject(before) ? { ...before, ...value } : value
  }
  return result
}

/** Reads, compiles and reviews without storing: every error and warning. */
export function reviewRule(input: RuleInput): { rule: Rule | null; diagnostics: Diagnostic[] } {
  return checkRule(input, { builtIn: false })
}

/** Brings the stored built-in rules up to those of this version of the product; people's changes stay. */
export async function installBuiltIn(store: Store, rules: readonly Rule[], clock: Clock): Promise<string[]> {
  const puts: RecordPut[] = []
  for (const rule of rules) {
    const source = ruleToJson(rule)
    const stored = await store.record('rule', rule.id)
    const before = stored?.body as unknown as RuleBody | undefined
    if (before && isDeepStrictEqual(before.source, source)) continue
    const matchVersion = await nextMatchVersion(store, rule.id, before)
    const body: RuleBody = { builtIn: true, source, changes: before?.changes ?? {}, matchVersion }
    puts.push(...putRule(rule.id, body, before ? 'rule.upgrade' : 'rule.install', 'vedette', clock))
  }
  if (puts.length > 0) await store.putRecords(puts)
  return puts.filter((put) => put.kind === 'rule').map((put) => put.id)
}

/** The operator's rule files, by the id of their rule. */
export type RuleFiles = ReadonlyMap<string, { file: string; rule: Rule }>

/**
 * Brings the rules that come from the operator's folder up to its files: new and changed ones are saved, those whose
 * file is gone are deleted. An id that a built-in rule or a rule made by a person has is left alone and named in `taken`.
 */
export async function syncRuleFiles(
  store: Store,
  files: RuleFiles,
  clock: Clock,
  /** Some file could not be read: what seems to be gone may only be broken. */
  { keepMissing }: { keepMissing: boolean },
): Promise<{ changed: boolean; taken: string[] }> {
  const puts: RecordPut[] = []
  const taken: string[] = []
  for (const [id, { file, rule }] of files) {
    const source = ruleToJson(rule)
    const before = (await store.record('rule', id))?.body as unknown as RuleBody | undefined
    if (before && before.file === undefined) taken.push(file)
    else if (!before || !isDeepStrictEqual(before.source, source)) {
      const matchVersion = await nextMatchVersion(store, id, before)
      const body: RuleBody = { builtIn: false, source, changes: before?.changes ?? {}, matchVersion, file }
      puts.push(...putRule(id, body, before ? 'rule.replace' : 'rule.create', 'rule folder', clock))
    }
  }
  for (const { id, body } of keepMissing ? [] : await store.records('rule')) {
    if ((body as unknown as RuleBody).file === undefined || files.has(id)) continue
    const at = clock()
    const audit = { at, actor: 'rule folder', verb: 'rule.delete', subject: id, detail: null }
    puts.push({ kind: 'rule', id, body: null, audit, at })
  }
  if (puts.length > 0) await store.putRecords(puts)
  return { changed: puts.length > 0, taken }
}

export type SaveOptions = {
  actor: string
  clock: Clock
  /** `create`: the id must be free. `replace`: the rule of this id is replaced. `either`: whatever its own id asks for. */
  target: { create: true } | { replace: string; expect?: number } | { either: true }
  /** What the rule says of itself is not asked. */
  enabled?: boolean
}

export async function saveRule(store: Store, input: RuleInput, options: SaveOptions): Promise<SaveOutcome> {
  const { rule, diagnostics } = reviewRule(input)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!rule || errors.length > 0) return { errors }
  const { target } = options
  const id = 'replace' in target ? target.replace : rule.id
  const stored = await store.record('rule', id)
  if ('create' in target && stored) return { conflict: 'id-taken', version: stored.version }
  const before = stored?.body as unknown as RuleBody | undefined
  if (before?.builtIn) return { conflict: 'built-in', version: stored!.version }
  const body: RuleBody = {
    builtIn: false,
    source: ruleToJson({ ...rule, id, enabled: options.enabled ?? rule.enabled }),
    changes: {},
    matchVersion: await nextMatchVersion(store, id, before),
  }
  const asked = 'replace' in target ? target.expect : undefined
  const expect = 'create' in target ? 0 : (asked ?? stored?.version ?? 0)
  const [written] = await store.putRecords(
    putRule(id, body, stored ? 'rule.replace' : 'rule.create', options.actor, options.clock, expect),
  )
  if (!written!.written)
    return { conflict: 'create' in target ? 'id-taken' : 'changed', version: written!.version }
  const saved = readStored((await storedNow(store, id, body, written!.version)) as StoredRecord)!
  return { saved, warnings: diagnostics.filter(({ severity }) => severity === 'warning') }
}

/** Null: there is no such rule. */
export type ChangeOutcome =
  StoredRule | { conflict: 'changed'; version: number } | { errors: Diagnostic[] } | null

export async function changeRule(
  store: Store,
  id: string,
  changes: RuleChanges,
  options: { actor: string; clock: Clock; expect?: number },
): Promise<ChangeOutcome> {
  const stored = await store.record('rule', id)
  if (!stored) return null
  const before = stored.body as unknown as RuleBody
  const wasEnabled = before.changes.enabled ?? readStored(stored)?.rule.enabled ?? true
  // While it was off, events passed it by: on again, it looks through the history as a new version.
  const rematch = (changes.enabled === true && !wasEnabled) || BLOCKS.some((name) => name in changes)
  const body: RuleBody = {
    ...before,
    changes: {
      ...before.changes,
      ...changes,
      ...Object.fromEntries(
        BLOCKS.flatMap((name) =>
          changes[name] ? [[name, merged(before.changes[name] ?? {}, changes[name])]] : [],
        ),
      ),
    },
    matchVersion: before.matchVersion + (rematch ? 1 : 0),
  }
  const { diagnostics } = checkRule({ value: withNumbers(body) }, { builtIn: body.builtIn })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { errors }
  const expect = options.expect ?? stored.version
  const puts = putRule(
    id,
    body,
    'rule.change',
    options.actor,
    options.clock,
    expect,
    changes as Json,
    rematch,
  )
  const [written] = await store.putRecords(puts)
  if (!written!.written) return { conflict: 'changed', version: written!.version }
  return readStored({ ...stored, body: body as unknown as Json, version: written!.version })
}

export async function removeRule(
  store: Store,
  id: string,
  options: { actor: string; clock: Clock; expect?: number },
): Promise<'removed' | 'absent' | 'built-in' | 'changed'> {
  const stored = await store.record('rule', id)
  if (!stored) return 'absent'
  if ((stored.body as unknown as RuleBody).builtIn) return 'built-in'
  const at = options.clock()
  const audit = { at, actor: options.actor, verb: 'rule.delete', subject: id, detail: null }
  const [written] = await store.putRecords([
    { kind: 'rule', id, body: null, expect: options.expect ?? stored.version, audit, at },
  ])
  return written!.written ? 'removed' : 'changed'
}

/** Never one that was used before, also by a rule of this id that was deleted: its hits are still stored. */
async function nextMatchVersion(store: Store, id: string, before: RuleBody | undefined): Promise<number> {
  const task = (await store.record('setting', REMATCH_PREFIX + id))?.body
  const used = isObject(task) && typeof task['version'] === 'number' ? task['version'] : 0
  return Math.max(used, before?.matchVersion ?? 0) + 1
}

/** Which rules have yet to look through the stored events: kept beside the rule, in the same transaction. */
export const REMATCH_PREFIX = 'rematch:'

function putRule(
  id: string,
  body: RuleBody,
  verb: string,
  actor: string,
  clock: Clock,
  expect?: number,
  detail: Json = null,
  rematch = true,
): RecordPut[] {
  const at = clock()
  const audit = { at, actor, verb, subject: id, detail }
  const put: RecordPut = {
    kind: 'rule',
    id,
    body: body as unknown as Json,
    audit,
    at,
    ...(expect === undefined ? {} : { expect }),
  }
  if (!rematch) return [put]
  const task = { version: body.matchVersion, cursor: null }
  return [put, { kind: 'setting', id: REMATCH_PREFIX + id, body: task, audit: null, at }]
}

async function storedNow(store: Store, id: string, body: RuleBody, version: number) {
  // A read-only connection may not see the commit yet: what was written is known here.
  const stored = await store.record('rule', id)
  return stored && stored.version >= version
    ? stored
    : { kind: 'rule', id, version, body: body as unknown as Json, createdAt: 0, updatedAt: 0 }
}
