/** The overview's list: every alert that nobody has closed. */
import type { AlertList } from '../../../../server/domain/api.ts'
import { type AlertQuery, getAlerts } from '../../api/calls.ts'
import { createAlertsList } from '../../live/alerts.ts'
import { bySeverity } from '../../live/order.ts'

// As many rows as anyone reads on an overview; the rest is on the alerts page.
const ROWS = 50

export const openAlerts = createAlertsList(
  { status: ['open', 'acknowledged'], severity: [], user: '', size: ROWS },
  bySeverity,
  askOpen,
)

/** Where the keys were in the list, for coming back. */
export const overviewCursor: { current: string | null } = { current: null }

/** The server lists the newest first: what is grave is asked for on its own, or many new small ones would hide it. */
async function askOpen(query: AlertQuery, cursor?: string): Promise<AlertList> {
  if (cursor) return getAlerts(query, cursor)
  const [grave, newest] = await Promise.all([
    getAlerts({ ...query, severity: ['critical', 'high'] }),
    getAlerts(query),
  ])
  const known = new Set(grave.alerts.map((alert) => alert.id))
  const others = newest.alerts.filter((alert) => !known.has(alert.id))
  return { alerts: [...grave.alerts, ...others], nextCursor: newest.nextCursor }
}
