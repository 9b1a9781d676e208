import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
let told = 0
beforeAll(async () => {
  world = await startWorld({ onExceptions: async () => void told++ })
})
afterAll(() => world.stop())

const PLACE = '/api/v1/organisation'
const SETTINGS = {
  domains: ['harbour.example'],
  networks: [
    { name: 'Quay', cidr: '192.0.2.0/24', kind: 'office' },
    { name: 'Tunnel', cidr: '2001:db8::/32', kind: 'vpn' },
  ],
  serviceAccounts: [{ account: 'news@harbour.example', may: ['bulk-send'], note: 'the newsletter' }],
  forwarding: ['partner.example', 'archive@vault.example'],
}
const put = (json: unknown, headers: Record<string, string> = {}) =>
  world.request(PLACE, { method: 'PUT', json, headers })

test('the settings are empty at first, kept whole, and changed only by who has read them', async () => {
  const first = await world.request(PLACE)
  expect(first.headers.get('etag')).toBe('"0"')
  expect(await first.json()).toEqual({ domains: [], networks: [], serviceAccounts: [], forwarding: [] })

  expect(await (await put(SETTINGS, { 'if-match': '"0"' })).json()).toEqual(SETTINGS)
  expect(await world.get(PLACE)).toEqual(SETTINGS)
  expect((await put({ domains: [] }, { 'if-match': '"0"' })).status).toBe(412)
  expect(await world.get(PLACE)).toEqual(SETTINGS)
  expect((await put(SETTINGS, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"')
  expect(told).toBe(2)
  const { audit } = await world.get('/api/v1/audit')
  expect(audit[0]).toMatchObject({ verb: 'organisation.change', actor: 'environment', detail: SETTINGS })
})

test('what is left out is empty, and accounts and domains are kept in small letters', async () => {
  const given = { domains: [' Harbour.EXAMPLE'], serviceAccounts: [{ account: 'News@Harbour.Example' }] }
  expect(await (await put(given)).json()).toEqual({
    domains: ['harbour.example'],
    networks: [],
    serviceAccounts: [{ account: 'news@harbour.example', may: [], note: '' }],
    forwarding: [],
  })
})

test.each([
  ['a setting that there is none of', { colours: [] }, 'colours'],
  ['a domain with a blank', { domains: ['harbour example'] }, 'domains.0'],
  ['a top-level domain', { domains: ['ok.example', 'com'] }, 'domains.1'],
  ['an address as a domain', { domains: ['ann@harbour.example'] }, 'domains.0'],
  [
    'a block that is none',
    { networks: [{ name: 'x', cidr: '192.0.2.0/33', kind: 'vpn' }] },
    'networks.0.cidr',
  ],
  ['the whole internet', { networks: [{ name: 'x', cidr: '0.0.0.0/0', kind: 'vpn' }] }, 'networks.0.cidr'],
  ['all of IPv6', { networks: [{ name: 'x', cidr: '::/0', kind: 'vpn' }] }, 'networks.0.cidr'],
  ['an unknown kind', { networks: [{ name: 'x', cidr: '192.0.2.1', kind: 'home' }] }, 'networks.0.kind'],
  ['a network without a name', { networks: [{ cidr: '192.0.2.1', kind: 'vpn' }] }, 'networks.0.name'],
  [
    'an action that is none',
    { serviceAccounts: [{ account: 'a@b.example', may: ['Bulk send'] }] },
    'serviceAccounts.0.may.0',
  ],
  [
    'an account twice',
    { serviceAccounts: [{ account: 'a@b.example' }, { account: 'A@b.example' }] },
    'serviceAccounts.1.account',
  ],
  ['a target that is none', { forwarding: ['@'] }, 'forwarding.0'],
])('%s is refused with its path, and nothing is changed', async (_, json, path) => {
  const before = await world.get(PLACE)
  const response = await put(json)
  expect(response.status).toBe(422)
  const { errors } = (await response.json()) as { errors: { path: string }[] }
  expect(errors.map((one) => one.path)).toEqual([path])
  expect(await world.get(PLACE)).toEqual(before)
})

test('only who may write changes them', async () => {
  const key = await world.key('read')
  expect((await world.request(PLACE, { key })).status).toBe(200)
  expect((await world.request(PLACE, { method: 'PUT', json: SETTINGS, key })).status).toBe(403)
})

test('what the settings have left out is counted by rule and setting', async () => {
  const hidden = ['e1', 'e2'].map((event) => ({
    exception: 'organisation:bulk-send:service-account news@harbour.example',
    event,
  }))
  await world.store.settle({ pending: [], alerts: [], incidents: [], hidden })
  const egress = { network: '198.51.100.0/24', kind: 'gateway', accounts: 7, days: 4 }
  const body = egress
  await world.store.putRecords([
    { kind: 'setting', id: 'egress:198.51.100.0/24', body, audit: null, at: world.now.value },
  ])
  expect(await world.get(`${PLACE}/effects`)).toEqual({
    effects: [{ ruleId: 'bulk-send', setting: 'service-account news@harbour.example', events: 2 }],
    learned: [egress],
  })
})
