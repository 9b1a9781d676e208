import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replay, send } from '../support/replay.ts'
import { type Siem, startSiem } from '../support/server.ts'
import { hasTranscripts, readTranscripts } from '../support/transcripts.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const MEDIA = 'application/vnd.fdo.journal'
const START = 1_764_000_000_000_000

/** Entry number `n` of a boot, in the export format. */
function entry(boot: string, n: number, more = ''): string {
  return `__CURSOR=s=${boot};i=${n}\n__REALTIME_TIMESTAMP=${START + n}\n_HOSTNAME=${boot}\nMESSAGE=message ${n}\n${more}\n`
}
function upload(body: string | Buffer | Buffer[], headers: Record<string, string> = {}) {
  const all = { authorization: `Bearer ${siem.apiKey}`, 'content-type': MEDIA, ...headers }
  const pieces = Array.isArray(body) ? body : Buffer.from(body as string)
  return send(`${siem.url}/upload`, { method: 'POST', headers: all }, pieces)
}
async function found(boot: string): Promise<any[]> {
  const query = `host.hostname: "${boot}"`
  return (await siem.post('/api/v1/search', { language: 'kql', query, from: 0, size: 1000 })).events
}

describe('recorded requests (skipped where ../shared/shippers is absent)', () => {
  test.skipIf(!hasTranscripts)(
    'of the shared systemd-journal-upload are taken, and their entries found',
    async () => {
      const transcripts = readTranscripts(/systemd/)
      expect(transcripts.length).toBeGreaterThan(0)
      for (const { requests } of transcripts) {
        for (const request of requests) {
          const { status, text } = await replay(siem.url, siem.apiKey, request)
          expect([status, text]).toEqual([202, 'OK.\n'])
        }
      }
      expect(await found('web1')).toMatchObject([
        {
          time: '2025-11-24T16:00:00.000Z',
          fields: { message: 'Accepted password for alice from 203.0.113.9' },
        },
      ])
    },
  )
})

const UPLOADER = '/usr/lib/systemd/systemd-journal-upload'
const WRITER = '/usr/lib/systemd/systemd-journal-remote'
const hasSystemd = existsSync(UPLOADER) && existsSync(WRITER)
test.skipIf(!hasSystemd)(
  "systemd's own uploader delivers a journal, with its key in the URL (skipped without it; nothing shared)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-journal-'))
    const journal = join(folder, 'journal')
    mkdirSync(journal)
    const ids = '_BOOT_ID=00000000000000000000000000000001\n_MACHINE_ID=00000000000000000000000000000002\n'
    const text = Array.from({ length: 50 }, (_, i) =>
      [
        `__REALTIME_TIMESTAMP=${START + i}\n__MONOTONIC_TIMESTAMP=${1000 + i}\n${ids}`,
        `_HOSTNAME=real\nPRIORITY=6\nMESSAGE=from the journal ${i}\n\n`,
      ].join(''),
    )
    writeFileSync(join(folder, 'in.export'), text.join(''))
    await promisify(execFile)(WRITER, ['-o', join(journal, 'x.journal'), join(folder, 'in.export')])
    const run = () =>
      promisify(execFile)(UPLOADER, [
        `--url=${siem.url.replace('//', `//any:${siem.apiKey}@`)}`,
        `--directory=${journal}`,
        '--follow=no',
        `--save-state=${join(folder, 'state')}`,
      ])
    await run()
    expect(await found('real')).toHaveLength(50)
    // Its memory of what was taken is lost: everything comes again, and is known.
    rmSync(join(folder, 'state'))
    await run()
    expect(await found('real')).toHaveLength(50)
    rmSync(folder, { recursive: true })
  },
)

test('entries that come again, in whatever portions, are known by their cursor', async () => {
  const entries = Array.from({ length: 10 }, (_, n) => entry('again', n))
  await upload(entries.join(''))
  await upload(entries.slice(3).join(''))
  await upload(entry('again', 10) + entries.join(''))
  expect(await found('again')).toHaveLength(11)
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('a stream packed with %s is unpacked as it comes', async (coding, pack) => {
  const body = pack(Buffer.from(entry(coding, 1) + entry(coding, 2)))
  expect(await upload(body, { 'content-encoding': coding })).toMatchObject({ status: 202 })
  expect(await found(coding)).toHaveLength(2)
})

test('a stream without end is stored while it comes, and what is whole is kept when it breaks off', async () => {
  const headers = { authorization: `Bearer ${siem.apiKey}`, 'content-type': MEDIA, expect: '100-continue' }
  const request = http.request(`${siem.url}/upload`, { method: 'POST', headers })
  const broken = new Promise((resolve) => request.once('error', resolve))
  await new Promise((resolve) => request.once('continue', resolve).flushHeaders())
  request.write(entry('endless', 1) + entry('endless', 2) + entry('endless', 3).slice(0, 40))
  await expect.poll(() => found('endless'), { timeout: 10_000 }).toHaveLength(2)
  request.write(`${entry('endless', 3).slice(40)}${entry('endless', 4)}MESSAGE=torn`)
  // Cut before the server would store it for want of more.
  await new Promise((resolve) => setTimeout(resolve, 200))
  request.destroy()
  await broken
  await expect.poll(() => found('endless'), { timeout: 10_000 }).toHaveLength(4)
  expect(siem.output()).not.toContain('failed')
})

test('a body far over the limit of other routes is taken, and one entry that is too large is rejected alone', async () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'x')
  const large = [
    Buffer.from('__CURSOR=s=big;i=x\nCORE='),
    ...Array<Buffer>(70).fill(megabyte),
    Buffer.from('\n\n'),
  ]
  const entries = (from: number) => Buffer.from([0, 1, 2].map((n) => entry('big', from + n)).join(''))
  const { status } = await upload([entries(0), ...large, entries(10)])
  expect(status).toBe(202)
  expect(await found('big')).toHaveLength(6)
  const { rejected } = await siem.get('/api/v1/rejected?size=1')
  expect(rejected).toMatchObject([
    { code: 'record-too-large', raw: expect.stringMatching(/^__CURSOR=s=big;i=x/) },
  ])
})

test('what is no entry is kept with its reason, and the entries beside it are taken', async () => {
  const { status } = await upload(`${entry('beside', 1)}__proto__=1\n\n${entry('beside', 2)}`)
  expect(status).toBe(202)
  expect(await found('beside')).toHaveLength(2)
  const { rejected } = await siem.get('/api/v1/rejected?size=1')
  expect(rejected).toMatchObject([{ code: 'not-journal' }])
})

test.each<[string, Record<string, string>, string, number]>([
  ['without a key', { authorization: 'Bearer nobody' }, entry('no', 1), 401],
  ['of another type', { 'content-type': 'text/plain' }, entry('no', 1), 415],
  ['packed in an unknown way', { 'content-encoding': 'xz' }, entry('no', 1), 415],
  ['whose packing is broken', { 'content-encoding': 'gzip' }, entry('no', 1), 400],
])('a stream %s is refused in a line of text', async (_name, headers, body, status) => {
  const answer = await upload(body, headers)
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/plain; charset=utf-8'])
  expect(answer.text).toMatch(/\w\.\n$/)
})

test('a stream with nothing in it is fine', async () => {
  expect(await upload('\n')).toMatchObject({ status: 202, text: 'OK.\n' })
})

test('a server that is told to stop waits for no stream without end, and answers it with nothing', async () => {
  const headers = { authorization: `Bearer ${siem.apiKey}`, 'content-type': MEDIA }
  const request = http.request(`${siem.url}/upload`, { method: 'POST', headers })
  const broken = new Promise((resolve) => request.once('error', resolve))
  request.write(entry('stopped', 1))
  await expect.poll(() => found('stopped'), { timeout: 10_000 }).toHaveLength(1)
  request.write(entry('stopped', 2))
  expect(await siem.stop()).toBe(0)
  expect(await broken).toMatchObject({ code: 'ECONNRESET' })
})
