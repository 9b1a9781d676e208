/**
 * Can a rule fire right now? Told by the data that is here: whether its logs come at all, how old the newest are,
 * whether the fields that it reads are ever filled, and how much of the logs it picks.
 */
import type { Fields } from '../domain/json.ts'
import { valuesAt } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import { type Clock, DAY, formatSpan, type Millis } from '../domain/time.ts'
import { compileRule } from '../rules/compile.ts'
import type { CompiledRule, CompiledStep } from '../rules/compiled.ts'
import { datasetsOf, fieldsOf } from '../rules/reads.ts'
import { stayAt } from '../rules/stay.ts'
import type { Store } from '../store/store.ts'

export type RuleCoverage = {
  ruleId: string
  enabled: boolean
  canFire: boolean
  /** Why it cannot fire, in sentences; none: it can. */
  reasons: string[]
  /** What makes it weaker or dearer than it looks. */
  warnings: string[]
  /** The newest event in a dataset of the rule. */
  newestData: Millis | null
}

/** So many of the newest events of a dataset stand for all of it. */
const SAMPLE = 400
const SCAN_BUDGET: Millis = 200
/** A look at the data holds for so long. */
const FRESH: Millis = 30_000
/** Logs that have not come for so long are said to be away. */
const AWAY: Millis = DAY
/** A step that picks more than this share of its logs stores a hit for nearly all of them. */
const UNSELECTIVE = 0.6
/** Below so many events nothing is said about shares and empty fields. */
const ENOUGH = 50

type Sample = { events: Fields[]; newest: Millis | null }

export type Coverage = { coverage(rules: Rule[], retention: Millis | null): Promise<RuleCoverage[]> }

export function createCoverage({ store, clock }: { store: Pick<Store, 'scan'>; clock: Clock }): Coverage {
  const samples = new Map<string, { at: Millis; sample: Promise<Sample> }>()

  function sampleOf(dataset: string): Promise<Sample> {
    const known = samples.get(dataset)
    if (known && clock() - known.at < FRESH) return known.sample
    const sample = readSample(store, dataset)
    samples.set(dataset, { at: clock(), sample })
    sample.catch(() => samples.delete(dataset))
    return sample
  }

  return {
    async coverage(rules, retention) {
      const found: RuleCoverage[] = []
      for (const rule of rules) {
        const { compiled, diagnostics } = compileRule(rule)
        found.push(
          compiled
            ? await coverageOf(compiled, sampleOf, clock(), retention)
            : {
                ruleId: rule.id,
                enabled: rule.enabled,
                canFire: false,
                reasons: diagnostics.map(({ message }) => `It cannot run: ${message}.`).slice(0, 3),
                warnings: [],
                newestData: null,
              },
        )
        await new Promise((resolve) => setImmediate(resolve))
      }
      return found
    },
  }
}

async function readSample(store: Pick<Store, 'scan'>, dataset: string): Promise<Sample> {
  const { events } = await store.scan({
    only: { dataset: [dataset] },
    order: 'newest',
    needles: [],
    form: 'normalised',
    limit: SAMPLE,
    budget: SCAN_BUDGET,
  })
  const real = events.filter(({ event }) => event.drill === null)
  return { events: real.map(({ json }) => JSON.parse(json) as Fields), newest: real[0]?.time ?? null }
}

async function coverageOf(
  compiled: CompiledRule,
  sampleOf: (dataset: string) => Promise<Sample>,
  now: Millis,
  retention: Millis | null,
): Promise<RuleCoverage> {
  const { rule } = compiled
  const reasons = rule.enabled ? [] : ['It is switched off.']
  const warnings: string[] = []
  let newestData: Millis | null = null
  const needed = compiled.steps.filter(({ negates }) => negates === undefined)
  for (const [i, step] of needed.entries()) {
    const datasets = datasetsOf(step) ?? rule.data?.map(({ dataset }) => dataset) ?? null
    if (datasets === null) continue
    const samples = new Map<string, Sample>()
    for (const dataset of datasets) samples.set(dataset, await sampleOf(dataset))
    const present = [...samples].filter(([, { events }]) => events.length > 0)
    for (const [, { newest }] of present) newestData = Math.max(newestData ?? 0, newest ?? 0)
    // What only makes an alert worse may be missing.
    const isThen = rule.then !== null && i > 0
    if (present.length === 0) {
      const text = `No log of ${list(datasets)} has come yet.`
      if (isThen) warnings.push(text)
      else reasons.push(text)
      continue
    }
    const newest = Math.max(...present.map(([, sample]) => sample.newest ?? 0))
    if (now - newest > AWAY)
      reasons.push(`The newest log of ${list(datasets)} is ${formatSpan(now - newest)} old.`)
    const events = present.flatMap(([, sample]) => sample.events)
    reasons.push(...blindness(compiled, step, events))
    warnings.push(...weaknesses(step, events, needed.length > 1 ? `Step ${i + 1}: ` : ''))
  }
  if (retention !== null && compiled.window !== Infinity && compiled.window > retention)
    warnings.push(
      `It looks back ${formatSpan(compiled.window)}, but events are kept for ${formatSpan(retention)} only.`,
    )
  const { id: ruleId, enabled } = rule
  return {
    ruleId,
    enabled,
    canFire: reasons.length === 0,
    reasons: unique(reasons),
    warnings: unique(warnings),
    newestData,
  }
}

/** What the step cannot do without and no event of its logs has. */
function blindness({ rule }: CompiledRule, { by }: CompiledStep, events: readonly Fields[]): string[] {
  if (events.length < ENOUGH) return []
  const found: string[] = []
  if (rule.travel && !events.some((event) => stayAt(event)))
    found.push('None of its logs say where they come from: set VEDETTE_GEOIP_CITY to a file of places.')
  for (const { path, optional } of by)
    if (!optional && !events.some((event) => valuesAt(event, path).length > 0))
      found.push(`None of its logs have [${path}], by which it brings events together.`)
  return found
}

function weaknesses(step: CompiledStep, events: readonly Fields[], where: string): string[] {
  if (events.length < ENOUGH) return []
  const found: string[] = []
  const matched = events.filter((event) => step.matches(event)).length
  if (matched / events.length > UNSELECTIVE)
    found.push(
      `${where}it picks ${Math.round((100 * matched) / events.length)} % of its logs: each is stored as a hit. Ask for more, such as an action.`,
    )
  const never = fieldsOf(step).filter((path) => !events.some((event) => valuesAt(event, path).length > 0))
  // Names in alternatives are spellings of other collectors; only when all of a group are empty is a rule blind.
  const groups = Map.groupBy(never, groupOf)
  for (const [group, paths] of groups) {
    const all = fieldsOf(step).filter((path) => groupOf(path) === group)
    if (all.length === paths.length)
      found.push(
        `${where}never filled in the newest ${events.length} logs: ${paths.map((path) => `[${path}]`).join(', ')}.`,
      )
  }
  return found
}

/** Spellings of one thing: `risk_level_during_signin`, `risk_level_during_sign_in`, `risk_state` are about risk. */
function groupOf(path: string): string {
  const last = path.split('.').at(-1)!
  return `${path.split('.')[0]} ${last.split('_')[0]}`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
