/** Runs the correlation when it is due: one run at a time, nudges gathered, errors leave the work pending. */
import type { Clock, Millis } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Store } from '../store/store.ts'
import { continueRematches } from './rematch.ts'
import { loadRules } from './rulebook.ts'
import { drain, type Drained } from './settle.ts'

export type CorrelatorParts = {
  store: Store
  clock: Clock
  onSettled(revision: number): void
  onError(error: unknown): void
}
export type CorrelatorState = {
  lastRunAt: Millis | null
  lastRunMs: number | null
  lastError: string | null
  runs: number
  rules: number
}
export type Correlator = {
  /** Drains what is due; `force`: also what waits for late logs. */
  run(options: { force?: boolean }): Promise<Drained>
  /** Hits were stored: run soon. */
  nudge(): void
  /** The heartbeat: whatever is due, and whatever a stop left half done. */
  beat(): Promise<void>
  reloadRules(): Promise<void>
  state(): CorrelatorState
  /** Resolves when the run under way is over; no other starts. */
  stop(): Promise<void>
}

// Gathers the nudges of neighbouring commits into one run; well below the second in which an alert must show.
const NUDGE_DELAY: Millis = 40

export function createCorrelator(parts: CorrelatorParts): Correlator {
  let rules = new Map<string, CompiledRule>()
  let last: Promise<unknown> = Promise.resolve()
  let nudged: NodeJS.Timeout | null = null
  let stopped = false
  const state: CorrelatorState = { lastRunAt: null, lastRunMs: null, lastError: null, runs: 0, rules: 0 }

  /** One thing at a time: a reload must not happen in the middle of a run. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }

  async function drainOnce(options: { force?: boolean }): Promise<Drained> {
    const began = parts.clock()
    try {
      const deps = { store: parts.store, rules: () => rules, now: parts.clock, onSettled: parts.onSettled }
      const drained = await drain(deps, options)
      state.lastError = null
      return drained
    } catch (error) {
      state.lastError = error instanceof Error ? error.message : String(error)
      throw error
    } finally {
      state.lastRunAt = parts.clock()
      state.lastRunMs = state.lastRunAt - began
      state.runs++
    }
  }

  function quietly(work: () => Promise<unknown>): Promise<void> {
    if (stopped) return Promise.resolve()
    return inTurn(async () => {
      if (!stopped) await work()
    }).catch(parts.onError)
  }

  const beat = async () => {
    await quietly(() => drainOnce({}))
    await quietly(async () => {
      const found = await continueRematches({ store: parts.store, rules: () => rules, now: parts.clock })
      if (found) await drainOnce({})
    })
  }

  return {
    run: (options) => inTurn(() => drainOnce(options)),
    nudge() {
      if (nudged || stopped) return
      nudged = setTimeout(() => {
        nudged = null
        void quietly(() => drainOnce({}))
      }, NUDGE_DELAY)
    },
    beat,
    reloadRules: () =>
      inTurn(async () => {
        const stored = await loadRules(parts.store)
        rules = new Map(
          stored.flatMap(({ rule, compiled }) =>
            rule.enabled && compiled ? [[rule.id, compiled] as const] : [],
          ),
        )
        state.rules = rules.size
      }),
    state: () => ({ ...state }),
    async stop() {
      stopped = true
      if (nudged) clearTimeout(nudged)
      await last
    },
  }
}
