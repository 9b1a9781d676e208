/** Rules, events and a small correlator over the memory store, for tests of detection. */
import { expect } from 'vitest'
import type { Alert } from '../../server/domain/alert.ts'
import { eventId, type LogEvent } from '../../server/domain/event.ts'
import type { Fields } from '../../server/domain/json.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { HOUR, type Millis, SECOND } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { drain, type Drained } from '../../server/pipeline/settle.ts'
import { compileRule } from '../../server/rules/compile.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import type { CompiledException } from '../../server/rules/exceptions.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import type { Store } from '../../server/store/store.ts'
import { createMemoryStore } from './memory-store.ts'

export const T0: Millis = Date.UTC(2026, 8, 7, 9)

export function makeRule(own: Partial<Rule> & Pick<Rule, 'kind' | 'query'>): Rule {
  return {
    id: 'rule',
    name: 'A rule',
    version: 1,
    enabled: true,
    builtIn: false,
    severity: 'medium',
    confidence: 'high',
    language: 'eql',
    entity: 'user.email',
    attack: ['T1586.002'],
    tags: [],
    summary: '',
    false_positives: [],
    investigate: '',
    respond: [],
    hunt: [],
    drill: null,
    related: [],
    author: [],
    license: null,
    threshold: null,
    then: null,
    travel: null,
    newTerms: null,
    ...own,
  }
}

export function compile(rule: Rule): CompiledRule {
  const { compiled, diagnostics } = compileRule(rule)
  if (!compiled) throw new Error(JSON.stringify(diagnostics))
  return compiled
}

export const SEQUENCE = compile(
  makeRule({
    id: 'seq',
    kind: 'sequence',
    query: `sequence by user.email with maxspan=4h
      [authentication where event.outcome == "success"]
      [any where event.action == "New-InboxRule"]`,
    summary: '{user}: sign-in from {1.source.geo.country_name}, then {2.event.action} {gap} later',
  }),
)
export const BULK = compile(
  makeRule({
    id: 'bulk',
    kind: 'threshold',
    query: 'any where event.action == "Send"',
    threshold: { by: ['user.email'], atLeast: 51, within: HOUR, distinct: [] },
    summary: '{user} sent {count} mails, {threshold} or more of them within {within}',
  }),
)
export const SPRAY = compile(
  makeRule({
    id: 'spray',
    kind: 'threshold',
    entity: 'source.ip',
    query: 'authentication where event.outcome == "failure"',
    threshold: {
      by: ['source.ip'],
      atLeast: 10,
      within: HOUR,
      distinct: ['user.email'],
      or: [{ atLeast: 4, distinct: ['user.email'], atLeastEvents: 30 }],
    },
    then: { query: 'authentication where event.outcome == "success"', within: 24 * HOUR, severity: 'high' },
    summary: '{entity} tried passwords on {distinct} accounts: {count} failed sign-ins',
  }),
)
export const TRAVEL = compile(
  makeRule({
    id: 'travel',
    kind: 'travel',
    query: 'authentication where event.outcome == "success"',
    travel: { by: ['user.email'], within: 24 * HOUR, fasterThanKmh: 900, minKm: 500 },
    summary: '{user}: {from} and {to}, {km} km apart, {kmh} km/h',
  }),
)
export const SINGLE = compile(
  makeRule({ id: 'single', kind: 'query', query: 'any where event.action == "Set-Mailbox"' }),
)

export type Sketch = {
  id?: string
  at: Millis
  user?: string
  action?: string
  category?: string[]
  outcome?: string
  ip?: string
  dataset?: string
  /** `event.id`, where it is not the id. */
  record?: string
  more?: Fields
  drill?: string
}

let made = 0

export function event(sketch: Sketch): LogEvent {
  const identity = sketch.id ?? `e${++made}`
  const dataset = sketch.dataset ?? 'azure.signinlogs'
  const category = sketch.category ?? []
  const fields: Fields = {
    event: {
      id: sketch.record ?? identity,
      dataset,
      category,
      ...(sketch.action ? { action: sketch.action } : {}),
      ...(sketch.outcome ? { outcome: sketch.outcome } : {}),
    },
    ...(sketch.user ? { user: { email: sketch.user, name: sketch.user.split('@')[0]! } } : {}),
    ...(sketch.ip ? { source: { ip: sketch.ip } } : {}),
    ...sketch.more,
  }
  return {
    id: eventId(dataset, identity, sketch.at, true),
    time: sketch.at,
    receivedAt: sketch.at + SECOND,
    dataset,
    index: `logs-${dataset}-default`,
    source: 'test',
    category,
    fields,
    raw: '{}',
    drill: sketch.drill ?? null,
    ownTime: true,
    identity,
  }
}

export function signIn(at: Millis, own: Partial<Sketch> = {}): LogEvent {
  return event({ at, user: 'ann@example.org', category: ['authentication'], outcome: 'success', ...own })
}

export function inboxRule(at: Millis, own: Partial<Sketch> = {}): LogEvent {
  return event({ at, user: 'ann@example.org', action: 'New-InboxRule', dataset: 'o365.audit', ...own })
}

export function send(at: Millis, own: Partial<Sketch> = {}): LogEvent {
  return event({ at, user: 'ann@example.org', action: 'Send', dataset: 'o365.audit', ...own })
}

export function failure(at: Millis, user: string, own: Partial<Sketch> = {}): LogEvent {
  return signIn(at, { user, outcome: 'failure', ip: '203.0.113.9', ...own })
}

export type Place = [lat: number, lon: number, city: string]
export const NEW_YORK: Place = [40.71, -74.01, 'New York']
export const BERLIN: Place = [52.52, 13.4, 'Berlin']
export const POTSDAM: Place = [52.39, 13.06, 'Potsdam']

export function signInFrom([lat, lon, city]: Place, at: Millis, own: Partial<Sketch> = {}): LogEvent {
  const more = { source: { geo: { location: { lat, lon }, city_name: city } } }
  return signIn(at, { more, ...own })
}

/** A store, the rules, and a clock: events go in, alerts come out. */
export type Bench = {
  store: Store
  append(...events: LogEvent[]): Promise<void>
  drain(): Promise<Drained>
  /** Drains what is due at `now`, without force. */
  due(): Promise<Drained>
  exceptions: CompiledException[]
  /** Appends all and drains once. */
  take(...events: LogEvent[]): Promise<Drained>
  /** Those that stand: not merged, oldest first. */
  alerts(): Promise<Alert[]>
  now: Millis
}

export function bench(rules: CompiledRule[], store: Store = createMemoryStore({ merge: () => null })): Bench {
  const index = buildIndex(rules)
  const byId = new Map(rules.map((compiled) => [compiled.rule.id, compiled]))
  const deps = { store, rules: () => byId, now: () => it.now, exceptions: () => it.exceptions }
  const it: Bench = {
    store,
    now: T0 + 30 * 24 * HOUR,
    async append(...events) {
      const matched = events.map((one, i) => ({ event: one, hits: match(one, index), line: i + 1 }))
      await store.append([{ events: matched, rejections: [], source: 'test', receivedAt: it.now }])
    },
    exceptions: [],
    drain: () => drain(deps, { force: true }),
    due: () => drain(deps),
    async take(...events) {
      await it.append(...events)
      return it.drain()
    },
    async alerts() {
      const { items } = await store.alerts({ size: 1000 })
      return items.toSorted((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
    },
  }
  return it
}

/** What must be the same in any order of arrival: by rule, key, range, evidence, count and severity. */
export function essence(alerts: readonly Alert[]): unknown[] {
  return alerts
    .filter(({ mergedInto, status }) => mergedInto === null && status !== 'withdrawn')
    .map((alert) => ({
      rule: alert.ruleId,
      key: alert.key,
      from: alert.from,
      to: alert.to,
      firstSeen: alert.firstSeen,
      lastSeen: alert.lastSeen,
      evidence: alert.evidence.map(({ eventId: id, step }) => `${id} ${step}`).toSorted(),
      count: alert.count,
      severity: alert.severity,
      user: alert.user,
      users: alert.users,
      facts: alert.facts,
      summary: alert.summary,
    }))
    .toSorted((a, b) =>
      JSON.stringify([a.rule, a.key, a.from]) < JSON.stringify([b.rule, b.key, b.from]) ? -1 : 1,
    )
}

/** Properties run this many cases; VEDETTE_CASES asks for more. */
export const CASES = Number(process.env['VEDETTE_CASES'] ?? 1000)

export function only<T>(items: readonly T[]): T {
  expect(items).toHaveLength(1)
  return items[0]!
}
