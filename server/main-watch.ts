/** The watch over the watching, at its times. */
import type { Rule } from './domain/rule.ts'
import { MINUTE, type Millis, SECOND } from './domain/time.ts'
import { createTraffic } from './http/traffic.ts'
import type { Logger } from './log.ts'
import { loadChannels } from './notify/channel-records.ts'
import type { RuleCoverage } from './pipeline/coverage.ts'
import { loadRules } from './pipeline/rulebook.ts'
import { watchDeliveries } from './pipeline/watch-deliveries.ts'
import { watchRules } from './pipeline/watch-rules.ts'
import { watchSources } from './pipeline/watch-sources.ts'
import type { Store } from './store/store.ts'

export type WatchWiring = {
  store: Store
  coverage(rules: Rule[]): Promise<RuleCoverage[]>
  announce(revision: number): void
  log: Logger
}

const SOURCES_EVERY: Millis = 30 * SECOND
/** All rules are looked at over a sample of their logs, in the thread of searches. */
const RULES_EVERY: Millis = 5 * MINUTE

export function startWatch({ store, coverage, announce, log }: WatchWiring): { stop(): Promise<void> } {
  const traffic = createTraffic(store)
  const parts = {
    store,
    now: Date.now,
    onSettled: announce,
    sources: (now: Millis) => traffic.sources(now),
    rules: async () => (await loadRules(store)).map(({ rule }) => rule),
    coverage,
    channels: () => loadChannels(store),
  }
  const stops = [
    every(SOURCES_EVERY, log, async () => {
      await watchSources(parts)
      await watchDeliveries(parts)
    }),
    every(RULES_EVERY, log, () => watchRules(parts)),
  ]
  return { stop: async () => void (await Promise.all(stops.map((stop) => stop()))) }
}

/** One look at a time; stopping waits for the one under way. */
function every(pause: Millis, log: Logger, look: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= look()
      .catch((error: unknown) =>
        log.error({ err: error }, 'looking after sources and rules failed; it is tried again'),
      )
      .finally(() => (running = null))
  }, pause)
  return async () => {
    clearInterval(timer)
    await running
  }
}
