/** The filter of the alerts page, kept in the address so that it can be sent and gone back to. */
import type { Severity, Status } from '../../../../server/domain/alert.ts'
import { SEVERITY_ORDER } from '../../text/words.ts'

export type View = 'open' | 'closed' | 'all'
export type Filter = { view: View; severity: readonly Severity[]; user: string }

export const VIEWS: readonly { name: View; label: string }[] = [
  { name: 'open', label: 'Open' },
  { name: 'closed', label: 'Closed' },
  { name: 'all', label: 'All' },
]

export function readFilter(query: URLSearchParams): Filter {
  const view = query.get('view')
  const wanted = (query.get('severity') ?? '').split(',')
  return {
    view: view === 'closed' || view === 'all' ? view : 'open',
    severity: SEVERITY_ORDER.filter((severity) => wanted.includes(severity)),
    user: query.get('user') ?? '',
  }
}

export function addressOf(filter: Filter): string {
  const query = new URLSearchParams()
  if (filter.view !== 'open') query.set('view', filter.view)
  if (filter.severity.length > 0) query.set('severity', filter.severity.join(','))
  if (filter.user) query.set('user', filter.user)
  const text = query.toString()
  return text ? `/alerts?${text}` : '/alerts'
}

/** Empty: whatever the status. */
export function statusesOf(view: View): Status[] {
  if (view === 'open') return ['open', 'acknowledged']
  return view === 'closed' ? ['closed', 'withdrawn'] : []
}
