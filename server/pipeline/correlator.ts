/** Runs the correlation when it is due: one run at a time, nudges gathered, errors leave the work pending. */
import { type Clock, DAY, HOUR, type Millis } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { type Allowances, compileOrganisation } from '../rules/allowances.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { Store } from '../store/store.ts'
import { continueExceptions, loadExceptions } from './exceptions.ts'
import { createLearning } from './learning.ts'
import { readOrganisation } from './organisation.ts'
import type { CommonKey } from './pending-groups.ts'
import { pruneHits } from './prune.ts'
import { continueRematches, heldRules } from './rematch.ts'
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
  /** Keys that very many events have in common, the most common first; those of the last day. */
  tooCommon: (CommonKey & { at: Millis })[]
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
const PRUNE_EVERY: Millis = HOUR
const COMMON_KEYS = 20

export function createCorrelator(parts: CorrelatorParts): Correlator {
  let rules = new Map<string, CompiledRule>()
  let exceptions: CompiledException[] = []
  let allowances: Allowances | null = null
  const learning = createLearning(parts.store)
  let prunedAt = -Infinity
  const common = new Map<string, CommonKey & { at: Millis }>()
  let last: Promise<unknown> = Promise.resolve()
  let nudged: NodeJS.Timeout | null = null
  let stopped = false
  let held = true
  const state: Omit<CorrelatorState, 'tooCommon'> = {
    lastRunAt: null,
    lastRunMs: null,
    lastError: null,
    runs: 0,
    rules: 0,
  }
  const deps = {
    store: parts.store,
    rules: () => rules,
    now: parts.clock,
    onSettled: parts.onSettled,
    exceptions: () => exceptions,
    allowances: () => allowances,
    learning,
    held: () => heldRules({ store: parts.store, rules: () => rules }),
    onCommonKey: (key: CommonKey) => common.set(`${key.rule}\0${key.key}`, { ...key, at: parts.clock() }),
    reload: async () => {
      exceptions = await loadExceptions(parts.store)
      allowances = compileOrganisation((await readOrganisation(parts.store)).organisation)
    },
  }

  /** One thing at a time: a reload must not happen in the middle of a run. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }

  async function drainOnce(options: { force?: boolean }): Promise<Drained> {
    const began = parts.clock()
    try {
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

  /** Groups of changed exceptions, or one slice of the open re-matches; true: there may be more. */
  const continueHistory = async () =>
    !held && ((await continueExceptions(deps)) || (await continueRematches(deps)))

  /** Once an hour, and only when all that was due is settled: no group may lose hits before it has seen them. */
  async function prune(): Promise<void> {
    const now = parts.clock()
    if (held || state.lastError !== null || now - prunedAt < PRUNE_EVERY) return
    await pruneHits(parts.store, rules.values(), now)
    prunedAt = now
  }

  function tooCommon(): CorrelatorState['tooCommon'] {
    const since = parts.clock() - DAY
    for (const [name, { at }] of common) if (at < since) common.delete(name)
    return [...common.values()].toSorted((a, b) => b.hits - a.hits).slice(0, COMMON_KEYS)
  }

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
    await quietly(prune)
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
        await deps.reload()
        await learning.load()
      }),
    rematch() {
      held = false
      return beat()
    },
    state: () => ({ ...state, tooCommon: tooCommon() }),
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
