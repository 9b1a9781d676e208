import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM, noBrowser, openBrowser, openPage, PHONE } from '../support/browser.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe.skipIf(noBrowser)(`the dashboard as an app${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('a phone may install it: the browser finds nothing against it', async () => {
    // A private window, which the other tests use, installs nothing and is asked for nothing more.
    const profile = mkdtempSync(join(tmpdir(), 'vedette-profile-'))
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      chromiumSandbox: false,
      viewport: PHONE,
    })
    try {
      const page = await context.newPage()
      await page.goto(siem.url)
      await page.getByRole('heading', { level: 1 }).waitFor()
      const devtools = await context.newCDPSession(page)
      const manifest = await devtools.send('Page.getAppManifest')
      expect(manifest.errors).toEqual([])
      const wanted = { name: 'Vedette', display: 'standalone', start_url: '/' }
      expect(JSON.parse(manifest.data!)).toMatchObject(wanted)
      expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
    } finally {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    }
  })

  test('its icons are there, of the size that they say, and readable before anyone has signed in', async () => {
    const manifest = (await (await fetch(`${siem.url}/manifest.webmanifest`)).json()) as {
      icons: { src: string; sizes: string }[]
    }
    expect(manifest.icons.length).toBeGreaterThan(2)
    const { page, close } = await openPage(browser, siem, { signIn: false })
    await page.goto('/')
    for (const { src, sizes } of manifest.icons) {
      const side = await page.evaluate<number>(
        `new Promise((done, fail) => {
          const image = new Image()
          image.onload = () => done(image.naturalWidth)
          image.onerror = () => fail(new Error('not an image'))
          image.src = ${JSON.stringify(src)}
        })`,
      )
      expect(`${side}x${side}`).toBe(sizes)
    }
    await close()
  })
})
