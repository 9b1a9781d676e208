/**
 * Pages of alerts in the order of the open ones: real before drill, the most severe first. The server lists the newest
 * first, so each severity is asked for on its own, one after the other; a cursor names the stage and the place in it.
 */
import type { AlertList } from '../../../../server/domain/api.ts'
import { type AlertQuery, getAlerts } from '../../api/calls.ts'
import { SEVERITY_ORDER } from '../../text/words.ts'

export async function getBySeverity(
  query: AlertQuery,
  cursor?: string,
  signal?: AbortSignal,
  ask: typeof getAlerts = getAlerts,
): Promise<AlertList> {
  const stages = stagesOf(query)
  let [stage, place] = placeOf(cursor)
  const alerts: AlertList['alerts'] = []
  while (stage < stages.length && alerts.length < query.size) {
    const wanted = { ...stages[stage]!, size: query.size - alerts.length }
    const answer = await ask(wanted, place, signal)
    alerts.push(...answer.alerts)
    if (answer.nextCursor === null) stage++
    place = answer.nextCursor ?? undefined
  }
  return { alerts, nextCursor: stage < stages.length ? `${stage} ${place ?? ''}` : null }
}

function stagesOf(query: AlertQuery): AlertQuery[] {
  const severities = query.severity.length > 0 ? query.severity : SEVERITY_ORDER
  const drills = query.drill === undefined ? [false, true] : [query.drill]
  return drills.flatMap((drill) => severities.map((severity) => ({ ...query, drill, severity: [severity] })))
}

function placeOf(cursor: string | undefined): [number, string | undefined] {
  if (cursor === undefined) return [0, undefined]
  const [stage, place] = cursor.split(' ')
  return [Number(stage), place || undefined]
}
