/** Every route that changes something leaves an entry in the trail: who, what, before and after, and never a secret. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LAGOS, inboxRule, signIn } from '../support/records.ts'
import { ADMIN_PASSWORD, type Answer, holding, ids, secrets, STEPS } from './audited-steps.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
/** What a browser of the person who does it all sends. */
let person: Record<string, string>
beforeAll(async () => {
  siem = await startSiem()
  for (const value of [siem.apiKey, ADMIN_PASSWORD]) secrets.add(value)
  const session = await siem.request('/api/v1/session', {
    method: 'POST',
    key: null,
    json: { user: 'admin', password: ADMIN_PASSWORD },
  })
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  secrets.add(cookie.split('=')[1]!)
  person = { cookie, origin: siem.url }
  const user = 'alice@contoso.example'
  const at = Date.now() - 3_600_000
  await siem.ingest([signIn({ user, at, place: LAGOS, risk: 'high' })], '?dataset=azure.signinlogs')
  await siem.ingest([inboxRule({ user, at: at + 60_000 })], '?dataset=o365.audit')
  const [alert] = await siem.settled(`?user=${user}`)
  ids['alert'] = alert.id
  ids['incident'] = alert.incidentId
  ids['step'] = (await siem.get(`/api/v1/alerts/${alert.id}`)).respond[0].id
})
afterAll(() => siem?.stop())

const trail = async (): Promise<Answer[]> => (await siem.get('/api/v1/audit?size=1000')).audit

async function ask(route: string, path: string, json?: unknown): Promise<Answer> {
  const method = route.split(' ')[0]!.toUpperCase()
  const init = { method, key: null, headers: person, ...(json === undefined ? {} : { json }) }
  const response = await siem.request(path, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`)
  return text.startsWith('{') ? (JSON.parse(text) as Answer) : {}
}

test('each change is told: who, what, before and after', async () => {
  for (const step of STEPS) {
    const { route } = step
    const last = (await trail())[0]!['id'] as number
    const path = step.path?.() ?? route.split(' ')[1]!
    const answer = await ask(route, path, step.json?.())
    step.then?.(answer)
    const told = (await trail()).filter(({ id, verb }) => id > last && verb === step.verb)
    const subject = step.subject ? { subject: step.subject() } : {}
    expect({ route, told }).toEqual({
      route,
      told: [holding({ actor: 'admin', before: step.before, after: step.after, ...subject })],
    })
  }
})

// What shippers define: one way for each family, under one verb.
test.each([
  ['/_ilm/policy/{name}', 'policy', { policy: { phases: {} } }, { policy: { phases: { hot: {} } } }],
  ['/_ingest/pipeline/{name}', 'pipeline', { processors: [] }, { processors: [{ drop: {} }] }],
  ['/_index_template/{name}', 'template', { index_patterns: ['a-*'] }, { index_patterns: ['b-*'] }],
  ['/_component_template/{name}', 'template', { template: {} }, { template: { mappings: {} } }],
  ['/_template/{name}', 'template', { index_patterns: ['a-*'] }, { index_patterns: ['b-*'] }],
])('%s is told when it is put, put again and deleted', async (route, family, first, second) => {
  const path = route.replace('{name}', 'audited')
  for (const [method, body] of [
    ['put', first],
    ['put', second],
    ['delete', undefined],
  ] as const)
    await ask(`${method} ${route}`, path, body)
  const told = (await trail()).slice(0, 3).toReversed()
  expect(told.map(({ verb }) => verb)).toEqual([`${family}.put`, `${family}.put`, `${family}.delete`])
  expect(told[0]).toMatchObject({ actor: 'admin', subject: 'audited', before: null, after: first })
  expect([told[1]!['before'], told[1]!['after']]).not.toContainEqual({})
  expect(told[2]).toMatchObject({ before: second, after: null })
})

test('an index, its mapping and its aliases are told', async () => {
  await ask('put', '/audited', { mappings: { properties: { at: { type: 'date' } } } })
  await ask('put', '/audited/_mapping', { properties: { ip: { type: 'ip' } } })
  await ask('put', '/audited/_alias/known')
  const told = (await trail()).slice(0, 3)
  expect(told.map(({ verb, subject }) => [verb, subject])).toEqual([
    ['index.aliases', 'audited'],
    ['index.mapping', 'audited'],
    ['index.create', 'audited'],
  ])
  expect(JSON.stringify(told[1]!['after'])).toContain('"type":"ip"')
  expect(JSON.stringify(told[1]!['after'])).not.toContain('"type":"date"')
})

test('who signs in and out is told', async () => {
  const user = { name: 'Cleo', role: 'viewer', password: 'Secret-cleo-5f2c91' }
  await siem.post('/api/v1/users', user)
  const signedIn = await siem.request('/api/v1/session', {
    method: 'POST',
    key: null,
    json: { user: 'cleo', password: user.password },
  })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  secrets.add(cookie.split('=')[1]!)
  await siem.request('/api/v1/session', {
    method: 'DELETE',
    key: null,
    headers: { cookie, origin: siem.url },
  })
  const told = (await trail()).slice(0, 2)
  expect(told).toMatchObject([
    { actor: 'Cleo', verb: 'session.end', before: { user: 'cleo' }, after: null },
    { actor: 'Cleo', verb: 'session.start', before: null, after: { user: 'cleo', agent: 'node' } },
  ])
})

test('nothing secret that was sent or answered stands in the trail, nor what is made of it, and it is unbroken', async () => {
  const text = JSON.stringify(await trail())
  for (const value of [...secrets, 'Secret-', 'scrypt$']) expect(text).not.toContain(value)
  for (const value of secrets) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(text).not.toContain(createHash('sha256').update(value).digest(encoding))
  }
  expect(await siem.get('/api/v1/audit/verify')).toMatchObject({ unbroken: true })
})

test('every route that is not asked with GET is told of, or there is a reason', async () => {
  const { paths } = await siem.get('/api/v1/openapi.json')
  const routes = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
  const told = new Set([...STEPS.map(({ route }) => route), ...DEFINED, ...TOLD_AS_DONE])
  const isKnown = (route: string) => told.has(route) || LOGS.test(route) || QUESTIONS.test(route)
  expect(routes.filter((route) => !/^(get|head) /.test(route) && !isKnown(route))).toEqual([])
  expect([...told].filter((route) => !routes.includes(route))).toEqual([])
})

const DEFINED = [
  ...['/_ilm/policy', '/_ingest/pipeline', '/_data_stream'].flatMap((path) => [
    `put ${path}/{name}`,
    `delete ${path}/{name}`,
  ]),
  ...['/_index_template', '/_component_template', '/_template'].flatMap((path) =>
    ['put', 'post', 'delete'].map((method) => `${method} ${path}/{name}`),
  ),
  'put /{index}',
  'put /{index}/_mapping',
  'post /{index}/_mapping',
  'post /_aliases',
  'put /{index}/_alias/{name}',
  'post /{index}/_alias/{name}',
]
// There is no before and after: what was done is the whole of it. Each is in the trail, by tests of its own.
const TOLD_AS_DONE = [
  'post /api/v1/setup',
  'post /api/v1/session',
  'delete /api/v1/session',
  'delete /api/v1/sessions',
  'delete /api/v1/sessions/{id}',
  'delete /api/v1/users/{id}/totp',
  'post /api/v1/session/totp/off',
  'post /api/v1/session/password',
  'post /api/v1/rejected/{id}/replay',
  'post /api/v1/correlator/run',
  'post /api/v1/drills',
  'post /api/v1/fire-drill/run',
  'post /api/v1/backups',
  'post /api/v1/channels/{id}/test',
  'post /api/v1/deliveries/{id}/retry',
]
const LOGS =
  /(events|_bulk|_monitoring\/bulk|_doc(\/\{id\})?|_(create|update)\/\{id\}|collector.*|v1\/logs|upload)$/
const QUESTIONS = /(_refresh|_flush|search|histogram|top|validate|backtest|explain)$/
