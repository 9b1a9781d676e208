/** Calls about rules, their trials and exceptions. */
import type { Severity } from '../../../server/domain/alert.ts'
import type {
  BacktestView,
  ExceptionView,
  ExplainView,
  ImportView,
  ReviewView,
  RuleActivity,
  RuleCoverageView,
  RuleView,
} from '../../../server/domain/api.ts'
import { request } from './request.ts'

export type RuleChange = {
  enabled?: boolean
  severity?: Severity
  threshold?: { [name: string]: string | number }
  then?: { [name: string]: string | number }
  travel?: { [name: string]: string | number }
  new_terms?: { [name: string]: string | number }
}
export type NewException = {
  ruleId: string
  language: 'eql' | 'kql'
  condition: string
  reason: string
  expires: string | null
}

const one = (id: string) => `/api/v1/rules/${encodeURIComponent(id)}`

export async function getRules(signal?: AbortSignal): Promise<RuleView[]> {
  return (await request<{ rules: RuleView[] }>('/api/v1/rules', signal ? { signal } : {})).rules
}

export async function getActivity(days: number, signal?: AbortSignal): Promise<RuleActivity[]> {
  const path = `/api/v1/rule-activity?days=${days}`
  return (await request<{ rules: RuleActivity[] }>(path, signal ? { signal } : {})).rules
}

export async function getCoverage(signal?: AbortSignal): Promise<RuleCoverageView[]> {
  return (await request<{ rules: RuleCoverageView[] }>('/api/v1/coverage', signal ? { signal } : {})).rules
}

export function getRule(id: string, signal?: AbortSignal): Promise<RuleView> {
  return request(one(id), signal ? { signal } : {})
}

/** The rule as a file in our own form. */
export function getRuleText(id: string, signal?: AbortSignal): Promise<string> {
  return request(`${one(id)}/export?format=yaml`, { asText: true, ...(signal ? { signal } : {}) })
}

export function postRule(yaml: string): Promise<RuleView> {
  return request('/api/v1/rules', { method: 'POST', yaml })
}

/** Fails with 412 when someone changed the rule since `version`; without one it takes the place of whatever is there. */
export function putRule(id: string, yaml: string, version: number | null): Promise<RuleView> {
  return request(one(id), { method: 'PUT', yaml, ...(version === null ? {} : { ifMatch: version }) })
}

export function patchRule(id: string, version: number, change: RuleChange): Promise<RuleView> {
  return request(one(id), { method: 'PATCH', body: change, ifMatch: version })
}

export function deleteRule(id: string, version: number): Promise<void> {
  return request(one(id), { method: 'DELETE', ifMatch: version })
}

export function postValidate(rule: string, signal?: AbortSignal): Promise<ReviewView> {
  return request('/api/v1/rules/validate', { method: 'POST', body: { rule }, ...(signal ? { signal } : {}) })
}

/** `id`: of the rule whose alerts the new ones are compared with; null: of the one in the text. */
export function postBacktest(
  id: string | null,
  rule: string | object,
  from: string,
  signal?: AbortSignal,
): Promise<BacktestView> {
  const path = id === null ? '/api/v1/rules/backtest' : `${one(id)}/backtest`
  return request(path, { method: 'POST', body: { rule, from }, ...(signal ? { signal } : {}) })
}

export function postExplain(
  id: string,
  entity: string,
  from: string,
  signal?: AbortSignal,
): Promise<ExplainView> {
  return request(`${one(id)}/explain`, {
    method: 'POST',
    body: { entity, from },
    ...(signal ? { signal } : {}),
  })
}

export function postImport(
  files: { name: string; content: string }[],
  enabled: boolean,
): Promise<ImportView> {
  return request(`/api/v1/rules/import?enabled=${enabled}`, { method: 'POST', body: { files } })
}

export async function getExceptions(signal?: AbortSignal): Promise<ExceptionView[]> {
  const answer = await request<{ exceptions: ExceptionView[] }>(
    '/api/v1/exceptions',
    signal ? { signal } : {},
  )
  return answer.exceptions
}

export function postException(exception: NewException): Promise<ExceptionView> {
  return request('/api/v1/exceptions', { method: 'POST', body: exception })
}

export function deleteException(id: string): Promise<void> {
  return request(`/api/v1/exceptions/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Plays a simulated attack through the server's own ingest; its alerts are marked as a drill. */
export function postDrill(name: string): Promise<{ drill: string; expected: string[]; raised: string[] }> {
  return request('/api/v1/drills', { method: 'POST', body: { name } })
}

/** What a stored rule would have raised in the last 30 days without the events that the exception leaves out. */
export function postExceptionTrial(
  id: string,
  exception: { language: 'eql' | 'kql'; condition: string },
): Promise<BacktestView> {
  return request(`${one(id)}/backtest`, { method: 'POST', body: { exception, from: 'now-30d' } })
}
