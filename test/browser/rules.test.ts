import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'

describe.skipIf(noBrowser)(`the rules in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest([
      signIn({ user: USER, at: now - 60 * MINUTE, risk: 'high', place: LAGOS }),
      inboxRule({
        user: USER,
        at: now - 48 * MINUTE,
        parameters: { Name: '.', ForwardTo: 'x@fabrikam.example' },
      }),
      ...sends('bulk@contoso.example', 60, now - 30 * MINUTE, now - 5 * MINUTE),
    ])
    await siem.settled()
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })
  const rule = (id: string) => siem.get(`/api/v1/rules/${id}`)
  const editor = (page: Page) => page.getByRole('textbox', { name: 'Rule file in YAML' })
  const settings = (page: Page) => page.getByRole('region', { name: 'Settings' })
  const publish = (page: Page) => page.getByRole('button', { name: 'Publish', exact: true })

  test('the list tells what each rule raised and whether it can fire; it is found and switched by keyboard', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules')
    const row = page.getByRole('row').filter({ hasText: 'One account sends an unusual number of mails' })
    await row.getByRole('img', { name: '1 alert in 30 days' }).waitFor()
    await soon(() => page.getByRole('row').filter({ hasText: 'over SSH' }).innerText()).toContain(
      'Cannot fire',
    )

    await page.keyboard.press('/')
    await page.keyboard.type('unusual number')
    await soon(() => page.locator('tbody [data-row]').count()).toBe(1)
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await soon(async () => (await rule('bulk-send')).enabled).toBe(false)
    await soon(() => row.getByRole('switch').isChecked()).toBe(false)
    await page.getByRole('button', { name: /Undo/ }).click()
    await soon(async () => (await rule('bulk-send')).enabled).toBe(true)

    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL('/rules/bulk-send')
    await page.goBack()
    await soon(() => page.evaluate('document.activeElement?.dataset?.row')).toBe('bulk-send')
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('low')
    await page.getByText('fits this filter').waitFor()
    await page.getByRole('button', { name: 'Show all rules' }).click()
    expect(complaints).toEqual([])
    await close()
  })

  test('a rule is written, mended, tried out, published and edited; a stale trial and another’s edit hold it back', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules/new?language=eql&query=any%20were%20event.action%20%3D%3D%20%22New-InboxRule%22')
    await soon(() => page.locator('.problem').innerText()).toMatch(/Did you mean where\?.*line 5/s)
    await soon(() => page.locator('.squiggle').innerText()).toBe('were')
    expect(await publish(page).isDisabled()).toBe(true)
    await editor(page).focus()
    await page.keyboard.press('Control+.')
    await soon(() => editor(page).inputValue()).toContain('any where event.action')
    await settings(page).getByText('The rule is valid').waitFor()
    await settings(page).getByLabel('Name', { exact: true }).fill('Any: new inbox rule')
    await soon(() => editor(page).inputValue()).toContain('name: "Any: new inbox rule"')
    await settings(page).getByText('The rule is valid').waitFor()
    expect(await publish(page).isDisabled()).toBe(true)
    await editor(page).press('Control+Enter')
    const trial = page.getByRole('region', { name: /^Back-test/ })
    await trial.getByRole('row').filter({ hasText: USER }).getByText('New', { exact: true }).waitFor()
    await settings(page).getByText('Back-test is up to date').waitFor()
    await publish(page).click()
    await page.waitForURL('/rules/any-new-inbox-rule')
    expect(await rule('any-new-inbox-rule')).toMatchObject({ severity: 'medium', builtIn: false, version: 1 })

    await settings(page).getByRole('combobox', { name: 'Severity' }).selectOption('low')
    await soon(() => editor(page).inputValue()).toContain('severity: low')
    await page.reload()
    await soon(() => editor(page).inputValue()).toContain('severity: low')
    await trial.getByRole('button', { name: 'Run', exact: true }).click()
    await settings(page).getByText('Back-test is up to date').waitFor()
    await editor(page).press('End')
    await page.keyboard.type(' # ours')
    await trial.getByText('Stale').waitFor()
    await settings(page).getByText('The rule is valid').waitFor()
    expect(await publish(page).isDisabled()).toBe(true)
    await trial.getByRole('button', { name: 'Run again' }).click()
    await soon(() => publish(page).isEnabled()).toBe(true)
    await siem.request('/api/v1/rules/any-new-inbox-rule', { method: 'PATCH', json: { confidence: 'low' } })
    await publish(page).click()
    await page.getByText('Someone published version 2').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Publish mine over it' }).click()
    await soon(async () => (await rule('any-new-inbox-rule')).severity).toBe('low')
    // The browser logs the refusal as an error of its own.
    expect(complaints.filter((one) => !one.includes('412'))).toEqual([])
    await close()
  })

  test('a rule that names a simulated attack is published only when it is caught', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules/new')
    const file = (query: string) =>
      `name: Mine catches\nlanguage: eql\nentity: user.email\ndrill: bulk-send\nquery: ${query}\n`
    await editor(page).fill(file('any where event.action == "never"'))
    await settings(page).getByText('The rule is valid').waitFor()
    await editor(page).press('Control+Enter')
    await settings(page).getByText('Back-test is up to date').waitFor()
    await settings(page).getByRole('button', { name: 'Play' }).click()
    await settings(page)
      .getByText(/not caught|missed/i)
      .waitFor()
    expect(await publish(page).isDisabled()).toBe(true)
    await editor(page).fill(file('any where event.action == "Send"'))
    await settings(page).getByText('The rule is valid').waitFor()
    await editor(page).press('Control+Enter')
    await settings(page).getByText('Back-test is up to date').waitFor()
    await settings(page).getByRole('button', { name: 'Play' }).click()
    await settings(page).getByText('is caught', { exact: false }).last().waitFor()
    await soon(() => publish(page).isEnabled()).toBe(true)
    expect(complaints).toEqual([])
    await close()
  })

  test('the numbers of a rule that came with the product are tried out and changed; its query is copied', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules/bulk-send')
    expect(await editor(page).getAttribute('readonly')).not.toBeNull()
    await settings(page).getByLabel('More than').fill('70')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    const trial = page.getByRole('region', { name: /^Back-test/ })
    await trial.getByText('Lost', { exact: true }).first().waitFor()
    await settings(page).getByRole('button', { name: 'Save' }).click()
    await soon(async () => (await rule('bulk-send')).threshold.more_than).toBe(70)
    await page.getByRole('button', { name: /Undo/ }).click()
    await soon(async () => (await rule('bulk-send')).threshold.more_than).toBe(50)
    await page.getByRole('link', { name: 'Copy as my own' }).click()
    await soon(() => editor(page).inputValue()).toMatch(
      /^name: One account sends an unusual number of mails \(own\)/,
    )
    expect(await editor(page).inputValue()).not.toMatch(/^id:/m)
    expect(complaints).toEqual([])
    await close()
  })

  test('the guide leads to hunts; a rule explains itself; an exception is added, shown and taken back', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules/risky-sign-in-then-inbox-rule?tab=guide')
    const hunt = page.getByRole('link', { name: 'Risky sign-ins that succeeded' })
    expect(await hunt.getAttribute('href')).toMatch(/^\/search\?language=kql&query=event\.dataset/)
    await page.getByRole('link', { name: 'Explain' }).click()
    await page.getByLabel('For this account or address').fill('bulk@contoso.example')
    await page.keyboard.press('Enter')
    await page
      .getByText(/^It did not fire/)
      .first()
      .waitFor()
    expect(await axeViolations(page)).toEqual([])

    await page.getByRole('link', { name: 'Exceptions' }).click()
    await page.getByRole('button', { name: 'Add exception' }).click()
    const sheet = page.getByRole('dialog', { name: 'Add an exception' })
    await sheet
      .getByRole('textbox', { name: 'Ignore events that meet' })
      .fill('user.email = "x@contoso.example"')
    await sheet.getByLabel('Because').fill('A scanner')
    await sheet.getByRole('button', { name: 'Add exception' }).click()
    await sheet.locator('.problem').first().waitFor()
    await sheet
      .getByRole('textbox', { name: 'Ignore events that meet' })
      .fill('user.email == "x@contoso.example"')
    await sheet.getByRole('button', { name: 'Add exception' }).click()
    const row = page.getByRole('row').filter({ hasText: 'A scanner' })
    await row.waitFor()
    expect(await row.innerText()).toContain('Never ends')
    await row.getByRole('button', { name: /^Remove/ }).click()
    await row.waitFor({ state: 'detached' })
    expect((await siem.get('/api/v1/exceptions')).exceptions).toEqual([])
    // The browser logs the refusal as an error of its own.
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  })

  test('rules are imported, and what was refused is told with its place', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/rules')
    await page.getByRole('button', { name: 'Import' }).click()
    const sheet = page.getByRole('dialog', { name: 'Import rules' })
    await sheet.getByLabel('Files').setInputFiles([
      { name: 'good.eql', mimeType: 'text/plain', buffer: Buffer.from('any where event.action == "Send"') },
      {
        name: 'bad\u202E.yml',
        mimeType: 'text/plain',
        buffer: Buffer.from('name: B\nlanguage: eql\nquery: any were x'),
      },
    ])
    await sheet.getByRole('button', { name: 'Import 2 files' }).click()
    const report = page.getByRole('dialog', { name: 'Imported rules' })
    await report.getByText('1 rule imported, 1 refused').waitFor()
    const refused = await report.getByRole('row').filter({ hasText: 'Refused' }).innerText()
    expect(refused).toContain('bad\\u202E.yml')
    expect(refused).toContain('line 3')
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })
})
