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
  /**
   * Reads the rules anew and holds re-matches back until `rematch`: events that the writer still meets with the old
   * rules must be stored before a re-match comes to the end of the history, or it would miss them.
   */
  reloadRules(): Promise<void>
  /** The writer has the rules too: saved rules look through the history now. */
  rematch(): Promise<void>
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
  let held = true
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

  /** One slice of the open re-matches; true: there may be more. */
  const continueHistory = async () =>
    !held &&
    (await continueRematches({
      store: parts.store,
      rules: () => rules,
      now: parts.clock,
      onSettled: parts.onSettled,
    }))

  const beat = async () => {
    await quietly(() => drainOnce({}))
    let more = true
    // Each slice takes its own turn, so that new alerts do not wait for a long history.
    while (more && !stopped) {
      more = false
      await quietly(async () => {
        more = await continueHistory()
        if (more) await drainOnce({})
      })
    }
  }

  async function runAll(options: { force?: boolean }): Promise<Drained> {
    let total = await drainOnce(options)
    while (await continueHistory()) total = sum(total, await drainOnce(options))
    return total
  }

  return {
    run: (options) => inTurn(() => runAll(options)),
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
        held = true
        const stored = await loadRules(parts.store)
        rules = new Map(
          stored.flatMap(({ rule, compiled }) =>
            rule.enabled && compiled ? [[rule.id, compiled] as const] : [],
          ),
        )
        state.rules = rules.size
      }),
    rematch() {
      held = false
      return beat()
    },
    state: () => ({ ...state }),
    async stop() {
      stopped = true
      if (nudged) clearTimeout(nudged)
      await last
    },
  }
}

function sum(a: Drained, b: Drained): Drained {
  const names = Object.keys(a) as (keyof Drained)[]
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Drained
}
