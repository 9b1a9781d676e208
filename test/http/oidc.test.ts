/** Signing in with a provider, against a real one, as a browser does it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { oidcProvider, type OidcProvider } from '../support/oidc-provider.ts'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
let provider: OidcProvider
let groups: Record<string, string[]>
beforeAll(async () => {
  world = await startWorld()
  await world.signIn()
  provider = await oidcProvider([`${world.url}/api/v1/session/oidc/callback`])
  groups = { admin: ['g-admins'], analyst: ['g-it', 'Analyst'], viewer: ['g-all'] }
  expect((await put({})).status).toBe(200)
})
afterAll(async () => {
  await world?.stop()
  await provider?.stop()
})

const put = (more: object, headers: Record<string, string> = {}) => {
  const { issuer, clientId, clientSecret } = provider
  const of = { name: 'Contoso ID', issuer, clientId, clientSecret, groups, ...more }
  return world.request('/api/v1/sign-in', { method: 'PUT', json: { provider: of }, headers })
}
const person = (sub: string, claims: Record<string, unknown> = {}) => {
  provider.person = {
    sub,
    claims: { preferred_username: `${sub}@contoso.example`, groups: ['g-it'], ...claims },
  }
}

/** A browser with cookies: begins here, and follows redirects until a page comes. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const open = async (address: string): Promise<{ address: string; status: number; text: string }> => {
    const { origin } = new URL(address)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(address, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name!)
      else jar.set(name!, value!)
    }
    const location = answer.headers.get('location')
    if (location) return open(new URL(location, address).href)
    return { address, status: answer.status, text: await answer.text() }
  }
  const session = () => jars.get(world.url)?.get('vedette_session') ?? null
  return {
    open,
    session,
    signIn: (query = '') => open(`${world.url}/api/v1/session/oidc${query}`),
    who: async () => {
      const cookie = `vedette_session=${session()}`
      return (await fetch(`${world.url}/api/v1/session`, { headers: { cookie } })).json() as Promise<any>
    },
  }
}

test('before signing in one is told that there is a provider, and nothing else of it', async () => {
  const ways = await (await fetch(`${world.url}/api/v1/session/ways`)).json()
  expect(ways).toEqual({ provider: { name: 'Contoso ID', path: '/api/v1/session/oidc' } })
})

test('a person of a group comes in with its role, as a user of that name, and is the same the next time', async () => {
  person('ann')
  const one = browser()
  const page = await one.signIn()
  expect(page.status).toBe(200)
  expect(page.text).toContain('<meta http-equiv="refresh" content="0; url=/">')
  expect(await one.who()).toMatchObject({ user: 'ann@contoso.example', role: 'analyst' })
  // Another name, the same person; another group, another role.
  person('ann', { preferred_username: 'ann.new@contoso.example', groups: ['g-all', 'g-admins'] })
  const again = browser()
  await again.signIn()
  expect(await again.who()).toMatchObject({ user: 'ann@contoso.example', role: 'admin' })
  // With another role one signs in again.
  expect((await one.who()).type).toBe('/problems/session-ended')
  const { users } = await world.get('/api/v1/users')
  expect(users.map(({ name }: { name: string }) => name).sort()).toEqual(['Ada', 'ann@contoso.example'])
  const text = JSON.stringify(await world.get('/api/v1/audit'))
  expect(text).toContain('Contoso ID')
  expect(text).not.toContain(provider.clientSecret)
})

test.each<[string, Record<string, unknown>, RegExp | string]>([
  ['of no group that is named', { groups: ['g-others'] }, 'None of your groups may sign in here'],
  ['without groups', { groups: undefined }, 'told of no group'],
  [
    'with more groups than the token holds',
    { groups: undefined, _claim_names: { groups: 'src1' } },
    'You are in more groups than Contoso ID tells at once',
  ],
  ['with the name of a user who is somebody else', { preferred_username: ADMIN.user }, 'somebody else'],
  ['whose name is a script', { groups: [], preferred_username: '<script>' }, 'None of your groups'],
])('a person %s is not let in, and a page says why', async (name, claims, says) => {
  person(`out-${name.length}`, claims)
  const one = browser()
  const page = await one.signIn()
  expect(page.status).toBe(403)
  expect(page.text).toMatch(says)
  expect(page.text).not.toContain('<script')
  expect(one.session()).toBeNull()
})

test('app roles count as groups do, and a name that cannot be one is written as one', async () => {
  person('rolf', { groups: undefined, roles: ['Analyst'], preferred_username: 'Rolf de Röder <r>' })
  const one = browser()
  await one.signIn()
  expect(await one.who()).toMatchObject({ user: 'Rolf-de-Röder-r-', role: 'analyst' })
})

test('whoever says no at the provider, or was switched off here, is not let in', async () => {
  provider.person = null
  expect((await browser().signIn()).text).toContain('The person said no.')
  person('ann', { groups: ['g-it'] })
  const path = `/api/v1/users/${encodeURIComponent('ann@contoso.example')}`
  expect((await world.request(path, { method: 'PATCH', json: { disabled: true } })).status).toBe(200)
  const page = await browser().signIn()
  expect(page.status).toBe(403)
  expect(page.text).toContain('switched off here')
  await world.request(path, { method: 'PATCH', json: { disabled: false } })
})

test('what comes back is taken only in the browser that began, once, and only with its own state', async () => {
  person('ann')
  const one = browser()
  let back = ''
  const begun = await fetch(`${world.url}/api/v1/session/oidc`, { redirect: 'manual' })
  const cookie = begun.headers.getSetCookie()[0]!
  expect(cookie).toMatch(/^vedette_oidc=[\w-]{43}; .*HttpOnly; SameSite=Lax; Max-Age=600/)
  const to = new URL(begun.headers.get('location')!)
  for (const name of ['state', 'nonce', 'code_challenge']) expect(to.searchParams.get(name)).toBeTruthy()
  expect(to.searchParams.get('code_challenge_method')).toBe('S256')
  // The provider sends a browser back that never asked: another person's link.
  back = (await one.open(to.href)).address
  const stranger = await one.open(back)
  expect(stranger.status).toBe(403)
  expect(stranger.text).toContain('not begun in this browser')
  const own = cookie.split(';')[0]!
  const wrongState = back.replace(/state=[^&]+/, 'state=other')
  const wrong = await fetch(wrongState, { headers: { cookie: own } })
  expect(wrong.status).toBe(403)
  // That was its one try.
  expect((await fetch(back, { headers: { cookie: own } })).status).toBe(403)
})

test.each([
  ['/alerts/a-1?view=all&x="><script>', '/alerts/a-1?view=all&#38;x=%22%3E%3Cscript%3E'],
  ['https://evil.example/', '/'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['javascript:alert(1)', '/'],
])('it goes on to the page that was asked for, if that is one of ours: %s', async (to, on) => {
  person('ann')
  const page = await browser().signIn(`?to=${encodeURIComponent(to)}`)
  expect(page.text).toContain(`content="0; url=${on}">`)
})

test('a flow is over after ten minutes', async () => {
  person('ann')
  const begun = await fetch(`${world.url}/api/v1/session/oidc`, { redirect: 'manual' })
  const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!
  const back = (await browser().open(begun.headers.get('location')!)).address
  world.now.value += 11 * 60_000
  const late = await fetch(back, { headers: { cookie } })
  expect(late.status).toBe(403)
  expect(await late.text()).toContain('longer than ten minutes')
})

test('a provider that is not there is told at its field, and kept out; the stored secret goes to no other', async () => {
  const gone = await put({ issuer: 'http://127.0.0.1:9' })
  expect(gone.status).toBe(422)
  expect(await gone.json()).toMatchObject({ errors: [{ path: 'provider.issuer' }] })
  for (const issuer of ['http://id.example.org', 'ftp://127.0.0.1', 'https://me@id.example.org']) {
    expect((await put({ issuer })).status).toBe(422)
  }
  const other = await put({ clientId: 'another', clientSecret: { set: true } })
  expect(await other.json()).toMatchObject({ errors: [{ path: 'provider.clientSecret' }] })
  expect((await put({ clientSecret: { set: true } })).status).toBe(200)
  const { provider: kept, redirectUri } = await world.get('/api/v1/sign-in')
  expect(kept.clientSecret).toEqual({ set: true })
  expect(redirectUri).toBe(`${world.url}/api/v1/session/oidc/callback`)
  expect((await put({}, { 'if-match': '"1"' })).status).toBe(412)
  person('ann')
  expect((await browser().signIn()).status).toBe(200)
})

test('without a provider there is no such way in', async () => {
  const off = { method: 'PUT', json: { provider: null } }
  expect((await world.request('/api/v1/sign-in', off)).status).toBe(200)
  expect((await browser().signIn()).status).toBe(404)
})
