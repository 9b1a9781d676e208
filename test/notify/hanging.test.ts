/** A channel that hangs, or is slow, or refuses, is its own trouble and nobody else's. */
import net, { type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'
import { expect, test } from 'vitest'
import type { Channel, Message } from '../../server/domain/channel.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { email } from '../../server/notify/channels/email.ts'
import { webhook } from '../../server/notify/channels/webhook.ts'
import { NotSent } from '../../server/notify/target.ts'
import { startNotifier } from '../../server/notify/notifier.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { selfSigned } from '../support/certificate.ts'
import { httpReceiver, mailServer } from './receivers.ts'

const MESSAGE: Message = {
  change: 'raised',
  severity: 'high',
  sentence: 'alice@example.org: signed in',
  lines: [],
  steps: [],
  link: null,
  incident: null,
  alert: null,
}
const channelOf = (id: string, kind: Channel['kind'], config: Channel['config']): Channel => ({
  id,
  name: id,
  kind,
  config: { allowPrivate: true, ...config },
  severities: ['low', 'medium', 'high', 'critical'],
  enabled: true,
  createdAt: 0,
})
const VIEWS = { incident: () => null, alert: () => null, steps: async () => [], link: () => null }
const told = (channel: string, subject: string, revision: number) => {
  return { channel, subject, revision, due: 0, body: JSON.stringify({ ...MESSAGE, sentence: subject }) }
}
const mailTo = (port: number, to: string[], more: Channel['config'] = {}) =>
  channelOf('mail', 'email', { host: '127.0.0.1', port, from: 'v@example.org', to, ...more })
const sendMail = (channel: Channel, timeoutMs: number) =>
  email.send(MESSAGE, { channel, key: 'k', subject: 's', clock: Date.now, timeoutMs })

/** Greets, and then says a little every while, without an end. */
async function dribbling(everyMs: number) {
  const open = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    socket.write('220 slow ESMTP\r\n')
    socket.once('data', () => {
      const timer = setInterval(() => socket.write('250-AND-SO-ON\r\n'), everyMs)
      socket.once('close', () => clearInterval(timer))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, open, stop: () => server.close() }
}

test('a channel that hangs keeps neither the others nor new messages waiting, nor the end of the server', async () => {
  const hanging = await httpReceiver(() => ({ status: 0 }))
  const slow = await httpReceiver(() => ({ status: 200, afterMs: 1000 }))
  const quick = await httpReceiver()
  const store = createMemoryStore({ merge: mergeVersions })
  const receivers = { hanging, slow, quick }
  const channels = Object.entries(receivers).map(([id, { url }]) =>
    channelOf(id, 'webhook', { url, secret: 's' }),
  )
  const ids = Object.keys(receivers)
  const plan = (subjects: string[], expectAt: number) =>
    store.planDeliveries({
      expect: expectAt,
      cursor: expectAt + 1,
      at: Date.now(),
      told: [],
      deliveries: subjects.flatMap((subject, i) => ids.map((id) => told(id, subject, expectAt * 10 + i))),
    })
  await plan(['a', 'b', 'c', 'd', 'e'], 0)
  const errors: unknown[] = []
  const notifier = startNotifier({
    store,
    channels: async () => channels,
    views: VIEWS,
    clock: Date.now,
    onError: (error) => errors.push(error),
  })
  await expect.poll(() => quick.accepted.length, { timeout: 8000 }).toBe(5)
  await plan(['urgent'], 1)
  notifier.nudge()
  await expect.poll(() => quick.accepted.length, { timeout: 8000 }).toBe(6)
  expect(slow.accepted.length).toBeLessThan(6)
  await expect.poll(() => slow.accepted.length, { timeout: 12_000 }).toBe(6)
  expect(hanging.received).toHaveLength(1)
  const began = performance.now()
  await notifier.stop()
  expect(performance.now() - began).toBeLessThan(8000)
  expect(errors).toEqual([])
  // Not told, and not forgotten.
  expect((await store.deliveries({ channel: 'hanging', state: 'waiting', size: 9 })).items).toHaveLength(6)
  await Promise.all([hanging.stop(), slow.stop(), quick.stop()])
})

test('a mail server that says a little now and then is given up after a while, and the line is closed', async () => {
  const server = await dribbling(50)
  const said = await sendMail(mailTo(server.port, ['it@example.org']), 300).catch((error: unknown) => error)
  expect(said).toBeInstanceOf(NotSent)
  expect((said as Error).message).toBe('The server did not take it within 0.6 s.')
  await expect.poll(() => server.open.size).toBe(0)
  server.stop()
})

test('an address that the mail server refuses is told by name, and the others have the mail, once', async () => {
  const server = await mailServer({ refused: ['gone@example.org'] })
  const channel = mailTo(server.port, ['it@example.org', 'gone@example.org'])
  const said = (await sendMail(channel, 5000).catch((error: unknown) => error)) as NotSent
  expect(said.message).toBe('The server refused gone@example.org; all others were told.')
  expect(said.isFinal).toBe(true)
  expect(server.mails.map(({ to }) => to)).toEqual([['it@example.org']])

  const store = createMemoryStore({ merge: mergeVersions })
  await store.planDeliveries({ expect: 0, cursor: 1, at: 0, told: [], deliveries: [told('mail', 'a', 1)] })
  const notifier = startNotifier({
    store,
    channels: async () => [channel],
    views: VIEWS,
    clock: () => 1,
    onError: (error) => expect.fail(String(error)),
  })
  const first = async () => (await store.deliveries({ size: 1 })).items[0]
  await expect.poll(first).toMatchObject({ state: 'failed', error: said.message, attempts: 1 })
  await notifier.stop()
  await server.stop()
})

test('mail goes over TLS from the first byte too', async () => {
  const day = 24 * 3600_000
  const tls = selfSigned('localhost', new Date(Date.now() - day), new Date(Date.now() + day))
  const mails: string[] = []
  const server = new SMTPServer({
    secure: true,
    key: tls.key,
    cert: tls.cert,
    authOptional: true,
    onData(stream, _session, done) {
      stream.on('data', (chunk: Buffer) => mails.push(chunk.toString())).on('end', () => done())
    },
  })
  // Whoever does not trust its certificate hangs up in the middle.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  const secure = { secure: true, allowInvalidCertificate: true }
  await sendMail(mailTo(port, ['it@example.org'], secure), 5000)
  expect(mails.join('')).toContain('alice@example.org')
  const checked = sendMail(mailTo(port, ['it@example.org'], { secure: true }), 5000)
  await expect(checked).rejects.toThrow('The connection failed')
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

test.each([
  ['seconds', () => '120', 120_000],
  ['a date', () => new Date(Date.now() + 120_000).toUTCString(), 120_000],
  ['a date that is over', () => new Date(Date.now() - 5000).toUTCString(), null],
  ['nonsense', () => 'soon', null],
])('Retry-After is heeded: %s', async (_, header, expected) => {
  const receiver = await httpReceiver(() => ({ status: 429, headers: { 'retry-after': header() } }))
  const channel = channelOf('hook', 'webhook', { url: receiver.url, secret: 's' })
  const sent = webhook.send(MESSAGE, { channel, key: 'k', subject: 's', clock: Date.now, timeoutMs: 5000 })
  const said = (await sent.then(
    () => null,
    (error: unknown) => error,
  )) as NotSent
  if (expected === null) expect(said.retryAfterMs).toBeNull()
  else expect(Math.abs(said.retryAfterMs! - expected)).toBeLessThan(3000)
  await receiver.stop()
})
