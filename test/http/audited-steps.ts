/** What changes something over the API, one after the other, and what the audit trail must tell of it. */
import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'

export const ADMIN_PASSWORD = 'correct horse battery'
const secret = (what: string) => `Secret-${what}-5f2c91`
/** All that was secret in what was sent or answered; what was made up here begins with `Secret-`. */
export const secrets = new Set<string>()
/** What the steps found, and what was there before the first. */
export const ids: Record<string, string> = {}

export type Answer = Record<string, any>
export type Step = {
  route: string
  /** `{id}` and the like in the path by name, beside what else the earlier steps have found. */
  path?: () => string
  json?: () => unknown
  then?: (answer: Answer) => void
  verb: string
  subject?: () => string
  before: unknown
  after: unknown
}
export const holding = (fields: object) => expect.objectContaining(fields)

const channel = (url: string) => ({
  name: 'SOC',
  kind: 'webhook',
  severities: ['high'],
  config: { url, secret: secret('hmac'), headers: { 'X-Auth': secret('header') } },
})
const rule = (severity: string) => ({
  name: 'Audited',
  severity,
  language: 'eql',
  query: 'any where event.action == "x"',
})
const organisation = (domains: string[]) => ({ domains, networks: [], serviceAccounts: [], forwarding: [] })

export const STEPS: Step[] = [
  {
    route: 'post /api/v1/keys',
    json: () => ({ name: 'shipper', scopes: ['ingest'] }),
    then: ({ id, key }) => secrets.add(key) && (ids['key'] = id),
    verb: 'key.create',
    subject: () => ids['key']!,
    before: null,
    after: holding({ name: 'shipper', scopes: ['ingest'], hash: '[secret]' }),
  },
  {
    route: 'delete /api/v1/keys/{id}',
    path: () => `/api/v1/keys/${ids['key']}`,
    verb: 'key.revoke',
    before: holding({ name: 'shipper' }),
    after: null,
  },
  {
    route: 'post /api/v1/users',
    json: () => ({ name: 'Bea', role: 'viewer', password: secret('first') }),
    verb: 'user.create',
    subject: () => 'bea',
    before: null,
    after: holding({ name: 'Bea', role: 'viewer', password: '[secret]' }),
  },
  {
    route: 'patch /api/v1/users/{id}',
    path: () => '/api/v1/users/bea',
    json: () => ({ role: 'analyst', password: secret('second') }),
    verb: 'user.change',
    before: { role: 'viewer', password: '[secret]' },
    after: { role: 'analyst', password: '[another secret]' },
  },
  {
    route: 'delete /api/v1/users/{id}',
    path: () => '/api/v1/users/bea',
    verb: 'user.delete',
    before: holding({ name: 'Bea', password: '[secret]' }),
    after: null,
  },
  {
    route: 'post /api/v1/session/totp',
    json: () => ({ password: ADMIN_PASSWORD }),
    then: (answer) => secrets.add((ids['totp'] = answer['secret'])),
    verb: 'totp.propose',
    before: null,
    after: { secret: '[secret]', on: false, usedStep: '[secret]', recovery: '[0 secrets]' },
  },
  {
    route: 'put /api/v1/session/totp',
    json: () => ({ code: new TOTP({ secret: Secret.fromBase32(ids['totp']!) }).generate() }),
    then: ({ recoveryCodes }) => recoveryCodes.map((code: string) => secrets.add(code)),
    verb: 'totp.on',
    before: holding({ on: false, recovery: '[0 secrets]' }),
    after: holding({ on: true, recovery: '[10 other secrets]' }),
  },
  ...[true, false].map((requireCode) => ({
    route: 'put /api/v1/sign-in',
    json: () => ({ requireCode }),
    verb: 'sign-in.change',
    before: requireCode ? null : { requireCode: true },
    after: requireCode ? { requireCode, provider: null } : { requireCode },
  })),
  {
    route: 'post /api/v1/channels',
    json: () => channel('https://soc.example/a'),
    then: ({ id }) => (ids['channel'] = id),
    verb: 'channel.create',
    subject: () => ids['channel']!,
    before: null,
    after: holding({ config: { url: 'https://soc.example/a', secret: '[secret]', headers: '[secret]' } }),
  },
  {
    route: 'patch /api/v1/channels/{id}',
    path: () => `/api/v1/channels/${ids['channel']}`,
    json: () => ({ config: { url: 'https://soc.example/b', secret: secret('other') } }),
    verb: 'channel.change',
    before: { config: { url: 'https://soc.example/a', secret: '[secret]' } },
    after: { config: { url: 'https://soc.example/b', secret: '[another secret]' } },
  },
  {
    route: 'delete /api/v1/channels/{id}',
    path: () => `/api/v1/channels/${ids['channel']}`,
    verb: 'channel.delete',
    before: holding({ name: 'SOC' }),
    after: null,
  },
  {
    route: 'post /api/v1/rules',
    json: () => rule('low'),
    then: ({ id }) => (ids['rule'] = id),
    verb: 'rule.create',
    subject: () => ids['rule']!,
    before: null,
    after: holding({ severity: 'low', query: 'any where event.action == "x"' }),
  },
  {
    route: 'put /api/v1/rules/{id}',
    path: () => `/api/v1/rules/${ids['rule']}`,
    json: () => rule('medium'),
    verb: 'rule.replace',
    before: { severity: 'low' },
    after: { severity: 'medium' },
  },
  {
    route: 'patch /api/v1/rules/{id}',
    path: () => `/api/v1/rules/${ids['rule']}`,
    json: () => ({ severity: 'high', enabled: false }),
    verb: 'rule.change',
    before: { severity: 'medium', enabled: true },
    after: { severity: 'high', enabled: false },
  },
  {
    route: 'post /api/v1/exceptions',
    json: () => ({
      ruleId: ids['rule'],
      language: 'kql',
      condition: 'user.name: bob',
      reason: 'his migration',
      expires: null,
    }),
    then: ({ id }) => (ids['exception'] = id),
    verb: 'exception.create',
    subject: () => ids['exception']!,
    before: null,
    after: holding({ condition: 'user.name: bob', reason: 'his migration' }),
  },
  {
    route: 'delete /api/v1/exceptions/{id}',
    path: () => `/api/v1/exceptions/${ids['exception']}`,
    verb: 'exception.delete',
    before: holding({ condition: 'user.name: bob' }),
    after: null,
  },
  {
    route: 'delete /api/v1/rules/{id}',
    path: () => `/api/v1/rules/${ids['rule']}`,
    verb: 'rule.delete',
    before: holding({ severity: 'high' }),
    after: null,
  },
  {
    route: 'post /api/v1/rules/import',
    json: () => ({ files: [{ name: 'a.eql', content: 'any where event.action == "imported"' }] }),
    verb: 'rule.create',
    before: null,
    after: holding({ query: 'any where event.action == "imported"' }),
  },
  {
    route: 'put /api/v1/organisation',
    json: () => organisation(['contoso.example']),
    verb: 'organisation.change',
    before: null,
    after: organisation(['contoso.example']),
  },
  {
    route: 'put /api/v1/organisation',
    json: () => organisation(['contoso.example', 'fabrikam.example']),
    verb: 'organisation.change',
    before: { domains: [] },
    after: { domains: ['fabrikam.example'] },
  },
  {
    route: 'post /api/v1/searches',
    json: () => ({ name: 'Mine', language: 'kql', query: 'user.name: bob' }),
    then: ({ id }) => (ids['search'] = id),
    verb: 'search.create',
    before: null,
    after: holding({ name: 'Mine' }),
  },
  {
    route: 'delete /api/v1/searches/{id}',
    path: () => `/api/v1/searches/${ids['search']}`,
    verb: 'search.delete',
    before: holding({ name: 'Mine' }),
    after: null,
  },
  {
    route: 'put /api/v1/backups/schedule',
    json: () => ({ enabled: false, time: '04:00', keep: 7 }),
    verb: 'backup-schedule.change',
    before: null,
    after: holding({ enabled: false, time: '04:00' }),
  },
  {
    route: 'put /api/v1/log-level',
    json: () => ({ level: 'error' }),
    verb: 'log-level.change',
    before: { level: 'warn' },
    after: { level: 'error' },
  },
  {
    route: 'put /api/v1/fire-drill',
    json: () => ({ enabled: false, time: '05:00', scenario: 'inbox-rule' }),
    verb: 'fire-drill.change',
    before: null,
    after: holding({ time: '05:00', scenario: 'inbox-rule' }),
  },
  {
    route: 'patch /api/v1/alerts/{id}',
    path: () => `/api/v1/alerts/${ids['alert']}`,
    json: () => ({ status: 'acknowledged', assignee: 'admin' }),
    verb: 'alert.revise',
    subject: () => ids['alert']!,
    get before() {
      return { [ids['alert']!]: { status: 'open', assignee: null } }
    },
    get after() {
      return { [ids['alert']!]: { status: 'acknowledged', assignee: 'admin' } }
    },
  },
  {
    route: 'put /api/v1/alerts/{id}/steps/{step}',
    path: () => `/api/v1/alerts/${ids['alert']}/steps/${ids['step']}`,
    json: () => ({ done: true }),
    verb: 'alert.revise',
    get before() {
      return { [ids['alert']!]: { steps: {} } }
    },
    get after() {
      return { [ids['alert']!]: { steps: { [ids['step']!]: holding({ by: 'admin' }) } } }
    },
  },
  {
    route: 'post /api/v1/alerts/bulk',
    json: () => ({ ids: [ids['alert']], status: 'closed', closeReason: 'secured' }),
    verb: 'alert.revise',
    get before() {
      return { [ids['alert']!]: { status: 'acknowledged', closeReason: null } }
    },
    get after() {
      return { [ids['alert']!]: { status: 'closed', closeReason: 'secured' } }
    },
  },
  {
    route: 'patch /api/v1/incidents/{id}',
    path: () => `/api/v1/incidents/${ids['incident']}`,
    json: () => ({ status: 'open' }),
    verb: 'alert.revise',
    before: holding({}),
    after: holding({}),
  },
]
