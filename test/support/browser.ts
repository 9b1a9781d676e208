/** A real Chromium, a page that is signed in, and everything a page must never do, watched. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { build } from 'vite'
import { expect, onTestFailed } from 'vitest'
import type { Siem } from './server.ts'

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const CLIENT = fileURLToPath(new URL('../../client', import.meta.url))

/** Why the browser tests cannot run here; empty when they can. In CI it is a failure instead. */
export const noBrowser = existsSync(CHROMIUM) ? '' : ` (skipped: there is no ${CHROMIUM})`
if (noBrowser && process.env['CI'] === 'true') throw new Error(`Browser tests need a browser${noBrowser}`)

export async function openBrowser(): Promise<Browser> {
  // As it is shipped, not in the test runner's own mode.
  process.env['NODE_ENV'] = 'production'
  if (isStale()) await build({ root: CLIENT, logLevel: 'error' })
  // As root, which CI is, the sandbox cannot start.
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false })
}

/** Whether the dashboard that the server will serve is older than its sources. */
function isStale(): boolean {
  const built = join(CLIENT, 'dist/index.html')
  if (!existsSync(built)) return true
  const at = statSync(built).mtimeMs
  const sources = ['src', 'public'].flatMap((folder) =>
    readdirSync(join(CLIENT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  return ['index.html', 'vite.config.ts', ...sources].some(
    (name) => statSync(join(CLIENT, name)).mtimeMs > at,
  )
}

export type Watched = {
  page: Page
  context: BrowserContext
  /** Console errors, uncaught errors, policy reports, and requests to elsewhere. */
  complaints: string[]
  close: () => Promise<void>
}

export async function openPage(
  browser: Browser,
  siem: Siem,
  options: BrowserContextOptions & { signIn?: boolean } = {},
): Promise<Watched> {
  const { signIn = true, ...rest } = options
  const context = await browser.newContext({ baseURL: siem.url, viewport: DESKTOP, locale: 'en-GB', ...rest })
  if (signIn) {
    const answer = await context.request.post('/api/v1/session', {
      data: { user: 'admin', password: siem.adminPassword },
      headers: { origin: siem.url },
    })
    if (!answer.ok()) throw new Error(`Signing in: ${answer.status()} ${await answer.text()}`)
  }
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const complaints: string[] = []
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) =>
      console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`,
  )
  page.on('console', (message) => {
    // Asking who is signed in is answered 401 when nobody is; the browser calls that an error.
    const expected = /api\/v1\/(session|live)/.test(message.location().url)
    if (message.type() === 'error' && !expected) complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(siem.url).host)
      complaints.push(`request: ${request.url()}`)
  })
  onTestFailed(() =>
    console.error(`complaints: ${complaints.join('\n')}\nserver: ${siem.output().slice(-2_000)}`),
  )
  return { page, context, complaints, close: () => context.close() }
}

// Longer than anything takes on a busy machine; shorter than the test's own limit, so that it says what it waited for.
const PATIENCE = 10_000
/** Asks again until what it gives fits. */
export function soon<T>(ask: () => T) {
  return expect.poll(ask, { timeout: PATIENCE })
}

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type AxeResult = {
  violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[]
}

/** What axe finds wrong, one line each. The page's policy allows no script tag, so it is evaluated. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const result = (await page.evaluate('axe.run()')) as AxeResult
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  )
}

/** How many pixels the page is wider than its window: scrolling sideways is never needed. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

// What axe looks at is settled by the theme and by the layout: each once, or all with VEDETTE_AXE=all.
const EVERYWHERE = [
  { colorScheme: 'light', ...DESKTOP, axe: true },
  { colorScheme: 'dark', ...DESKTOP, axe: false },
  { colorScheme: 'dark', width: 900, height: 800, axe: false },
  { colorScheme: 'light', ...PHONE, axe: false },
  { colorScheme: 'dark', ...PHONE, axe: true },
  // 1,280 px at 400 % zoom.
  { colorScheme: 'light', width: 320, height: 640, axe: false },
] as const
const AXE_ALL = process.env['VEDETTE_AXE'] === 'all'

/** What is wrong with the page as it is now, in both themes, on a desktop, between, on a phone, and at 400 % zoom. */
export async function flawsEverywhere(page: Page): Promise<string[]> {
  const flaws: string[] = []
  for (const { colorScheme, width, height, axe: withAxe } of EVERYWHERE) {
    await page.setViewportSize({ width, height })
    // Colours that are still on their way from one theme to the other are those of neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Two frames: styles, then what is measured of them.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const where = `${colorScheme}, ${width} px`
    if (withAxe || AXE_ALL) {
      flaws.push(...(await axeViolations(page)).map((flaw) => `${where}: ${flaw}`))
    }
    const wider = await sideways(page)
    if (wider > 0) flaws.push(`${where}: ${wider} px wider than the window`)
  }
  return flaws
}
