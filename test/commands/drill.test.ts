import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import { CommandError } from '../../server/commands/api-client.ts'
import { drill, readDrillOptions } from '../../server/commands/drill.ts'

describe('the command line of a drill', () => {
  test('without a name all attacks are played, as drills', () => {
    const options = readDrillOptions(['--key', 'k'], {})
    expect(options).toMatchObject({ url: 'http://127.0.0.1:8514', key: 'k', wait: 60_000, mark: true })
    expect(options.scenarios).toEqual(SCENARIOS)
  })

  test('name, server and key are taken from where they are given', () => {
    const args = ['bulk-send', '--url', 'https://siem.example.org', '--wait', '5', '--no-drill-mark']
    const options = readDrillOptions(args, { VEDETTE_API_KEY: 'from-env' })
    expect(options).toMatchObject({
      url: 'https://siem.example.org',
      key: 'from-env',
      wait: 5_000,
      mark: false,
    })
    expect(options.scenarios.map(({ name }) => name)).toEqual(['bulk-send'])
  })

  test.each([
    ['an unknown name', ['phishing', '--key', 'k'], 'There is no drill "phishing". There are: inbox-rule'],
    ['two names', ['bulk-send', 'inbox-rule', '--key', 'k'], 'One name at a time'],
    ['no key', [], 'A key is needed'],
    ['an address that is none', ['--key', 'k', '--url', 'siem'], '--url is "siem"'],
    ['another kind of address', ['--key', 'k', '--url', 'ftp://x'], '--url is "ftp://x"'],
    ['a time that is none', ['--key', 'k', '--wait', 'long'], '--wait is "long"'],
    ['an unknown option', ['--kye', 'k'], 'Usage: npm run drill'],
  ])('%s is refused with what is allowed', (_, args, message) => {
    expect(() => readDrillOptions(args, {})).toThrow(CommandError)
    expect(() => readDrillOptions(args, {})).toThrow(message)
  })
})

type Seen = { url: URL; key: string | undefined; records: unknown[] }
let server: Server | undefined
afterEach(() => server?.close())

/** A server of the two routes that a drill uses, which answers as it is told. */
async function listen(
  answer: (seen: Seen) => { status?: number; body: unknown },
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const lines = Buffer.concat(chunks).toString().split('\n').filter(Boolean)
    const call = {
      url: new URL(request.url!, 'http://x'),
      key: request.headers.authorization,
      records: lines.map((line) => JSON.parse(line) as unknown),
    }
    seen.push(call)
    const { status = 200, body } = answer(call)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const accepted = (seen: Seen) => ({
  body: { accepted: seen.records.length, updated: 0, duplicates: 0, rejected: 0, errors: [] },
})
const one = (name: string) => ({
  scenarios: SCENARIOS.filter((scenario) => scenario.name === name),
  key: 'k',
  wait: 600,
  mark: true,
})

async function run(url: string, name = 'impossible-travel', more: object = {}) {
  const lines: string[] = []
  const code = await drill({ ...one(name), url, ...more }, (line) => lines.push(line))
  return { code, output: lines.join('\n') }
}

describe('a drill against a server', () => {
  /** Answers with an alert about the account whose records came, changed as told. */
  const alerting = (change: object = {}) => {
    let account = ''
    let polls = 0
    return listen((seen) => {
      if (seen.url.pathname === '/api/v1/events') {
        account = (seen.records[0] as { properties: { userPrincipalName: string } }).properties
          .userPrincipalName
        return accepted(seen)
      }
      const alert = {
        drill: true,
        severity: 'high',
        user: account,
        entity: { type: 'user', value: account },
        summary: 'Two places.',
      }
      return { body: { alerts: polls++ === 0 ? [] : [{ ...alert, ...change }], nextCursor: null } }
    })
  }

  test('says which alert came, and after how long', async () => {
    const { url, seen } = await alerting()
    const { code, output } = await run(url)
    expect(code).toBe(0)
    expect(output).toMatch(/ok {6}impossible-travel \(high\) after \d+\.\d s: Two places\./)
    expect(output).toContain('All 1 came.')
    expect(seen[0]!.key).toBe('Bearer k')
    expect(seen[0]!.url.searchParams.get('dataset')).toBe('azure.signinlogs')
    expect(seen[0]!.url.searchParams.get('drill')).toMatch(/^impossible-travel-[0-9a-z]{6}$/)
    expect(seen[1]!.url.searchParams.get('rule')).toBe('impossible-travel')
  })

  test('records without the mark are sent as real ones, and a real alert is expected', async () => {
    const { url, seen } = await alerting({ drill: false })
    expect((await run(url, 'impossible-travel', { mark: false })).code).toBe(0)
    expect(seen[0]!.url.searchParams.has('drill')).toBe(false)
  })

  test.each([
    [
      'about another account',
      { entity: { type: 'user', value: 'other@example.org' } },
      'no alert of this rule came',
    ],
    ['that is no drill', { drill: false }, 'no alert of this rule came'],
    ['that is not severe enough', { severity: 'low' }, 'an alert came, but it is low'],
    ['that names no account', { user: null }, 'about no account'],
  ])('an alert %s does not count', async (_, change, message) => {
    const { url } = await alerting(change)
    const { code, output } = await run(url)
    expect(code).toBe(1)
    expect(output).toContain('MISSED  impossible-travel')
    expect(output).toContain(message)
    expect(output).toContain('1 of 1 did not come.')
  })

  test.each([
    ['an unknown key', 401, {}, 'does not know this key (401)'],
    ['a key with too little scope', 403, { detail: 'The key lacks ingest.' }, 'The key lacks ingest.'],
    ['a broken server', 500, { title: 'Internal error' }, 'answered 500: Internal error'],
  ])('%s ends it with a clear line', async (_, status, body, message) => {
    const { url } = await listen(() => ({ status, body }))
    await expect(run(url)).rejects.toThrow(message)
    await expect(run(url)).rejects.toThrow(CommandError)
  })

  test('records that the server rejects end it with the reason', async () => {
    const body = {
      accepted: 1,
      updated: 0,
      duplicates: 0,
      rejected: 1,
      errors: [{ line: 2, code: 'no-time', detail: 'No time.' }],
    }
    const { url } = await listen(() => ({ body }))
    await expect(run(url)).rejects.toThrow('rejected 1 records; the first: no-time: No time.')
  })

  test('no server at all ends it with its address', async () => {
    const { url } = await listen(accepted)
    await new Promise((resolve) => server!.close(resolve))
    await expect(run(url)).rejects.toThrow(`No answer from ${url}: ECONNREFUSED`)
  })
})
