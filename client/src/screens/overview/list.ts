/** The overview's list: every alert that nobody has closed. */
import { createAlertsList } from '../../live/alerts.ts'
import { bySeverity } from '../../live/order.ts'

// As many rows as anyone reads on an overview; the rest is on the alerts page.
const ROWS = 50

export const openAlerts = createAlertsList(
  { status: ['open', 'acknowledged'], severity: [], user: '', size: ROWS },
  bySeverity,
)

/** Where the keys were in the list, for coming back. */
export const overviewCursor: { current: string | null } = { current: null }
