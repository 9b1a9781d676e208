/** The alerts of a filter as a file: all of them, not only those that were scrolled to. */
import type { AlertView } from '../../../../server/domain/api.ts'
import type { AlertQuery, getAlerts } from '../../api/calls.ts'
import { csv } from '../../text/csv.ts'

export type Format = 'csv' | 'json'
// More than anyone reads in a spreadsheet, and what a browser holds at ease.
export const MOST_EXPORTED = 20_000
const PAGE = 1000

/** `complete`: false when there are more than are exported. */
export async function collect(
  query: AlertQuery,
  ask: typeof getAlerts,
): Promise<{ alerts: AlertView[]; complete: boolean }> {
  const alerts: AlertView[] = []
  let cursor: string | undefined
  do {
    const answer = await ask({ ...query, size: PAGE }, cursor)
    alerts.push(...answer.alerts)
    cursor = answer.nextCursor ?? undefined
  } while (cursor !== undefined && alerts.length < MOST_EXPORTED)
  return { alerts, complete: cursor === undefined }
}

export function fileOf(alerts: readonly AlertView[], format: Format): Blob {
  return format === 'json'
    ? new Blob([JSON.stringify({ alerts }, null, 2)], { type: 'application/json' })
    : // The mark tells Excel that it is UTF-8.
      new Blob(['\uFEFF', alertsCsv(alerts)], { type: 'text/csv;charset=utf-8' })
}

export function alertsCsv(alerts: readonly AlertView[]): string {
  return csv(
    COLUMNS.map(([name]) => name),
    alerts.map((alert) => COLUMNS.map(([, read]) => read(alert))),
  )
}

const COLUMNS: [string, (alert: AlertView) => string][] = [
  ['id', (alert) => alert.id],
  ['raised', (alert) => alert.raisedAt],
  ['severity', (alert) => alert.severity],
  ['status', (alert) => alert.status],
  ['close reason', (alert) => alert.closeReason ?? ''],
  ['what happened', (alert) => alert.summary],
  ['account', (alert) => alert.user ?? ''],
  ['about', (alert) => alert.entity.value],
  ['rule', (alert) => alert.ruleName],
  ['techniques', (alert) => alert.techniques.join(' ')],
  ['assignee', (alert) => alert.assignee ?? ''],
  ['events', (alert) => String(alert.count)],
  ['first event', (alert) => alert.firstSeen],
  ['last event', (alert) => alert.lastSeen],
  ['incident', (alert) => alert.incidentId ?? ''],
  ['drill', (alert) => (alert.drill ? 'yes' : 'no')],
]

/** Hands the browser a file to save. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Not before the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
