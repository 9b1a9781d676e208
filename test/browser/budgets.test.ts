/** The budgets of the dashboard, measured on the shipped build. Bounds are far above what a quiet machine shows. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import type { AlertWrite } from '../../server/store/store.ts'
import { anAlert } from '../http/alerts-in-store.ts'
import { noBrowser, openBrowser, openPage } from '../support/browser.ts'
import { LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const ROWS = 10_000
const MINUTE = 60_000

describe.skipIf(noBrowser)(`the budgets of the dashboard${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    const data = mkdtempSync(join(tmpdir(), 'vedette-test-'))
    await fill(data)
    siem = await startSiem({ data })
    const now = Date.now()
    await siem.ingest([
      signIn({ user: 'a@contoso.example', at: now - MINUTE, risk: 'high', place: LAGOS }),
      ...sends('b@contoso.example', 60, now - 30 * MINUTE, now),
    ])
    await siem.settled('?size=1')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('first paint within a second, the overview with data within 1.5 s, and nothing shifts', async () => {
    const loads: { paint: number; whole: number; shift: number }[] = []
    // The best of three: what else the machine does is not the dashboard's.
    for (let n = 0; n < 3; n++) {
      const { page, close } = await openPage(browser, siem)
      await watch(page)
      const began = Date.now()
      await page.goto('/')
      await page.getByRole('region', { name: 'Needs you now' }).waitFor()
      const whole = Date.now() - began
      await page.waitForTimeout(1000)
      const firstPaint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
      const paint = (await page.evaluate(firstPaint)) as number
      loads.push({ paint, whole, shift: (await page.evaluate('window.shift')) as number })
      await close()
    }
    const best = (of: (load: (typeof loads)[number]) => number) => Math.min(...loads.map(of))
    const [paint, whole] = [best((one) => one.paint), best((one) => one.whole)]
    const shift = best((one) => one.shift)
    console.log(
      `first paint ${Math.round(paint)} ms, overview with data ${whole} ms, layout shift ${shift.toFixed(4)}`,
    )
    expect(paint).toBeLessThan(1000)
    expect(whole).toBeLessThan(3000)
    expect(shift).toBeLessThan(0.02)
  })

  test(`${ROWS} alerts are scrolled through with at most 60 rows in the page, and a press is answered soon`, async () => {
    const { page, close } = await openPage(browser, siem)
    await watch(page)
    await page.goto('/alerts')
    await page.locator('[data-row]').first().waitFor()
    const seen = (await page.evaluate(SCROLL)) as { rows: number; frames: number[]; height: number }
    const frames = seen.frames.toSorted((a, b) => a - b)
    const at = (share: number) => frames[Math.floor(frames.length * share)]!
    await page.locator('[data-row]').first().focus()
    for (let i = 0; i < 20; i++) await page.keyboard.press(i % 2 ? 'k' : 'j')
    await page.waitForTimeout(300)
    const presses = ((await page.evaluate('window.presses')) as number[]).toSorted((a, b) => a - b)
    const press = presses[Math.floor(presses.length * 0.95)] ?? 0
    console.log(
      `at most ${seen.rows} rows in the page, ${Math.round(seen.height)} px scrolled, frames p50 ${at(0.5).toFixed(1)} p95 ${at(0.95).toFixed(1)} ms, press to paint p95 ${press} ms`,
    )
    expect(seen.rows).toBeLessThanOrEqual(60)
    expect(seen.height).toBeGreaterThan(20_000)
    expect(at(0.5)).toBeLessThan(100)
    expect(press).toBeLessThan(300)
    await close()
  })

  test('under a flood of logs the page changes at most ten times a second, and its memory does not grow', async () => {
    const { page, context, close } = await openPage(browser, siem)
    const devtools = await context.newCDPSession(page)
    const heap = async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      const { usedSize } = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number }
      return usedSize / 1e6
    }
    await page.goto('/')
    await page.getByRole('region', { name: 'Needs you now' }).waitFor()
    await page.evaluate(
      `window.changes = 0; new MutationObserver(() => window.changes++).observe(document.body, { subtree: true, childList: true, characterData: true })`,
    )
    const flood = async (seconds: number) => {
      for (let s = 0; s < seconds; s++) {
        const began = Date.now()
        await siem.ingest(
          Array.from({ length: 500 }, (_, i) =>
            signIn({ user: `u${i % 50}@contoso.example`, at: began - i }),
          ),
        )
        await page.waitForTimeout(Math.max(0, 1000 - (Date.now() - began)))
      }
    }
    await flood(3)
    const first = await heap()
    const before = (await page.evaluate('window.changes')) as number
    const seconds = Number(process.env['VEDETTE_FLOOD_SECONDS'] ?? 5)
    await flood(seconds)
    const changes = (((await page.evaluate('window.changes')) as number) - before) / seconds
    const last = await heap()
    console.log(
      `500 events/s: ${changes.toFixed(1)} changes of the page a second, heap ${first.toFixed(1)} -> ${last.toFixed(1)} MB`,
    )
    expect(changes).toBeLessThanOrEqual(10)
    expect(last).toBeLessThan(first + 5)
    await close()
  })
})

/** Alerts put straight into a store that no server has open yet. */
async function fill(data: string): Promise<void> {
  const store = openSqlite({ file: join(data, 'vedette.db'), merge: mergeVersions })
  const at = Date.now()
  const alerts = Array.from({ length: ROWS }, (_, i): AlertWrite => {
    const user = `user${i}@contoso.example`
    const seen = at - i * MINUTE
    const about = { user, users: [user], entity: { type: 'user', value: user }, key: JSON.stringify([user]) }
    const times = { firstSeen: seen, lastSeen: seen, from: seen, to: seen, raisedAt: seen }
    const severity = (['low', 'medium', 'high'] as const)[i % 3]!
    const alert = anAlert({ id: `alert-${i}`, severity, summary: `${user} was seen`, ...about, ...times })
    return { expect: null, change: 'raised', alert, evidence: [], absorbed: [] }
  })
  await store.settle({ pending: [], alerts, incidents: [] })
  await store.close()
}

async function watch(page: Page): Promise<void> {
  await page.addInitScript(`
    window.shift = 0
    window.presses = []
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') window.presses.push(entry.duration)
    }).observe({ type: 'event', durationThreshold: 16, buffered: true })`)
}

/** Scrolls down as a person throws a list, until no more comes; each frame's time, and the most rows at once. */
const SCROLL = `new Promise((done) => {
  const frames = []
  let rows = 0, last = performance.now(), still = 0
  const step = (now) => {
    frames.push(now - last)
    last = now
    rows = Math.max(rows, document.querySelectorAll('[data-row]').length)
    const before = scrollY
    scrollBy(0, 700)
    still = scrollY === before ? still + 1 : 0
    if (still > 60 || frames.length > 200) done({ rows, frames: frames.slice(5), height: scrollY })
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`
