/** TLS from files, changed while the server runs. */
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchTls } from '../../server/http/tls-files.ts'
import { selfSigned } from '../support/certificate.ts'
import { type Siem, startSiem } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'vedette-tls-'))
const files = { VEDETTE_TLS_CERT: join(folder, 'cert.pem'), VEDETTE_TLS_KEY: join(folder, 'key.pem') }
const year = 365 * 24 * 3_600_000
const make = () => selfSigned('localhost', new Date(Date.now() - 3_600_000), new Date(Date.now() + year))
const put = ({ cert, key }: { cert: string; key: string }) => {
  writeFileSync(files.VEDETTE_TLS_CERT, cert)
  writeFileSync(files.VEDETTE_TLS_KEY, key)
}
const numberOf = (cert: string) => new X509Certificate(cert).serialNumber
const first = make()
let siem: Siem
beforeAll(async () => {
  put(first)
  siem = await startSiem({ env: { ...files, VEDETTE_LOG_LEVEL: 'info' } })
})
afterAll(async () => {
  await siem?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<TLSSocket> {
  const { port } = new URL(siem.url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}
async function shown(): Promise<string> {
  const socket = await open()
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}
/** The first line of an answer on a connection that stays open. */
function ask(socket: TLSSocket): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('data', (data: Buffer) => resolve(data.toString().split('\r\n', 1)[0]!))
    socket.once('error', reject)
  })
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  return answer
}
async function said(text: string): Promise<void> {
  const until = Date.now() + 5_000
  while (!siem.output().includes(text)) {
    if (Date.now() > until) throw new Error(`${text} was not said:\n${siem.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('at SIGHUP new connections get the new certificate, and those that are open live on', async () => {
  expect(siem.url).toMatch(/^https:/)
  expect(await shown()).toBe(numberOf(first.cert))
  const old = await open()
  expect(await ask(old)).toBe('HTTP/1.1 200 OK')
  const second = make()
  put(second)
  process.kill(siem.pid, 'SIGHUP')
  await said('new connections get the new TLS certificate')
  expect(await shown()).toBe(numberOf(second.cert))
  expect(await ask(old)).toBe('HTTP/1.1 200 OK')
  old.destroy()
})

test.each<[string, (good: { cert: string; key: string }) => { cert: string; key: string }, string]>([
  ['a certificate that is none', ({ key }) => ({ cert: 'cut off', key }), 'is no certificate in PEM'],
  ['a key of another certificate', ({ cert }) => ({ cert, key: make().key }), 'is not the key of'],
])('%s changes nothing and is told', async (_, broken, why) => {
  const before = await shown()
  put(broken(make()))
  process.kill(siem.pid, 'SIGHUP')
  await said(why)
  expect(await shown()).toBe(before)
})

test('files behind links are read anew without a signal, a broken one in between is told once', async () => {
  const link = (name: string, file: string) => {
    symlinkSync(name, `${file}.new`)
    renameSync(`${file}.new`, file)
  }
  const kept = (name: string, { cert, key }: { cert: string; key: string }) => {
    writeFileSync(join(folder, `${name}.crt`), cert)
    writeFileSync(join(folder, `${name}.key`), key)
  }
  const [one, two] = [make(), make()]
  kept('one', one)
  kept('two', two)
  const files = { cert: join(folder, 'linked.crt'), key: join(folder, 'linked.key') }
  link('one.crt', files.cert)
  link('one.key', files.key)
  const used: string[] = []
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
  const watch = watchTls({ files, current: one, use: ({ cert }) => void used.push(cert), log }, 10)
  link('two.crt', files.cert)
  await expect.poll(() => lines.length).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  link('two.key', files.key)
  await expect.poll(() => used).toEqual([two.cert])
  watch.stop()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('is not the key of')
})

test('the fire drill finds its own port over TLS, whatever name the certificate has', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { authorization: `Bearer ${siem.apiKey}` }
    const options = { method: 'POST', headers, rejectUnauthorized: false }
    request(`${siem.url}/api/v1/fire-drill/run`, options, (answer) => resolve(answer.statusCode))
      .once('error', reject)
      .end()
  })
  expect(status).toBe(200)
  await said('the fire drill passed')
})
