import type { Played, ScenarioRecord } from '../../seed/scenarios/scenario.ts'
import type { AlertView } from '../domain/api.ts'
import { severityRank } from '../domain/alert.ts'
import { formatSpan, type Millis } from '../domain/time.ts'
import { type ApiClient, CommandError, listAlerts, postRecords } from './api-client.ts'

export type Outcome = { alert: AlertView | null; afterMs: Millis; detail: string }

/** Posts a scenario's records, and waits for the alert that they must raise. */
export async function playScenario(
  client: ApiClient,
  played: Played,
  options: { drill: string | null; waitMs: Millis },
): Promise<Outcome> {
  await postAll(client, played.records, options.drill)
  const sentAt = Date.now()
  let detail = 'no alert of this rule came'
  for (;;) {
    const found = await look(client, played, options.drill !== null)
    const afterMs = Date.now() - sentAt
    if (found.alert) return { alert: found.alert, afterMs, detail: found.detail }
    detail = found.detail
    if (afterMs >= options.waitMs)
      return { alert: null, afterMs, detail: `${detail} within ${formatSpan(options.waitMs)}` }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Posts records feed by feed, each in its order. */
export async function postAll(
  client: ApiClient,
  records: readonly ScenarioRecord[],
  drill: string | null,
): Promise<number> {
  let sent = 0
  for (const dataset of new Set(records.map((record) => record.dataset))) {
    const ofFeed = records.filter((record) => record.dataset === dataset).map(({ record }) => record)
    const query = { dataset, source: drill === null ? 'demo' : 'drill', ...(drill !== null && { drill }) }
    const answer = await postRecords(client, query, ofFeed)
    if (answer.accepted === 0 && answer.duplicates > 0) {
      throw new CommandError('The server has seen these very records before; nothing new was played.')
    }
    sent += answer.accepted
  }
  return sent
}

async function look(
  client: ApiClient,
  { expected }: Played,
  isDrill: boolean,
): Promise<{ alert: AlertView | null; detail: string }> {
  const { alerts } = await listAlerts(client, { rule: expected.ruleId, size: '200' })
  const about = alerts.filter(
    ({ entity, drill }) =>
      drill === isDrill && entity.type === expected.entity.type && entity.value === expected.entity.value,
  )
  if (about.length === 0) return { alert: null, detail: 'no alert of this rule came' }
  const whole = about.find(
    (alert) =>
      alert.user === expected.user && severityRank(alert.severity) >= severityRank(expected.severity),
  )
  if (whole) return { alert: whole, detail: whole.summary }
  const { severity, user } = about[0]!
  return {
    alert: null,
    detail: `an alert came, but it is ${severity} and about ${user ?? 'no account'}; nothing better came`,
  }
}
