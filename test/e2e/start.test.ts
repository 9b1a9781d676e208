import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startSiem } from '../support/server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the server until it ends; gives its exit code and what it printed. */
async function ended(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const data = mkdtempSync(join(tmpdir(), 'vedette-start-'))
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, VEDETTE_DATA: data, VEDETTE_PORT: '0', ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk))
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  clearTimeout(timer)
  return { code, output }
}

describe('what cannot work stops the start with one line', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'vedette-start-')), 'a-file')
  writeFileSync(file, 'no database of places')
  test.each([
    ['a file in place of the data folder', { VEDETTE_DATA: file }, /^VEDETTE_DATA is .*file in its place/],
    [
      'a data folder that nobody can make',
      { VEDETTE_DATA: '/proc/vedette' },
      /^VEDETTE_DATA is .*cannot be made/,
    ],
    [
      'a file of places that is none',
      { VEDETTE_GEOIP_CITY: file },
      /VEDETTE_GEOIP_CITY: this is no .mmdb file/,
    ],
    ['an address of another machine', { VEDETTE_HOST: '192.0.2.1' }, /^VEDETTE_HOST is "192.0.2.1"/],
    ['a port that is no number', { VEDETTE_PORT: 'http' }, /^VEDETTE_PORT is "http"/],
  ])('%s', async (_, env, says) => {
    const { code, output } = await ended(env as unknown as Record<string, string>)
    expect(code).toBe(1)
    const lines = output
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('Warning: 192.0.2.1'))
    expect(lines.join('\n')).toMatch(says)
    expect(lines).toHaveLength(1)
  })
})

test('a second server on the same folder is refused, and the first one goes on', async () => {
  const siem = await startSiem()
  const { code, output } = await ended({ VEDETTE_DATA: siem.data })
  expect(code).toBe(1)
  expect(output).toContain('is in use by another server')
  expect((await siem.request('/healthz')).status).toBe(200)
  await siem.kill()
  const again = await siem.restart()
  expect(await again.stop()).toBe(0)
})

test('a client that hangs in the middle of an upload does not hold up the end', async () => {
  const siem = await startSiem()
  const { hostname, port } = new URL(siem.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const head = `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${siem.apiKey}\r\nContent-Length: 1000\r\n\r\n`
  await new Promise<void>((resolve) => socket.write(`${head}{"a":`, () => resolve()))
  await new Promise((resolve) => setTimeout(resolve, 200))
  const asked = Date.now()
  expect(await siem.stop()).toBe(0)
  expect(Date.now() - asked).toBeLessThan(8_000)
  socket.destroy()
})
