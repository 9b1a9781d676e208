import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { type Siem, startSiem } from '../support/server.ts'

const COUNT = 400
const RULE = {
  id: 'hostile-subjects',
  name: '=cmd|calc!A1 <script>alert(1)</script>',
  language: 'eql',
  query: 'any where event.action == "Note"',
  severity: 'low',
  summary: '{user.email}: wrote {email.subject}',
}
const LONG = 'x'.repeat(10_000)
const SUBJECTS: { [number: number]: string } = {
  0: '<img src=x onerror=alert(1)>',
  1: 'in\u202Exobni',
  2: '.',
  3: LONG,
}

describe.skipIf(noBrowser)(`triage of many alerts in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    await siem.post('/api/v1/rules', RULE)
    const now = Date.now()
    const noted = await siem.ingest(
      Array.from({ length: COUNT }, (_, i) => ({
        '@timestamp': new Date(now - (i + 1) * 60_000).toISOString(),
        event: { action: 'Note', id: `note-${i}` },
        user: { email: `person${i}@contoso.example` },
        email: { subject: SUBJECTS[i] ?? `note ${i}` },
      })),
      '?dataset=custom.notes',
    )
    expect(noted).toMatchObject({ accepted: COUNT })
    expect(await siem.settled()).not.toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  const rows = (page: Page) => page.locator('tbody tr')
  const currentRow = (page: Page) => page.locator('tr[data-current] .row-link').getAttribute('data-row')
  const focused = (page: Page) => page.evaluate<string>('document.activeElement?.dataset.row')

  test('hundreds of alerts are scrolled through with few rows in the page, read page by page', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/alerts')
    await rows(page).nth(20).waitFor()
    for (let i = 0; i < 30; i++) {
      await page.mouse.wheel(0, 900)
      await page.evaluate('new Promise((done) => requestAnimationFrame(done))')
      expect(await rows(page).count()).toBeLessThanOrEqual(60)
    }
    await soon(() => page.locator('table').getAttribute('aria-rowcount')).toBe(String(COUNT + 1))
    await page.keyboard.press('End')
    await soon(() => rows(page).last().getAttribute('aria-rowindex')).toBe(String(COUNT + 1))
    await soon(() => focused(page)).toBe(await currentRow(page))
    // All is read now: up again, as fast as a wheel turns, and each row is drawn anew.
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, -250)
      await page.evaluate('new Promise((done) => requestAnimationFrame(done))')
      expect(await rows(page).count()).toBeLessThanOrEqual(60)
    }
    expect(complaints).toEqual([])
    await close()
  })

  test('going back from an alert finds the same row at the same place, with the filter', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/alerts?severity=low&drills=none')
    await rows(page).nth(20).waitFor()
    for (let i = 0; i < 40; i++) await page.keyboard.press('j')
    const row = await currentRow(page)
    await soon(() => focused(page)).toBe(row)
    const place = await page.evaluate<number>('scrollY')
    expect(place).toBeGreaterThan(500)
    await page.keyboard.press('Enter')
    await page.locator('.evidence').waitFor()
    await page.goBack()
    await page.waitForURL(/severity=low/)
    await soon(() => focused(page)).toBe(row)
    await soon(async () => Math.abs((await page.evaluate<number>('scrollY')) - place) < 5).toBe(true)
    await close()
  })

  test('what attackers wrote is shown as it is in list, preview and groups, and nothing of it runs', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/alerts?user=person1%40contoso.example')
    await soon(() => rows(page).first().innerText()).toMatch(/in\\u\{?202e\}?xobni/i)
    await page.keyboard.press('j')
    await page.keyboard.press(' ')
    const preview = page.getByRole('complementary', { name: 'Preview' })
    await soon(() => preview.innerText()).toMatch(/in\\u\{?202e\}?xobni/i)
    expect(await preview.innerText()).toContain('<script>alert(1)</script>')
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await preview.waitFor({ state: 'detached' })
    await page.goto('/alerts?group=incident&user=person0%40contoso.example')
    await soon(() => page.locator('main').innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await page.locator('main img').count()).toBe(0)
    expect(await page.locator('main').innerText()).not.toContain('\u202E')
    expect(complaints).toEqual([])
    await close()
  })

  test('several are closed at once, and undo takes it back for each', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    const reasons = async () =>
      (await siem.alerts('?size=9&status=closed')).map((alert: { closeReason: string }) => alert.closeReason)
    await page.goto('/alerts')
    await rows(page).nth(5).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+X')
    await page.getByRole('toolbar').getByText('3 selected').waitFor()
    await page.keyboard.press('e')
    await page.keyboard.press('4')
    await soon(reasons).toEqual(Array(3).fill('rule_too_broad'))
    await page.getByRole('button', { name: /Undo/ }).waitFor()
    await page.keyboard.press('z')
    await soon(reasons).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  test('the list is saved as a file that a spreadsheet opens without running anything', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/alerts')
    await rows(page).first().waitFor()
    const saved = async (name: string) => {
      await page.getByRole('button', { name: 'Export' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ])
      return readFileSync(await download.path(), 'utf8')
    }
    const text = await saved('CSV')
    expect(text.split('\r\n')).toHaveLength(COUNT + 2)
    expect(text).toContain(`,'=cmd|calc!A1`)
    expect(JSON.parse(await saved('JSON')).alerts).toHaveLength(COUNT)
    expect(complaints).toEqual([])
    await close()
  })

  test('whom it is given to is chosen from the people who can work on it', async () => {
    await siem.post('/api/v1/users', { name: 'bea', password: 'correct horse battery', role: 'analyst' })
    const { page, close } = await openPage(browser, siem)
    const asked = page.waitForResponse(/assignees/)
    await page.goto('/alerts?user=person7%40contoso.example')
    await asked
    await rows(page).first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    await page.getByRole('dialog', { name: 'Assign to' }).getByRole('button', { name: /^bea/ }).click()
    await page.locator('tbody').getByRole('img', { name: 'bea' }).waitFor()
    expect((await siem.alerts('?user=person7@contoso.example'))[0].assignee).toBe('bea')
    await close()
  })
})
