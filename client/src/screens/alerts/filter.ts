/** The filter of the alerts page, kept in the address so that it can be sent and gone back to. */
import type { Severity, Status } from '../../../../server/domain/alert.ts'
import type { AlertQuery } from '../../api/calls.ts'
import { SEVERITY_ORDER } from '../../text/words.ts'

export type View = 'open' | 'closed' | 'all'
export type Since = '' | '24h' | '7d' | '30d'
export type Drills = '' | 'only' | 'none'
export type Filter = {
  view: View
  severity: readonly Severity[]
  user: string
  /** The id of a rule; empty: every rule. */
  rule: string
  since: Since
  drills: Drills
  /** Alerts of building-block rules too. */
  blocks: boolean
  /** Alerts of one incident stand together. */
  grouped: boolean
}

export const VIEWS: readonly { name: View; label: string }[] = [
  { name: 'open', label: 'Open' },
  { name: 'closed', label: 'Closed' },
  { name: 'all', label: 'All' },
]
export const SINCE_WORDS: Record<Since, string> = {
  '': 'Any time',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
}
export const DRILL_WORDS: Record<Drills, string> = {
  '': 'Drills too',
  none: 'Without drills',
  only: 'Drills only',
}

export function readFilter(query: URLSearchParams): Filter {
  const wanted = (query.get('severity') ?? '').split(',')
  return {
    view: oneOf(query.get('view'), ['closed', 'all'], 'open'),
    severity: SEVERITY_ORDER.filter((severity) => wanted.includes(severity)),
    user: query.get('user') ?? '',
    rule: query.get('rule') ?? '',
    since: oneOf(query.get('since'), ['24h', '7d', '30d'], ''),
    drills: oneOf(query.get('drills'), ['only', 'none'], ''),
    blocks: query.get('blocks') === 'shown',
    grouped: query.get('group') === 'incident',
  }
}

export function addressOf(filter: Filter): string {
  const query = new URLSearchParams()
  if (filter.view !== 'open') query.set('view', filter.view)
  if (filter.severity.length > 0) query.set('severity', filter.severity.join(','))
  if (filter.user) query.set('user', filter.user)
  if (filter.rule) query.set('rule', filter.rule)
  if (filter.since) query.set('since', filter.since)
  if (filter.drills) query.set('drills', filter.drills)
  if (filter.blocks) query.set('blocks', 'shown')
  if (filter.grouped) query.set('group', 'incident')
  const text = query.toString()
  return text ? `/alerts?${text}` : '/alerts'
}

/** Whether it leaves out more than its view does. */
export function isNarrow(filter: Filter): boolean {
  const { severity, user, rule, since, drills } = filter
  return severity.length > 0 || [user, rule, since, drills].some((one) => one !== '')
}

/** The same view with everything in it. */
export function widened(filter: Filter): Filter {
  return { ...filter, severity: [], user: '', rule: '', since: '', drills: '' }
}

export function queryOf(filter: Filter, size: number): AlertQuery {
  return {
    status: statusesOf(filter.view),
    severity: SEVERITY_ORDER.filter((one) => filter.severity.includes(one)),
    user: filter.user,
    size,
    ...(filter.rule ? { rule: filter.rule } : {}),
    ...(filter.since ? { from: `now-${filter.since}` } : {}),
    ...(filter.drills ? { drill: filter.drills === 'only' } : {}),
    ...(filter.blocks ? { buildingBlocks: true } : {}),
  }
}

/** Empty: whatever the status. */
export function statusesOf(view: View): Status[] {
  if (view === 'open') return ['open', 'acknowledged']
  return view === 'closed' ? ['closed', 'withdrawn'] : []
}

function oneOf<Word extends string, Otherwise extends string>(
  text: string | null,
  words: readonly Word[],
  otherwise: Otherwise,
): Word | Otherwise {
  return words.find((word) => word === text) ?? otherwise
}
