import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isPrivate } from '../../server/notify/target.ts'
import { dueAt } from '../../server/notify/routing.ts'
import { inboxRule, LAGOS, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'
import { httpReceiver, type HttpReceiver, mailServer } from './receivers.ts'

const MINUTE = 60_000
let siem: Siem
let receiver: HttpReceiver
let mail: Awaited<ReturnType<typeof mailServer>>
beforeAll(async () => {
  siem = await startSiem({ env: { VEDETTE_PUBLIC_URL: 'https://siem.example.org' } })
  receiver = await httpReceiver((_, count) => (count === 1 ? { status: 500 } : { status: 200 }))
  mail = await mailServer({ user: 'vedette', password: 'pass word' })
})
afterAll(async () => {
  await siem?.stop()
  await receiver?.stop()
  await mail?.stop()
})

const until = async (is: () => boolean | Promise<boolean>) => {
  for (let i = 0; i < 200 && !(await is()); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await is()).toBe(true)
}
const make = async (channel: object) => {
  const response = await siem.request('/api/v1/channels', { method: 'POST', json: channel })
  return { status: response.status, body: (await response.json()) as any }
}

test('a secret is never shown, kept when it is left out, and what a kind needs is told by field', async () => {
  const { status, body } = await make({
    name: 'hook',
    kind: 'webhook',
    config: { url: 'https://example.org/x', secret: 'geheim' },
    enabled: false,
  })
  expect(status).toBe(201)
  expect(body.config).toEqual({ url: 'https://example.org/x', secret: { set: true } })
  const path = `/api/v1/channels/${body.id}`
  const change = { method: 'PATCH', json: { name: 'hooked', config: { secret: { set: true } } } }
  expect(await (await siem.request(path, change)).json()).toMatchObject({
    name: 'hooked',
    config: { secret: { set: true } },
  })
  const trail = JSON.stringify(await siem.get('/api/v1/audit'))
  expect(trail).toContain('channel.create')
  expect(trail + siem.output()).not.toContain('geheim')
  const wrong = await make({
    name: 'm',
    kind: 'email',
    config: { host: 'x', from: 'a\r\nBcc: b@c.example', to: [] },
  })
  expect(wrong.status).toBe(422)
  expect(wrong.body.errors.map(({ path: at }: { path: string }) => at)).toEqual(['config.from', 'config.to'])
  expect((await siem.request(path, { method: 'DELETE' })).status).toBe(204)
})

test.each([
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['169.254.169.254', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['fd00::1', true],
  ['2002:7f00:1::1', true],
  ['64:ff9b:1::7f00:1', true],
  ['192.0.2.1', false],
  ['2001:db8::1', false],
])('%s is an address of a private network: %s', (address, expected) =>
  expect(isPrivate(address)).toBe(expected),
)

test('a private address needs a permission, a redirect is not followed, and the test says so in words', async () => {
  const redirecting = await httpReceiver(() => ({ status: 302, headers: { location: receiver.url } }))
  for (const [config, said] of [
    [{ url: receiver.url }, /address of a private network/],
    [{ url: redirecting.url, allowPrivate: true }, /a redirect, which is not followed/],
    [{ url: 'http://nowhere.invalid/x' }, /The name nowhere\.invalid is not known/],
  ] as const) {
    const { body } = await make({ name: 'x', kind: 'webhook', config, enabled: false })
    const tried = await siem.post(`/api/v1/channels/${body.id}/test`)
    expect(tried).toMatchObject({ ok: false, detail: expect.stringMatching(said) })
    await siem.request(`/api/v1/channels/${body.id}`, { method: 'DELETE' })
  }
  expect(receiver.received).toEqual([])
  await redirecting.stop()
})

test('an incident reaches a webhook, signed, after a failure, with the same key; its mail begins a thread that its end answers', async () => {
  await make({
    name: 'hook',
    kind: 'webhook',
    config: { url: `${receiver.url}/hook`, secret: 's3', allowPrivate: true },
  })
  const smtp = {
    host: '127.0.0.1',
    port: mail.port,
    user: 'vedette',
    password: 'pass word',
    from: 'vedette@example.org',
    to: ['it@example.org'],
    allowPrivate: true,
  }
  const { body: post } = await make({
    name: 'mail',
    kind: 'email',
    severities: ['high', 'critical'],
    config: smtp,
  })
  expect(await siem.post(`/api/v1/channels/${post.id}/test`)).toMatchObject({ ok: true })
  const now = Math.floor(Date.now() / 1000) * 1000
  const user = 'alice@contoso.example'
  await siem.ingest([
    signIn({ user, at: now - 20 * MINUTE, risk: 'high', place: LAGOS }),
    inboxRule({
      user,
      at: now - 8 * MINUTE,
      parameters: { Name: 'x\r\nBcc: eve@example.org', ForwardTo: 'x@fabrikam.example' },
    }),
  ])
  await siem.settled()
  await until(() => mail.mails.length >= 2)
  const first = mail.mails[1]!
  expect(first.text).toMatch(/^High: alice@contoso\.example/m)
  expect(first.text).toMatch(/^Subject: =\?UTF-8\?Q\?High=3A_alice/m)
  expect(first.text).toMatch(/https:\/\/siem\.example\.org\/incidents\//)
  expect(first.text).not.toMatch(/^Bcc/m)

  await until(() => receiver.received.length > 0)
  const failed = (await siem.get('/api/v1/deliveries')).deliveries.find(
    ({ attempts, error }: any) => attempts === 1 && error,
  )
  expect(failed).toMatchObject({ state: 'waiting', error: expect.stringContaining('answered 500') })
  const { headers, body } = receiver.received[0]!
  const [, at, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-vedette-signature'] as string)!
  expect(createHmac('sha256', 's3').update(`${at}.${body}`).digest('hex')).toBe(signature)
  expect(JSON.parse(body)).toMatchObject({ change: 'raised', incident: { user }, alert: { user } })
  expect(JSON.parse(body).sentence).toContain(user)

  const { incidents } = await siem.get('/api/v1/incidents')
  await siem.request(`/api/v1/incidents/${incidents[0].id}`, {
    method: 'PATCH',
    json: { status: 'closed', closeReason: 'secured' },
  })
  await until(() => mail.mails.some(({ text }) => /^\w+: Over: /m.test(text)))
  const last = mail.mails.at(-1)!
  const id = /^Message-ID: (<.*>)/im.exec(first.text)![1]!
  expect(last.text).toContain(`In-Reply-To: ${id}`)

  // Open again it goes on in the same thread: a second mail of one id would be thrown away as a copy.
  const told = mail.mails.length
  await siem.request(`/api/v1/incidents/${incidents[0].id}`, { method: 'PATCH', json: { status: 'open' } })
  await until(() => mail.mails.length > told)
  const again = mail.mails.at(-1)!
  expect(again.text).toContain(`In-Reply-To: ${id}`)
  expect(again.text).not.toContain(`Message-ID: ${id}`)
})

test('a wrong password is said in words', async () => {
  const config = {
    host: '127.0.0.1',
    port: mail.port,
    user: 'vedette',
    password: 'wrong',
    from: 'v@example.org',
    to: ['it@example.org'],
    allowPrivate: true,
  }
  const { body } = await make({ name: 'bad', kind: 'email', config, enabled: false })
  expect(await siem.post(`/api/v1/channels/${body.id}/test`)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('refused the user or the password'),
  })
})

test.each([
  ['slack', '/services/x', {}, (json: any) => json.text],
  ['teams', '/workflows/x', {}, (json: any) => json.attachments[0].content.body[0].text],
  ['ntfy', '/alerts', { token: 't' }, (json: any) => json.title],
  ['telegram', '', { token: '1:a', chat: '5' }, (json: any) => json.text],
])('%s gets the words in its own shape', async (kind, path, more, textIn) => {
  const own = await httpReceiver()
  const { body } = await make({
    name: kind,
    kind,
    config: { url: own.url + path, allowPrivate: true, ...more },
    enabled: false,
  })
  expect(await siem.post(`/api/v1/channels/${body.id}/test`)).toMatchObject({ ok: true })
  expect(textIn(JSON.parse(own.received[0]!.body))).toContain('this is a test of the channel')
  await own.stop()
})

test.each([
  [
    'application/x-www-form-urlencoded',
    'token={{secret}}&title={{title}}&priority={{priority}}',
    'token=s%26%20%C3%BC&title=Low%3A%20Test%3A%20this%20is%20a%20test%20of%20the%20channel%3B%20nothing%20happened&priority=-1',
  ],
  [
    'application/json',
    '{"a": "{{ secret }}", "b": "{{severity}}", "c": "{{change}}"}',
    '{"a": "s& ü", "b": "low", "c": "test"}',
  ],
  ['text/plain', '{{sentence}}!', 'this is a test of the channel; nothing happened!'],
])('a body of its own as %s is filled in as that type needs it', async (contentType, body, expected) => {
  const own = await httpReceiver()
  const config = {
    url: own.url,
    allowPrivate: true,
    secret: 's& ü',
    contentType,
    body,
    headers: { 'X-Token': 'geheim' },
  }
  const made = await make({ name: 'own', kind: 'webhook', config, enabled: false })
  expect(made.body.config).toMatchObject({ body, headers: { set: true }, secret: { set: true } })
  expect(await siem.post(`/api/v1/channels/${made.body.id}/test`)).toMatchObject({ ok: true })
  expect(own.received[0]).toMatchObject({
    body: expected,
    headers: { 'content-type': contentType, 'x-token': 'geheim' },
  })
  await own.stop()
})

test.each([
  [{ body: '{{nope}}' }, 'config.body has {{nope}}, which is not known; there is {{title}}'],
  [{ body: '{"a": {{title}' }, 'config.body is not JSON; put each {{name}} between quotation marks'],
  [{ body: 'x', contentType: 'toString' }, 'config.contentType must be one of application/json'],
  [{ headers: { Host: 'a' } }, 'config.headers cannot have "Host" with this value'],
  [{ headers: { 'X-A': 'a\r\nX-B: b' } }, 'config.headers cannot have "X-A" with this value'],
])('a body or header that cannot be sent is refused: %j', async (config, said) => {
  const { status, body } = await make({
    name: 'x',
    kind: 'webhook',
    config: { url: 'https://example.org', ...config },
  })
  expect(status).toBe(422)
  expect(body.errors[0].message).toContain(said)
})

test('quiet hours hold what is not critical until they end', () => {
  const quiet = { from: '22:00', to: '07:00', timezone: 'UTC', except: ['critical' as const] }
  const at = (text: string) => Date.parse(`2026-11-25T${text}:00Z`)
  expect(dueAt(quiet, 'high', at('23:30'))).toBe(Date.parse('2026-11-26T07:00:00Z'))
  expect(dueAt(quiet, 'high', at('06:59'))).toBe(at('07:00'))
  expect(dueAt(quiet, 'critical', at('23:30'))).toBe(at('23:30'))
  expect(dueAt(quiet, 'high', at('12:00'))).toBe(at('12:00'))
})
