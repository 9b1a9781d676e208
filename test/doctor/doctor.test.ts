import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findingText, verdictOf } from '../../server/commands/doctor.ts'
import { examine, type Examined } from '../../server/doctor/doctor.ts'
import type { Finding } from '../../server/doctor/finding.ts'
import { examineClock, examineRuntime } from '../../server/doctor/runtime.ts'
import { DAY } from '../../server/domain/time.ts'
import { selfSigned } from '../support/certificate.ts'
import { writeMmdb } from '../support/mmdb.ts'
import { type Siem, startSiem } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'vedette-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const inFolder = (name: string, content: string | Buffer, mode = 0o600) => {
  writeFileSync(join(folder, name), content, { mode })
  return join(folder, name)
}
const days = (count: number) => new Date(Date.now() + count * DAY)

async function diagnose(env: Record<string, string>, more: Partial<Examined> = {}): Promise<Finding[]> {
  const found: Finding[] = []
  const given = {
    env: { VEDETTE_PORT: '0', VEDETTE_DATA: join(folder, 'none'), ...env },
    folder,
    now: Date.now(),
  }
  for await (const finding of examine({ ...given, nodeVersion: process.version, ...more }))
    found.push(finding)
  return found
}
const of = (found: Finding[], subject: string) =>
  found.filter((finding) => finding.subject === subject).map(({ level, said }) => `${level}: ${said}`)

describe('beside a running server', () => {
  let siem: Siem
  let env: Record<string, string>
  beforeAll(async () => {
    // A port that can be named: the settings of the doctor are those of the server.
    const port = await freePort()
    const data = mkdtempSync(join(tmpdir(), 'vedette-doctor-data-'))
    siem = await startSiem({ data, env: { VEDETTE_PORT: String(port) } })
    chmodSync(siem.data, 0o700)
    env = { VEDETTE_DATA: siem.data, VEDETTE_PORT: String(port) }
  })
  afterAll(() => siem?.stop())

  test('it finds the server, its database and what is set up, and changes nothing', async () => {
    const before = readdirSync(siem.data).sort()
    const found = await diagnose(env)
    expect(of(found, 'port')[0]).toMatch(/^ok: .* answers: Vedette \d/)
    expect(of(found, 'database')).toEqual([
      'ok: every page can be read',
      expect.stringMatching(/^ok: the schema is \d{4}-/),
    ])
    expect(of(found, 'administrator')).toEqual(['ok: there is one'])
    expect(of(found, 'backups')[0]).toMatch(/^ok: there is none yet/)
    expect(of(found, 'channels')[0]).toMatch(/^warn: nobody is told/)
    expect(of(found, 'clock')[0]).toMatch(/^ok/)
    expect(verdictOf(found)).toEqual({ said: '1 to look at.', code: 0 })
    expect(readdirSync(siem.data).sort()).toEqual(before)
  })

  test('settings that are not those of the server are noticed', async () => {
    const found = await diagnose({ ...env, VEDETTE_PORT: String(await freePort()) })
    expect(of(found, 'port')[0]).toMatch(/^warn: a server works on the data folder, but nothing answers/)
  })

  test('without it, everything but the answers is looked at, and a damaged page fails', async () => {
    await siem.stop()
    expect(of(await diagnose(env), 'port')[0]).toMatch(/^ok: .* is free/)
    const file = join(siem.data, 'vedette.db')
    const at = openSync(file, 'r+')
    writeSync(at, Buffer.alloc(4096, 0x5a), 0, 4096, Math.floor(statSync(file).size / 8192) * 4096)
    const found = await diagnose(env)
    expect(of(found, 'database')[0]).toMatch(/^fail: .*(damaged|cannot be read)/)
    expect(verdictOf(found).code).toBe(1)
    rmSync(siem.data, { recursive: true, force: true })
  })
})

describe('what is wrong is told with what to do', () => {
  const past = selfSigned('siem.example.org', days(-90), days(-1))
  const good = selfSigned('siem.example.org', days(-1), days(60))
  const soon = selfSigned('siem.example.org', days(-80), days(5))
  const tls = (name: string, pair: { cert: string; key: string }, mode?: number) => ({
    VEDETTE_TLS_CERT: inFolder(`${name}.pem`, pair.cert),
    VEDETTE_TLS_KEY: inFolder(`${name}.key`, pair.key, mode),
  })
  const places = (type: string) => ({
    VEDETTE_GEOIP_CITY: inFolder(`${type}.mmdb`, writeMmdb({ '192.0.2.0/24': {} }, type)),
  })

  test.each<[string, string, Record<string, string>, RegExp]>([
    ['a wrong setting', 'settings', { VEDETTE_PORT: 'http' }, /^fail: VEDETTE_PORT is "http"/],
    ['a certificate that is over', 'TLS files', tls('past', past), /^fail: the certificate is over/],
    ['one that ends soon', 'TLS files', tls('soon', soon), /^warn: the certificate ends in (4|5) d/],
    ['a good one', 'TLS files', tls('good', good), /^ok: the certificate is good until/],
    [
      'a key of another certificate',
      'TLS files',
      tls('mixed', { cert: good.cert, key: past.key }),
      /^fail: .* is not the key of/,
    ],
    ['a key that everybody may read', 'TLS files', tls('open', good, 0o644), /^warn: everybody .* may read/],
    [
      'what is no certificate',
      'TLS files',
      tls('none', { cert: 'x', key: 'y' }),
      /^fail: they cannot be used/,
    ],
    [
      'a name that the certificate does not have',
      'TLS files',
      { ...tls('named', good), VEDETTE_PUBLIC_URL: 'https://other.example.org' },
      /^warn: the certificate is not for other.example.org/,
    ],
    ['a database of places that is old', 'GeoIP files', places('Test-City'), /^warn: .* is \d+ d .*old/],
    ['one of the wrong kind', 'GeoIP files', places('Test-ASN'), /^warn: .* is a Test-ASN database/],
    [
      'one that is none',
      'GeoIP files',
      { VEDETTE_GEOIP_CITY: inFolder('x.mmdb', 'x') },
      /^fail: .* cannot be read/,
    ],
    [
      'a public address without TLS',
      'public URL',
      { VEDETTE_PUBLIC_URL: 'http://siem.example.org' },
      /^warn: .* no TLS/,
    ],
    ['no public address where it needs one', 'public URL', { VEDETTE_HOST: '0.0.0.0' }, /^warn: none is set/],
    [
      'the network without TLS',
      'encryption',
      { VEDETTE_HOST: '0.0.0.0' },
      /^warn: 0\.0\.0\.0 can be reached/,
    ],
    ['a limit larger than the disk', 'disk', { VEDETTE_MAX_DISK: '900TB' }, /^(warn|fail): /],
  ])('%s', async (_, subject, env, says) => {
    const lines = of(await diagnose(env), subject)
    expect(
      lines.some((line) => says.test(line)),
      lines.join('\n'),
    ).toBe(true)
  })

  test('a wrong setting does not hide the others', async () => {
    const found = await diagnose({
      VEDETTE_PORT: 'http',
      VEDETTE_CORRELATE: 'often',
      VEDETTE_HOST: '0.0.0.0',
    })
    expect(of(found, 'settings')).toHaveLength(2)
    expect(of(found, 'encryption')).toHaveLength(1)
  })

  test('a data folder that is a file, open to others, or of another user', async () => {
    const file = inFolder('file', '')
    expect(of(await diagnose({ VEDETTE_DATA: file }), 'data folder')[0]).toMatch(/^fail: .* is a file/)
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o755)
    expect(of(await diagnose({ VEDETTE_DATA: open }), 'data folder')[0]).toMatch(/^warn: other users/)
    const stranger = { uid: statSync(open).uid + 1, name: 'stranger' }
    const found = await diagnose({ VEDETTE_DATA: open }, { user: stranger })
    expect(of(found, 'data folder')[0]).toMatch(/^warn: .* belongs to another user/)
    expect(of(found, 'database')).toEqual([])
  })

  test('a port that something else has', async () => {
    const server = createServer((socket) => socket.resume().end('220 mail.example.org\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const found = await diagnose({ VEDETTE_PORT: String(port) })
    expect(of(found, 'port')[0]).toMatch(/^fail: something else answers/)
    await new Promise((resolve) => server.close(resolve))
  })

  test('a public address that nobody, or somebody else, answers', async () => {
    const env = { VEDETTE_PORT: '1', VEDETTE_PUBLIC_URL: 'https://siem.example.org' }
    const ours = { ours: true, version: '1', date: null, at: Date.now() }
    const ask = (outside: typeof ours | null) => async (url: string) =>
      url.includes('example') ? outside : ours
    expect(of(await diagnose(env, { ask: ask(ours) }), 'public URL')[0]).toMatch(/^ok: .* answers/)
    expect(of(await diagnose(env, { ask: ask(null) }), 'public URL')[0]).toMatch(/^warn: .* does not answer/)
    expect(of(await diagnose(env, { ask: ask({ ...ours, ours: false }) }), 'public URL')[0]).toMatch(
      /^warn: .* something else/,
    )
  })

  test('secrets in a file that everybody may read', async () => {
    const file = inFolder('.env', 'VEDETTE_API_KEY=abcdefghijklmnop\n', 0o644)
    expect(of(await diagnose({}), '.env')[0]).toMatch(/^warn: .* which has VEDETTE_API_KEY/)
    rmSync(file)
  })
})

test.each([
  ['v24.1.0', 'ok'],
  ['v20.20.2', 'fail'],
])('Node %s is %s', (version, level) => {
  expect(examineRuntime(version).level).toBe(level)
})

const NOON = Date.UTC(2026, 10, 25, 12)
test.each([
  ['is right', NOON, { newest: NOON - 1, server: NOON }, 'ok'],
  ['was never set', 0, { newest: null, server: null }, 'fail'],
  ['is far ahead', Date.UTC(2101, 0, 1), { newest: null, server: null }, 'fail'],
  ['lies days before what was written', NOON, { newest: NOON + 3 * DAY, server: null }, 'fail'],
  ["differs from the server's", NOON, { newest: null, server: NOON + 60_000 }, 'warn'],
])('a clock that %s', (_, now, seen, level) => {
  expect(examineClock(now, seen).level).toBe(level)
})

test('a finding is one line, with what to do below it', () => {
  expect(findingText({ level: 'warn', subject: 'disk', said: '900 MB free', remedy: 'Free some.' })).toBe(
    'warn  disk: 900 MB free\n      -> Free some.',
  )
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
