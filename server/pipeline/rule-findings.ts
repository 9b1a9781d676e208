/** What the data that is here says of a rule: why it cannot fire, and what makes it weaker or dearer than it looks. */
import { type Fields, valuesAt } from '../domain/json.ts'
import { DAY, formatSpan, HOUR, type Millis } from '../domain/time.ts'
import { type CompiledRule, type CompiledStep, completingStep } from '../rules/compiled.ts'
import { canHoldWithout, datasetsOf, type FieldRead, fieldsOf, likelyField } from '../rules/reads.ts'
import { stayAt } from '../rules/stay.ts'
import type { DatasetLook, LookAt } from './dataset-look.ts'

export type FindingCode =
  | 'cannot-run'
  | 'switched-off'
  | 'no-logs'
  | 'silent'
  | 'old-logs'
  | 'no-place'
  | 'no-risk'
  | 'no-join-field'
  | 'lost-field'
  | 'never-filled'
  | 'no-entity'
  | 'unselective'
  | 'longer-than-kept'
  | 'longer-than-history'

export type Finding = {
  code: FindingCode
  /** The rule cannot fire. */
  blocks: boolean
  /** A sentence without its stop, and what to do or what follows. */
  message: string
  hint: string | null
  /** In the text of the query. */
  at: { line: number; column: number; length: number }
}

/** Logs that have not come for so long are said to be away. */
const AWAY: Millis = DAY
/** A step that picks more than this share of its logs stores a hit for nearly all of them. */
const UNSELECTIVE = 0.6
/** Below so many events nothing is said about shares and empty fields. */
const ENOUGH = 50
/** So many that a step picks, none with its key: it is no chance. */
const ENOUGH_PICKED = 10
const START = { line: 1, column: 1, length: 1 }

/** The logs of a step: those that have come of what it asks for. */
type StepLogs = {
  names: string
  looks: DatasetLook[]
  events: Fields[]
  seen: ReadonlySet<string>
  lost: ReadonlySet<string>
}

type Named = { compiled: CompiledRule; step: CompiledStep; where: string; mayBeMissing: boolean }

/**
 * Each once, those that block first. `newest`: event time of the newest log that the rule could use; `upTo`: of the newest
 * that its most backward step has, so that beyond it nothing can be found yet. Null: there is none.
 */
export async function findingsOf(
  compiled: CompiledRule,
  lookAt: LookAt,
  now: Millis,
  retention: Millis | null,
): Promise<{ findings: Finding[]; newest: Millis | null; upTo: Millis | null }> {
  const { rule } = compiled
  const found: Finding[] = rule.enabled
    ? []
    : [{ code: 'switched-off', blocks: true, message: 'It is switched off', hint: null, at: START }]
  let newest: Millis | null = null
  let since: Millis | null = null
  let upTo: Millis | null = Infinity
  // Copies of a step (`with runs`) say the same.
  const all = new Set(compiled.steps.filter(({ negates, isPresence }) => !negates && !isPresence))
  for (const [i, step] of [...all].entries()) {
    const datasets = datasetsOf(step) ?? rule.data?.map(({ dataset }) => dataset) ?? [null]
    const logs = await logsOf(datasets, lookAt)
    const ends = logs.looks.map((look) => look.newest!)
    upTo = ends.length === 0 || upTo === null ? null : Math.min(upTo, Math.max(...ends))
    for (const look of logs.looks) {
      newest = Math.max(newest ?? 0, look.newest!)
      since = Math.min(since ?? Infinity, look.since!)
    }
    // What only makes an alert worse may be missing.
    const mayBeMissing = rule.then !== null && i > 0
    const named = { compiled, step, where: all.size > 1 ? `Step ${i + 1}: ` : '', mayBeMissing }
    found.push(...stepFindings(named, logs, now))
  }
  found.push(...windowFindings(compiled, now, since, retention))
  return { findings: eachOnce(found), newest, upTo: upTo === Infinity ? null : upTo }
}

async function logsOf(datasets: readonly (string | null)[], lookAt: LookAt): Promise<StepLogs> {
  const looks: DatasetLook[] = []
  for (const dataset of datasets) looks.push(await lookAt(dataset))
  const present = looks.filter(({ newest }) => newest !== null)
  return {
    names: list(datasets.filter((dataset) => dataset !== null)),
    looks: present,
    events: present.flatMap(({ events }) => events),
    seen: new Set(present.flatMap(({ seen }) => [...seen])),
    // A field that another of its datasets still has is not lost to the rule.
    lost: new Set(
      present.flatMap(({ lost }) =>
        [...lost].filter((path) => present.every((one) => one.lost.has(path) || !one.seen.has(path))),
      ),
    ),
  }
}

function stepFindings(named: Named, logs: StepLogs, now: Millis): Finding[] {
  const { step, mayBeMissing } = named
  const at = mayBeMissing ? START : step.filter.where.at
  const of = logs.names ? ` of ${logs.names}` : ''
  const blocks = !mayBeMissing
  if (logs.looks.length === 0)
    return [{ code: 'no-logs', blocks, message: `No log${of} has come yet`, hint: null, at }]
  const found: Finding[] = []
  const age = now - Math.max(...logs.looks.map(({ newest }) => newest!))
  const silent = logs.looks.map(({ silentSince }) => silentSince)
  if (age > AWAY)
    found.push({
      code: 'old-logs',
      blocks,
      message: `The newest log${of} is ${formatSpan(age)} old`,
      hint: null,
      at,
    })
  else if (!silent.includes(null))
    found.push({
      code: 'silent',
      blocks,
      message: `No log${of} has come for ${formatSpan(now - Math.max(...silent.map(Number)))}, longer than usual`,
      hint: 'See what has become of its shipper.',
      at,
    })
  if (logs.events.length < ENOUGH) return found
  const picked = logs.events.filter((event) => step.matches(event))
  return [
    ...found,
    ...lostFindings(named, logs),
    ...placeFindings(named, logs),
    ...keyFindings(named, logs, picked),
    ...fieldFindings(named, logs),
    ...shareFindings(named, logs, picked.length),
  ].map((one) => ({ ...one, blocks: one.blocks && blocks, at: mayBeMissing ? START : one.at }))
}

/** What it needs was in its logs, and is in none of the newest. */
function lostFindings({ compiled: { rule }, step, where }: Named, { names, lost }: StepLogs): Finding[] {
  if (lost.size === 0) return []
  const keys = step.by.filter(({ path, optional }) => !optional && lost.has(path))
  const terms = [...(rule.newTerms?.fields ?? []), ...(rule.threshold?.distinct ?? [])]
    .filter((path) => lost.has(path))
    .map((path) => ({ path, at: step.filter.where.at }))
  const reads = fieldsOf(step).filter(({ path }) => lost.has(path))
  const isBlind = !canHoldWithout(step.filter.where, lost)
  const gone = [...keys, ...terms, ...(isBlind ? reads : [])]
  if (gone.length === 0) return []
  return [
    {
      code: 'lost-field',
      blocks: true,
      message: `${where}the logs${names ? ` of ${names}` : ''} no longer have ${paths(gone)}, which it needs`,
      hint: 'They had it before: see what has changed at their source.',
      at: gone[0]!.at,
    },
  ]
}

const PLACES = ['source.geo', 'geo']
const isPlace = (path: string) => PLACES.some((place) => path.startsWith(`${place}.`))

function placeFindings({ compiled: { rule }, step }: Named, { events, seen }: StepLogs): Finding[] {
  const terms = rule.newTerms?.fields ?? []
  const isBlind = rule.travel !== null || terms.some(isPlace)
  const read = fieldsOf(step).find(({ path }) => isPlace(path))
  if (!isBlind && !read) return []
  if (PLACES.some((place) => seen.has(place)) || events.some((event) => stayAt(event))) return []
  const message = 'None of its logs say where they come from'
  const hint = 'Set VEDETTE_GEOIP_CITY to a file of places.'
  return [{ code: 'no-place', blocks: isBlind, message, hint, at: read?.at ?? step.filter.where.at }]
}

/** By what it brings events together, and whom it is about. */
function keyFindings(named: Named, { events, seen }: StepLogs, picked: readonly Fields[]): Finding[] {
  const { compiled, step, where } = named
  const { rule } = compiled
  const terms = (rule.newTerms?.fields ?? []).filter((path) => !isPlace(path))
  const needed = [
    ...step.by.filter(({ optional }) => !optional),
    ...[...terms, ...(rule.threshold?.distinct ?? [])].map((path) => ({ path, at: step.filter.where.at })),
  ]
  const found = needed
    .filter(({ path }) => !seen.has(path) && !someHas(events, path))
    .map(({ path, at }): Finding => ({
      code: 'no-join-field',
      // A field that comes with rare events only says nothing until such events have come.
      blocks: picked.length >= ENOUGH_PICKED,
      message: `${where}None of its logs have [${path}], by which it brings events together`,
      hint: likelyField(path, seen),
      at,
    }))
  const isLast = step.filter === compiled.steps[completingStep(compiled)]!.filter
  const { entity } = rule
  const isKey = needed.some(({ path }) => path === entity)
  if (isLast && !isKey && !seen.has(entity) && !someHas(events, entity))
    found.push({
      code: 'no-entity',
      blocks: false,
      message: `None of its logs have [${entity}], which its alerts are about`,
      hint:
        likelyField(entity, seen) ?? 'They name whatever else there is: the account, the address, the host.',
      at: step.filter.where.at,
    })
  return found
}

/** Of Entra ID's sign-ins: filled with a licence only. */
const isRisk = (path: string) => /(^|\.)(risk_(level|state|event|detail)|is_risky)/.test(path)

function fieldFindings({ step, where }: Named, { names, events, seen }: StepLogs): Finding[] {
  const never = fieldsOf(step).filter(
    ({ path }) => !seen.has(path) && !isPlace(path) && !someFilled(events, path),
  )
  const missing = new Set(never.map(({ path }) => path))
  // Without risk it is blind; any other field may come with rare events only.
  const risk = never.filter(({ path }) => isRisk(path))
  if (risk.length > 0 && !canHoldWithout(step.filter.where, new Set(risk.map(({ path }) => path))))
    return [
      {
        code: 'no-risk',
        blocks: true,
        message: `${where}None of its logs have a risk: ${paths(risk)}`,
        hint: 'Entra ID fills them with a licence P2 only.',
        at: risk[0]!.at,
      },
    ]
  // Names in alternatives are spellings of other collectors: told only where none of them is ever there.
  if (canHoldWithout(step.filter.where, missing)) return []
  return [
    {
      code: 'never-filled',
      blocks: false,
      message: `${where}never filled in the logs${names ? ` of ${names}` : ''} so far: ${paths(never)}`,
      hint: never.map(({ path }) => likelyField(path, seen)).find((hint) => hint !== null) ?? null,
      at: never[0]!.at,
    },
  ]
}

function shareFindings(
  { compiled: { rule }, step, where }: Named,
  logs: StepLogs,
  picked: number,
): Finding[] {
  // Ours were weighed, and what is usual can be told by all of the logs only.
  if (rule.builtIn || rule.kind === 'travel' || rule.kind === 'new_terms') return []
  const share = picked / logs.events.length
  if (share <= UNSELECTIVE) return []
  return [
    {
      code: 'unselective',
      blocks: false,
      message: `${where}it picks ${Math.round(100 * share)} % of ${logs.names ? 'its' : 'all'} logs: each is stored as a hit`,
      hint: 'Ask for more, such as an action.',
      at: step.filter.where.at,
    },
  ]
}

function windowFindings(
  { window }: CompiledRule,
  now: Millis,
  since: Millis | null,
  retention: Millis | null,
): Finding[] {
  if (window === Infinity) return []
  const at = START
  const looksBack = `It looks back ${formatSpan(window)}`
  if (retention !== null && window > retention)
    return [
      {
        code: 'longer-than-kept',
        blocks: false,
        message: `${looksBack}, but events are kept for ${formatSpan(retention)} only`,
        hint: 'Set VEDETTE_RETENTION higher, or shorten it.',
        at,
      },
    ]
  if (since === null || window <= DAY || now - since >= window) return []
  return [
    {
      code: 'longer-than-history',
      blocks: false,
      message: `${looksBack}, but its logs are here for ${hours(now - since)} only`,
      hint: 'Until then it knows less than it could.',
      at,
    },
  ]
}

/** In whole hours: it should not read differently each second. */
function hours(span: Millis): string {
  return span < HOUR ? 'less than an hour' : formatSpan(span - (span % HOUR))
}

function someHas(events: readonly Fields[], path: string): boolean {
  return events.some((event) => valuesAt(event, path).length > 0)
}

/** What the sample has under a name that is no path of it, such as a part of a dotted key. */
function someFilled(events: readonly Fields[], path: string): boolean {
  return events.some((event) => valuesAt(event, path).some((value) => value !== '' && value !== 'hidden'))
}

function paths(fields: readonly FieldRead[]): string {
  return fields.map(({ path }) => `[${path}]`).join(', ')
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`
}

/** What one step cannot do without another may: what blocks is said, and said once. */
function eachOnce(found: readonly Finding[]): Finding[] {
  const once = new Map<string, Finding>()
  for (const one of found.toSorted((a, b) => Number(b.blocks) - Number(a.blocks))) {
    const name = `${one.code} ${one.message}`
    if (!once.has(name)) once.set(name, one)
  }
  return [...once.values()]
}
