/**
 * The dashboard left open while logs come in at 500 a second: what it holds, and how that grows. For five minutes, or for
 * `VEDETTE_BENCH_DASHBOARD` minutes; an hour is what the figures in a release are from.
 */
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { fileURLToPath } from 'node:url'
import { LAGOS, inboxRule, signIn } from '../support/records.ts'
import { startSiem } from '../support/server.ts'
import type { BenchResult } from './result.ts'

const MINUTES = Number(process.env['VEDETTE_BENCH_DASHBOARD'] ?? 5)
const PER_SECOND = 500
const SAMPLE_EVERY = 15
const CLIENT = fileURLToPath(new URL('../../client', import.meta.url))

type Sample = { minute: number; mb: number }

export async function run(): Promise<BenchResult[]> {
  await build({ root: CLIENT, logLevel: 'error' })
  const siem = await startSiem()
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: false,
  })
  try {
    const context = await browser.newContext({ baseURL: siem.url, viewport: { width: 1440, height: 900 } })
    await context.request.post('/api/v1/session', {
      data: { user: 'admin', password: siem.adminPassword },
      headers: { origin: siem.url },
    })
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await page.goto('/')
    await page.evaluate(
      'window.changes = 0; new MutationObserver(() => window.changes++).observe(document.body, { subtree: true, childList: true, characterData: true })',
    )
    const samples: Sample[] = []
    const began = Date.now()
    let sent = 0
    for (let second = 0; second < MINUTES * 60; second++) {
      const at = Date.now()
      await siem.ingest(batch(second, at))
      sent += PER_SECOND
      if (second % SAMPLE_EVERY === SAMPLE_EVERY - 1) {
        await devtools.send('HeapProfiler.collectGarbage')
        const { usedSize } = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number }
        samples.push({ minute: (Date.now() - began) / 60_000, mb: usedSize / 1e6 })
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - (Date.now() - at))))
    }
    const took = (Date.now() - began) / 1000
    const changes = ((await page.evaluate('window.changes')) as number) / took
    const detail = `${Math.round(sent / took)} events/s for ${Math.round(took / 60)} min; first ${samples[0]?.mb.toFixed(1)} MB, last ${samples.at(-1)?.mb.toFixed(1)} MB`
    return [
      {
        name: 'dashboard: heap, at most',
        value: Math.max(...samples.map(({ mb }) => mb)),
        unit: 'MB',
        bar: { atMost: 150 },
        detail,
      },
      {
        name: 'dashboard: growth of the heap',
        value: slope(samples) * 60,
        unit: 'MB an hour',
        bar: null,
        detail,
      },
      {
        name: 'dashboard: changes of the page',
        value: changes,
        unit: 'a second',
        bar: { atMost: 10 },
        detail,
      },
    ]
  } finally {
    await browser.close()
    await siem.stop()
  }
}

/** Sign-ins of a small company; an attack a minute, so that alerts come too. */
function batch(second: number, at: number): unknown[] {
  const records: unknown[] = Array.from({ length: PER_SECOND }, (_, i) =>
    signIn({ user: `user${i % 200}@contoso.example`, at: at - i }),
  )
  if (second % 60 === 30) {
    const user = `victim${second}@contoso.example`
    const seconds = Math.floor(at / 1000) * 1000
    records.push(signIn({ user, at: seconds - 60_000, risk: 'high', place: LAGOS }))
    records.push(
      inboxRule({ user, at: seconds - 30_000, parameters: { Name: '.', ForwardTo: 'x@fabrikam.example' } }),
    )
  }
  return records
}

/** MB a minute, by least squares, after the first quarter in which caches fill. */
function slope(samples: readonly Sample[]): number {
  const settled = samples.slice(Math.floor(samples.length / 4))
  const mean = (of: (sample: Sample) => number) =>
    settled.reduce((sum, one) => sum + of(one), 0) / settled.length
  const [x, y] = [mean(({ minute }) => minute), mean(({ mb }) => mb)]
  const above = settled.reduce((sum, { minute, mb }) => sum + (minute - x) * (mb - y), 0)
  const below = settled.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
  return below === 0 ? 0 : above / below
}
