import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe.skipIf(noBrowser)(`data sources in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    await siem.ingest([signIn({ user: 'a@contoso.example', at: Date.now() - 60_000 })], '?source=entra')
    await siem.ingest(
      [{ id: 'x', createdDateTime: 'not a time' }],
      '?dataset=azure.signinlogs&source=%3Cb%3Ebroken%3C%2Fb%3E',
    )
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('each source is told with its rate and delay, and what was refused can be sent through again', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/sources')
    const row = page.getByRole('row').filter({ hasText: 'from entra' })
    await row.getByText('Receiving').waitFor()
    expect(await row.innerText()).toMatch(/azure\.signinlogs[^]*usual not known yet/)
    const rejected = page.getByRole('region', { name: 'Rejected records' })
    expect(await rejected.innerText()).toContain('1 record from <b>broken</b>')
    await rejected.getByText('The record', { exact: true }).click()
    await rejected.getByText('"not a time"').waitFor()
    await rejected.getByRole('button', { name: 'Send through again' }).click()
    await page.getByText(/of 1 went through/).waitFor()
    await page.getByRole('link', { name: 'Connect a source' }).click()
    await page.getByRole('heading', { name: 'Connect a source' }).waitFor()
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  })

  test('every shipper’s configuration is shown with this server’s address and the key in it', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/sources/new')
    await page.getByRole('button', { name: 'Make a key and fill it in' }).click()
    await page.getByRole('button', { name: 'Show', exact: true }).waitFor()
    for (const [title, path] of [
      ['Filebeat', 'filebeat.yml'],
      ['Vector', 'vector'],
    ] as const) {
      await page.getByRole('radio', { name: new RegExp(`^${title}`) }).check()
      await soon(() => page.locator('.snippets').innerText()).toContain(path)
      await soon(() => page.locator('.snippets pre').last().innerText()).toContain(new URL(siem.url).port)
      expect(await page.locator('.snippets pre').last().innerText()).not.toContain('YOUR_KEY')
    }
    await page.getByLabel('Another shipper').selectOption({ label: 'Fluent Bit' })
    await soon(() => page.locator('.snippets').innerText()).toContain('fluent-bit')
    expect(complaints).toEqual([])
    await close()
  })

  test('a simulated attack is caught in one click, and is no real alert', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/sources/new')
    await page.getByRole('button', { name: 'Run the simulated attack' }).click()
    const told = page.getByRole('region', { name: 'See it catch something' })
    await told.getByText(/^Caught: \d+ alerts after/).waitFor({ timeout: 20_000 })
    expect(await told.getByText('Drill', { exact: true }).count()).toBe(5)
    expect((await siem.get('/api/v1/overview')).open).toEqual({ critical: 0, high: 0, medium: 0, low: 0 })
    await told.getByRole('link').first().click()
    await page.waitForURL('**/alerts/*')
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('sources that cannot be read are said, and can be tried again', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.route('**/api/v1/sources', (route) => route.abort())
    await page.goto('/sources')
    await page.getByText('The sources could not be read').waitFor()
    await page.unroute('**/api/v1/sources')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Receiving').first().waitFor()
    await close()
  })
})
