/** Telling people, wired to the store and to what the dashboard and the API show. */
import type { Json } from './domain/json.ts'
import { ownRuleOf } from './domain/own-rules.ts'
import { alertView, incidentView } from './http/views.ts'
import type { Logger } from './log.ts'
import { loadChannels } from './notify/channel-records.ts'
import type { AttemptOutcome } from './notify/deliver.ts'
import { type Notifier, startNotifier } from './notify/notifier.ts'
import { readStored } from './pipeline/rulebook.ts'
import { respondSteps } from './rules/respond/respond-steps.ts'
import type { Store } from './store/store.ts'

export function startTelling(parts: {
  store: Store
  publicUrl: string | null
  log: Logger
  onAttempt(outcome: AttemptOutcome): void
}): Notifier {
  const { store, publicUrl, log, onAttempt } = parts
  return startNotifier({
    store,
    channels: () => loadChannels(store),
    clock: Date.now,
    onAttempt,
    onError: (error) => log.error({ err: error }, 'telling people failed; it is tried again'),
    views: {
      incident: (incident) => incidentView(incident) as unknown as Json,
      alert: (alert) => alertView(alert) as unknown as Json,
      async steps(alert) {
        const own = ownRuleOf(alert.ruleId)
        if (own) return own.steps.map(({ title }) => title)
        const record = await store.record('rule', alert.ruleId)
        const stored = record && readStored(record)
        return stored ? respondSteps(stored.rule, alert).map(({ title }) => title) : []
      },
      link: (path) => (publicUrl === null ? null : publicUrl + (path ?? '/')),
    },
  })
}
