import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const visit = (path: string, headers: Record<string, string> = html) =>
  world.request(path, { key: null, headers })

test.each([
  '/',
  '/setup',
  '/login',
  '/alerts',
  '/alerts/some-id',
  '/rules/my.rule',
  '/accounts/alice@contoso.com',
  '/settings/keys',
])('%s is the page, without credentials, always fresh', async (path) => {
  const response = await visit(path)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(await response.text()).toContain('<title>Vedette</title>')
})

test('the policy is the one of the design, and lets the manifest be read', async () => {
  const policy = (await visit('/')).headers.get('content-security-policy')
  expect(policy!.split(';')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "font-src 'none'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
})

test('files with a hash in their name are kept for a year, others are asked for again', async () => {
  const script = await visit('/assets/index-4f3a.js')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toMatch(/javascript/)
  expect((await visit('/icon.svg')).headers.get('cache-control')).toBe('public, max-age=0')
})

test.each([
  '/.secret',
  '/assets/',
  '/assets/nothing.js',
  '/assets/..%2f..%2fpackage.json',
  '/%2e%2e/package.json',
  '/elsewhere',
  '/alerts/a/b/c/d/e',
])('%s is nothing that a stranger may see', async (path) => {
  expect((await visit(path)).status).toBeGreaterThanOrEqual(400)
  expect([400, 401, 403]).toContain((await visit(path)).status)
})

test('the API never answers with the page', async () => {
  expect((await visit('/api/v1/alerts')).status).toBe(401)
  expect((await visit('/metrics')).status).toBe(401)
  expect((await visit('/', { accept: '*/*' })).status).toBe(401)
  expect((await visit('/', { accept: 'application/json' })).status).toBe(401)
})

test('before the dashboard is built, the page says how to build it', async () => {
  const bare = await startWorld({ settings: { clientDir: '/nowhere' } })
  const response = await fetch(bare.url, { headers: html })
  expect([response.status, ((await response.json()) as any).detail]).toEqual([
    404,
    'The dashboard is not built: run "npm run build".',
  ])
  await bare.stop()
})
