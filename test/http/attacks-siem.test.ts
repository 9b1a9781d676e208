/** Attacks on the whole server, through logs, rules and names: time, lines of its own log, objects, files. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, diagnostic } from '../ingest/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
let rules: string
// A new line with a JSON object, a cleared screen, a title, a C1 sequence, a line separator, text turned around.
const EVIL =
  '\r\n{"level":60,"msg":"forged-5f2c91"}\u001b[2J\u001b]0;owned\u0007\u009b31m\u2028\u202eforged-5f2c91\u007f'
beforeAll(async () => {
  // What is wrong with a rule file is told in the log.
  rules = mkdtempSync(join(tmpdir(), 'vedette-rules-'))
  writeFileSync(join(rules, `${EVIL.replaceAll('/', '')}.yml`), `name: |\n  x\nquery: "any where ${EVIL}"`)
  siem = await startSiem({ env: { VEDETTE_LOG_LEVEL: 'trace', VEDETTE_RULES: rules } })
})
afterAll(async () => {
  await siem?.stop()
  rmSync(rules, { recursive: true, force: true })
})

const send = (method: string, path: string, body: unknown, type = 'application/json') =>
  siem.request(path, {
    method,
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('texts that make a pattern try everything', () => {
  // What takes time with the square of the length takes half a minute or more at this one.
  const LONG = 150_000
  const QUICK = 10_000
  const long = (unit: string) => unit.repeat(LONG / unit.length)
  const parameter = (operation: string, name: string, value: string) =>
    audit({ Operation: operation, Id: `${operation}-${name}`, Parameters: [{ Name: name, Value: value }] })

  async function quickly(what: () => Promise<Response>): Promise<number> {
    const began = performance.now()
    const { status } = await what()
    expect(performance.now() - began).toBeLessThan(QUICK)
    return status
  }

  test.each<[string, () => object]>([
    ['a time that is nothing but blanks', () => audit({ CreationTime: `2026-06-01T09:10:11${long(' ')}x` })],
    [
      'a rule that forwards to a name without an end',
      () => parameter('New-InboxRule', 'ForwardTo', long('a')),
    ],
    ['one that forwards to thousands', () => parameter('New-InboxRule', 'ForwardTo', long('a@b;'))],
    ['a delegate in quotes', () => parameter('Add-MailboxPermission', 'User', `a${long('{')}a`)],
    [
      'thousands of rights',
      () =>
        parameter(
          'Add-MailboxPermission',
          'AccessRights',
          Array.from({ length: 30_000 }, (_, i) => i).join(),
        ),
    ],
    [
      'a subject of nothing but Re:',
      () => audit({ Operation: 'Send', Id: 's', Item: { Subject: long('re:') } }),
    ],
    [
      'a sign-in from everywhere',
      () => diagnostic({}, { userAgent: long('"('), ipAddress: long('1.'), userPrincipalName: long('a@') }),
    ],
    [
      'a line of syslog',
      () => ({ message: `<34>Oct 11 22:14:15 h sshd[1]: Invalid user ${long(' from ')}` }),
    ],
    [
      'a line of a web server',
      () => ({ message: `1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET ${long('" ')}` }),
    ],
  ])('%s is taken in at once', async (_, record) => {
    expect([200, 422]).toContain(await quickly(() => send('POST', '/api/v1/events', record())))
  })

  test('an index pattern of stars, on an index and on what lies in it', async () => {
    const index = 'a'.repeat(200)
    await send('PUT', `/${index}`, {})
    await send('POST', `/${index}/_doc`, { '@timestamp': '2026-06-01T00:00:00Z', message: 'm' })
    const path = `/${'*a'.repeat(40)}*b/_eql/search`
    expect(await quickly(() => send('POST', path, { query: 'any where true' }))).toBeLessThan(500)
    expect(await quickly(() => siem.request(`/_index_template/${'*a'.repeat(40)}b`))).toBeLessThan(500)
  })

  test('a filter of the answer that could be met in every way', async () => {
    const paths = [`${'**.'.repeat(300)}x`, `${'**.*.'.repeat(190)}x`].map((path) => `filter_path=${path}`)
    const body = '{"create":{"_index":"a"}}\n{"message":"m"}\n'.repeat(50)
    const bulk = () => send('POST', `/_bulk?${paths.join('&')}`, body, 'application/x-ndjson')
    expect(await quickly(bulk)).toBe(200)
  })

  test.each<[string, string, unknown]>([
    ['a file of blank lines', '/api/v1/rules/import', { files: [{ name: 'a', content: `${long('\n')}x` }] }],
    [
      'one that may be a comment',
      '/api/v1/rules/import',
      { files: [{ name: 'a', content: `/*${long(' ')}` }] },
    ],
    ['a query of stars', '/api/v1/search', { language: 'kql', query: `message: ${'*a'.repeat(2_000)}b` }],
    [
      'a regex for ReDoS',
      '/api/v1/search',
      { language: 'eql', query: 'any where message regex "(a+)+(b|a*)*c"' },
    ],
    [
      'a template full of bars',
      '/api/v1/rules',
      { name: 'Bars', query: 'any where true', summary: `{a${'|'.repeat(990)}"}` },
    ],
  ])('%s is read at once', async (_, path, body) => {
    expect(await quickly(() => send('POST', path, body))).toBeLessThan(500)
  })

  test.each([
    ['accept', 'json '.repeat(3_000)],
    ['authorization', `Basic ${'a '.repeat(7_000)}`],
    ['cookie', 'vedette_session=;'.repeat(900)],
    ['x-forwarded-for', '[::1]:1,'.repeat(1_900)],
    ['content-type', 'application/json;'.repeat(800)],
    ['if-match', '"'.repeat(15_000)],
  ])('a header %s as long as it may be is read at once', async (name, value) => {
    const headers = { [name]: value }
    expect(await quickly(() => siem.request('/_cat/indices', { headers }))).toBeLessThan(500)
  })
})

describe('objects bent from outside', () => {
  const BENT = '"__proto__":{"polluted":"x"},"constructor":{"prototype":{"polluted":"x"}}'
  test.each([
    ['an event', 'POST', '/api/v1/events', `{"message":"m",${BENT},"a.__proto__.polluted":"x"}`],
    ['a list of records', 'POST', '/api/v1/events', `{"records":[{${BENT}}],${BENT}}`],
    ['a bulk request', 'POST', '/_bulk', `{"create":{"_index":"a",${BENT}}}\n{"message":"m",${BENT}}\n`],
    ['HEC', 'POST', '/services/collector', `{"event":{${BENT}},"fields":{${BENT}}}`],
    [
      'OTLP',
      'POST',
      '/v1/logs',
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"},"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}]}]}]}]}`,
    ],
  ])('%s bends nothing: what is stored and told next is as ever', async (_, method, path, body) => {
    expect((await send(method, path, body)).status).toBeLessThan(500)
    const next = await siem.ingest([{ message: 'plain', n: path }])
    expect(next).toMatchObject({ accepted: 1, rejected: 0 })
    const { events } = await siem.post('/api/v1/search', {
      language: 'kql',
      query: 'polluted: * and message: plain',
    })
    expect(events).toEqual([])
  })
})

const UNPLAIN = /[^\P{C}\u00ad]|[\u2028\u2029]/u

describe('lines that the server writes for somebody else', () => {
  test('whatever is sent, each line of the log is one line of plain JSON', async () => {
    const encoded = encodeURIComponent(EVIL)
    const asked: Promise<Response>[] = [
      siem.request(`/${encoded}`),
      siem.request(`/api/v1/rules/${encoded}`),
      siem.request(`/api/v1/alerts?user=${encoded}&cursor=${encoded}`),
      siem.request('/api/v1/alerts', {
        headers: { 'user-agent': '\u009b31m', 'x-forwarded-for': '\u009b31m' },
      }),
      send('POST', '/api/v1/session', { user: EVIL, password: EVIL }),
      send('POST', '/api/v1/events', { message: EVIL, [EVIL]: EVIL }),
      send('POST', `/api/v1/events?source=${encoded}`, `${EVIL}\n{`),
      send('POST', '/api/v1/rules', { name: EVIL, query: `any where x == "${EVIL}` }),
      send('POST', '/api/v1/rules/import', { files: [{ name: EVIL, content: EVIL }] }),
      send('POST', '/api/v1/keys', { name: EVIL, scopes: ['read'] }),
      send('POST', '/api/v1/channels', {
        name: EVIL,
        kind: 'email',
        severities: ['low'],
        config: { host: EVIL, from: EVIL, to: [EVIL] },
      }),
      send('POST', `/${encoded}/_doc`, { message: EVIL }),
      send('PUT', '/api/v1/log-level', { level: EVIL }),
    ]
    for (const response of await Promise.all(asked)) {
      await response.text()
      expect(response.status).toBeLessThan(500)
      for (const [, value] of response.headers) expect(value).not.toMatch(UNPLAIN)
    }
    await siem.post('/api/v1/correlator/run', { force: true })
    const said = siem
      .output()
      .split('\n')
      .filter((line) => line !== '' && !/^(Vedette|Set it up)/.test(line))
    expect(said.join()).toContain('forged-5f2c91')
    for (const line of said) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), part: expect.any(String) })
      expect(line).not.toMatch(UNPLAIN)
      expect(line).not.toContain('"level":60')
    }
  })
})

describe('names that are paths', () => {
  const OUT = [
    '../outside',
    '..%2f..%2foutside',
    '/etc/passwd',
    'a/../../outside',
    '..\\outside',
    'outside\u0000.db',
  ]
  test('of rules, drills and backups are names, and no file is made, read or removed', async () => {
    const files = () => readdirSync(siem.data, { recursive: true, encoding: 'utf8' })
    const before = new Set(files())
    await send('POST', '/api/v1/backups', { file: OUT[0], name: OUT[0], path: OUT[0] })
    for (const name of OUT) {
      const answers = [
        await send('POST', '/api/v1/rules/import', {
          files: [{ name, content: 'any where process.pid == 1' }],
        }),
        await send('POST', '/api/v1/rules', { id: name, name: 'x', query: 'any where true' }),
        await send('POST', '/api/v1/drills', { name }),
        await send('PUT', '/api/v1/backups/schedule', { enabled: true, time: name, keep: 1, folder: name }),
        await siem.request(`/api/v1/backups/${encodeURIComponent(name)}`),
        await siem.request(`/api/v1/backups/${encodeURIComponent(name)}`, { method: 'DELETE' }),
        await siem.request(`/api/v1/sources/snippets?shipper=${encodeURIComponent(name)}`),
        await siem.request(`/api/v1/rules/${encodeURIComponent(name)}/export?format=yaml`),
      ]
      for (const response of answers) {
        expect(response.status).toBeLessThan(500)
        expect(await response.text()).not.toContain('root:x:')
      }
    }
    const made = files().filter((file) => !before.has(file))
    expect(made.filter((file) => !/^backups(\/vedette-[\dTZ-]+\.db)?$/.test(file))).toEqual([])
    expect(readdirSync(join(siem.data, '..')).filter((file) => file.includes('outside'))).toEqual([])
  })
})
