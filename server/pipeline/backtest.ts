/** A rule over the stored history: what it would have raised, beside the alerts that exist. It changes nothing. */
import type { Alert } from '../domain/alert.ts'
import type { Millis } from '../domain/time.ts'
import { reachOf } from '../detect/correlate.ts'
import { compileOrganisation } from '../rules/allowances.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { Store } from '../store/store.ts'
import { compareAlerts, type Comparison } from './backtest/compare.ts'
import { historyHits, type ScanPlan, type Turn } from './backtest/history-hits.ts'
import { createLedger } from './backtest/ledger.ts'
import { loadExceptions } from './exceptions.ts'
import { createLearning } from './learning.ts'
import { readOrganisation } from './organisation.ts'
import { drain } from './settle.ts'

export { scanAll, type ScanPlan, TooBroad, type Turn } from './backtest/history-hits.ts'
export type { Compared } from './backtest/compare.ts'

/** `events`: how many stored events the range holds. */
export type Backtest = Comparison & { events: number }

export type BacktestInput = {
  store: Store
  compiled: CompiledRule
  /** Of event times, both included. */
  from: Millis
  to: Millis
  now: Millis
  plan: ScanPlan
  turn: Turn
  /** Besides those that are stored. */
  exceptions?: readonly CompiledException[]
}

/** The earliest and latest that dates can be. */
export const BEGINNING: Millis = -8.64e15
export const END: Millis = 8.64e15
/** One stretch of time that holds all there is. */
const ALL_TIME: Millis = 2 * END

export async function backtest(input: BacktestInput): Promise<Backtest> {
  const { store, compiled, from, to, turn } = input
  const raised = await wouldRaise(input)
  const existing = await existingAlerts(input)
  await turn()
  return { ...compareAlerts(compiled, raised, existing), events: await eventsIn(store, from, to) }
}

async function eventsIn(store: Store, from: Millis, to: Millis): Promise<number> {
  if (from <= BEGINNING && to >= END) return (await store.state()).events
  const { counts, several } = await store.tally({ from, to, only: {}, by: ALL_TIME })
  return counts.reduce((sum, { count }) => sum + count, several.length)
}

async function wouldRaise(input: BacktestInput): Promise<Alert[]> {
  const { store, compiled, from, to, now, plan, turn } = input
  // An alert that only spans the range has completions within the gap on either side.
  const certain = { from: from - compiled.gap, to: to + compiled.gap }
  const hits = await historyHits(store, compiled, reachOf(compiled, certain).hits, { plan, turn })
  const ledger = createLedger(store, hits, certain, turn)
  const rules = new Map([[compiled.rule.id, compiled]])
  const exceptions = [...(await loadExceptions(store)), ...(input.exceptions ?? [])]
  const allowances = compileOrganisation((await readOrganisation(store)).organisation)
  const learning = createLearning(store)
  await learning.load()
  const tuning = { exceptions: () => exceptions, allowances: () => allowances, learning }
  const deps = { store: ledger.store, rules: () => rules, now: () => now, brief: true, ...tuning }
  await drain(deps, { force: true })
  return ledger.alerts().filter((alert) => isStanding(alert) && isWithin(alert, from, to))
}

/** Alerts of this rule's id that stand, whoever closed them. */
async function existingAlerts({ store, compiled, from, to }: BacktestInput): Promise<Alert[]> {
  const found: Alert[] = []
  for (let cursor: string | null = null; ;) {
    const page = await store.alerts({
      rule: compiled.rule.id,
      from,
      to,
      size: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items.filter((alert) => isStanding(alert) && isWithin(alert, from, to)))
    cursor = page.nextCursor
    if (cursor === null) return found
  }
}

function isStanding({ status, mergedInto }: Alert): boolean {
  return status !== 'withdrawn' && mergedInto === null
}

function isWithin(alert: Alert, from: Millis, to: Millis): boolean {
  return alert.from <= to && alert.to >= from
}
