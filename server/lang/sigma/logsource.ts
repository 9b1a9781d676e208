/** What a `logsource` stands for: the events it narrows a rule to, and the names that fields have there. */
import type { Expr, Span } from '../tree.ts'
import { joined } from './condition.ts'
import { WINDOWS_CATEGORIES, WINDOWS_SERVICES, type WindowsSource } from './windows-logs.ts'

export type LogSource = { product: string | null; service: string | null; category: string | null }

export type Narrowed = {
  /** Null: nothing is known of it, so the rule meets every event. */
  where: Expr | null
  names: string
  warning: string | null
  /** What it needs is in no log. */
  refusal: string | null
}

export function narrow(source: LogSource, at: Span): Narrowed {
  const product = source.product?.toLowerCase() ?? null
  const service = source.service?.toLowerCase() ?? null
  const known = DATASETS.find(
    (one) => one.product === product && (one.service === null || one.service === service),
  )
  if (known) {
    const refusal = known.dataset === null ? known.reason : null
    return {
      where: known.dataset === null ? null : dataset(known.dataset, at),
      names: known.names,
      warning: null,
      refusal,
    }
  }
  if (product === 'windows') return windowsEvents(service, source.category?.toLowerCase() ?? null, at)
  const named = [source.product, source.service, source.category].filter((one) => one !== null).join('/')
  return {
    where: null,
    names: 'any',
    warning: `The log source ${named === '' ? 'is missing' : `"${named}" is not known here`}: the rule is tried on every event`,
    refusal: null,
  }
}

type Known = { product: string; service: string | null; names: string } & (
  { dataset: string } | { dataset: null; reason: string }
)

/** Without a service: whatever services of the product the lines before do not name. */
const DATASETS: readonly Known[] = [
  { product: 'm365', service: 'threat_management', dataset: 'o365.audit', names: 'm365-alerts' },
  { product: 'm365', service: 'threat_detection', dataset: 'o365.audit', names: 'm365-alerts' },
  { product: 'm365', service: 'exchange', dataset: 'o365.audit', names: 'm365-alerts' },
  { product: 'm365', service: null, dataset: 'o365.audit', names: 'm365' },
  { product: 'azure', service: 'signinlogs', dataset: 'azure.signinlogs', names: 'azure-signinlogs' },
  { product: 'azure', service: 'auditlogs', dataset: 'azure.auditlogs', names: 'azure-auditlogs' },
  { product: 'azure', service: 'activitylogs', dataset: 'azure.activitylogs', names: 'azure-activitylogs' },
  { product: 'azure', service: 'azureactivity', dataset: 'azure.activitylogs', names: 'azure-activitylogs' },
  { product: 'azure', service: 'riskdetection', dataset: 'azure.identity_protection', names: 'azure-risk' },
  {
    product: 'azure',
    service: 'pim',
    dataset: null,
    names: 'azure-risk',
    reason:
      'The field "riskEventType" of the log source azure/pim is in no log: alerts of Privileged Identity Management exist only in the Graph API',
  },
  { product: 'okta', service: null, dataset: 'okta.system', names: 'okta' },
  { product: 'onelogin', service: null, dataset: 'onelogin.events', names: 'onelogin' },
]

function dataset(name: string, at: Span): Expr {
  return {
    kind: 'compare',
    op: '==',
    left: { kind: 'field', path: 'event.dataset', optional: false, at },
    right: { kind: 'constant', type: 'string', value: name, at },
    at,
  }
}

function windowsEvents(service: string | null, category: string | null, at: Span): Narrowed {
  const sources = category ? WINDOWS_CATEGORIES[category] : service ? WINDOWS_SERVICES[service] : undefined
  const named = [service, category].filter((one) => one !== null).join('/')
  const anyWindows = joined(
    'or',
    ['Channel', 'Provider_Name'].map((field) => exists(field, at)),
    at,
  )
  return {
    where: sources
      ? joined(
          'or',
          sources.map((one) => fromSource(one, at)),
          at,
        )
      : anyWindows,
    names: 'windows',
    warning:
      sources || named === ''
        ? null
        : `The Windows log source "${named}" is not known here: the rule is tried on every Windows event`,
    refusal: null,
  }
}

function fromSource({ channels, eventIds, more }: WindowsSource, at: Span): Expr {
  const conditions = [equals('Channel', channels, at)]
  if (eventIds) conditions.push(equals('EventID', eventIds.map(String), at))
  for (const [field, value] of Object.entries(more ?? {})) conditions.push(equals(field, [value], at))
  return joined('and', conditions, at)
}

function equals(field: string, texts: readonly string[], at: Span): Expr {
  const test = { op: 'text' as const, patterns: texts.map((text) => [text]), cased: false }
  return { kind: 'sigma-match', field, names: 'windows', test, at }
}

function exists(field: string, at: Span): Expr {
  return { kind: 'sigma-match', field, names: 'windows', test: { op: 'exists', wanted: true }, at }
}
