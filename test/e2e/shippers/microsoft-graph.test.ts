import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../server/domain/time.ts'
import { graphSignIn, inboxRule } from '../../support/records.ts'
import { type Siem, startSiem } from '../../support/server.ts'
import { start } from '../../support/shippers/client.ts'

const lacking = ['/usr/bin/curl', '/usr/bin/jq'].every((file) => existsSync(file)) ? null : 'curl jq'
const notice = lacking === null ? '' : `; skipped: install ${lacking}`

let siem: Siem
let microsoft: { server: Server; url: string; asked: string[] }
let folder: string
beforeAll(async () => {
  siem = await startSiem()
  microsoft = await standIn()
  folder = mkdtempSync(join(tmpdir(), 'vedette-m365-'))
})
afterAll(async () => {
  microsoft.server.close()
  await siem.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The script as it is given, with Microsoft's three addresses replaced by the stand-in. */
async function run(key = siem.apiKey): Promise<number | null> {
  const { text } = await siem.get('/api/v1/sources/snippets?shipper=microsoft-graph')
  writeFileSync(join(folder, 'vedette-m365'), text.replace('YOUR_KEY', key))
  const { url } = microsoft
  const env = {
    ...process.env,
    RETRIES: '0',
    STATE: join(folder, 'state'),
    LOGIN: url,
    GRAPH: url,
    MANAGE: url,
  }
  return start({ folder }, '/bin/sh', ['vedette-m365'], { env }).exit
}

test.skipIf(lacking !== null)(
  `the script fetches every page of sign-ins and audit records, and the takeover in them is told${notice}`,
  async () => {
    expect(await run()).toBe(0)
    const alerts = await siem.settled()
    expect(alerts.map(({ ruleId }) => ruleId)).toContain('risky-sign-in-then-inbox-rule')
    const { sources } = await siem.get('/api/v1/sources')
    expect(sources).toMatchObject([
      { source: 'microsoft-365', dataset: 'azure.signinlogs', events: 2, rejected: 0 },
      { source: 'microsoft-365', dataset: 'o365.audit', events: 2, rejected: 0 },
    ])
    expect(microsoft.asked.filter((path) => path.includes('/subscriptions/start'))).toHaveLength(3)
  },
)

test.skipIf(lacking !== null)(
  `a run that cannot deliver fails and is made up for by the next${notice}`,
  async () => {
    const state = () => readFileSync(join(folder, 'state/last'), 'utf8')
    const before = state()
    expect(await run('a-wrong-key')).not.toBe(0)
    expect(state()).toBe(before)
    expect(await run()).toBe(0)
    expect(Number(state())).toBeGreaterThanOrEqual(Number(before))
    const { sources } = await siem.get('/api/v1/sources')
    expect(sources).toMatchObject([{ events: 2 }, { events: 2 }])
  },
)

/** The addresses of Microsoft's two interfaces that the script asks, with two pages of each. */
async function standIn(): Promise<typeof microsoft> {
  const at = Date.now() - HOUR
  const user = 'ann@example.org'
  const signIns = [
    graphSignIn({ id: 'first', user, at, risk: 'high' }),
    graphSignIn({ id: 'second', user, at: at + MINUTE }),
  ]
  const audit = [inboxRule({ user, at: at + 10 * MINUTE }), inboxRule({ user, at: at + 20 * MINUTE })]
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    const { pathname, searchParams } = new URL(request.url!, 'http://stand.in')
    const page = Number(searchParams.get('page') ?? 0)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const json = (body: unknown, headers: Record<string, string> = {}, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    }
    if (pathname.endsWith('/oauth2/v2.0/token')) return json({ access_token: 'token' })
    if (request.headers.authorization !== 'Bearer token') return json({}, {}, 401)
    if (pathname === '/v1.0/auditLogs/signIns') {
      const next = page === 0 ? { '@odata.nextLink': `${url}${pathname}?page=1&$top=500` } : {}
      return json({ '@odata.context': 'x', ...next, value: [signIns[page]] })
    }
    if (pathname.endsWith('/subscriptions/start')) return json({ error: { code: 'AF20024' } }, {}, 400)
    if (pathname.endsWith('/subscriptions/content')) {
      if (searchParams.get('contentType') !== 'Audit.Exchange') return json([])
      const next = page === 0 ? { NextPageUri: `${url}${pathname}?contentType=Audit.Exchange&page=1` } : {}
      return json([{ contentUri: `${url}/blob/${page}` }], next)
    }
    if (pathname.startsWith('/blob/')) return json([audit[Number(pathname.at(-1))]])
    json({}, {}, 404)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
