import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, PHONE, sideways, soon } from '../support/browser.ts'
import { audit, inboxRule, LAGOS, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'

describe.skipIf(noBrowser)(`around every page${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let id: string
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Date.now()
    await siem.ingest([
      signIn({ user: USER, at: now - 20 * MINUTE, risk: 'high', place: LAGOS }),
      inboxRule({ user: USER, at: now - 8 * MINUTE }),
    ])
    id = (await siem.settled()).find((alert) => alert.kind === 'sequence').id
    await siem.post('/api/v1/rules', {
      name: 'Mailbox handed over',
      language: 'eql',
      severity: 'critical',
      entity: 'user.email',
      query: 'any where event.action == "Add-MailboxPermission"',
      summary: '{user}: mailbox handed over',
    })
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })
  const live = (page: Page) => page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })

  test('every screen has its place in the sidebar, and its letters after G', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    const links = page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link')
    await soon(() => links.count()).toBe(7)
    for (const [key, path, name] of [
      ['a', '/alerts', 'Alerts'],
      ['s', '/search', 'Search'],
      ['u', '/accounts', 'Accounts'],
      ['r', '/rules', 'Rules'],
      ['d', '/sources', 'Data sources'],
      [',', '/settings', 'Settings'],
      ['o', '/', 'Overview'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await soon(() => new URL(page.url()).pathname).toBe(path)
      await soon(() => page.locator('.nav [aria-current="page"]').innerText()).toContain(name)
    }
    expect(complaints).toEqual([])
    await close()
  })

  test('on a phone what has no room in the bar is under More', async () => {
    const { page, complaints, close } = await openPage(browser, siem, { viewport: PHONE })
    await page.goto('/')
    const bar = page.getByRole('navigation', { name: 'Main, compact' })
    await bar.getByRole('button', { name: 'More' }).click()
    const more = page.getByRole('dialog', { name: 'More' })
    await more.waitFor()
    expect(await axeViolations(page)).toEqual([])
    for (const target of await bar.locator('.tabbar__link').all()) {
      expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44)
    }
    await more.getByRole('link', { name: 'Data sources' }).click()
    await page.waitForURL('/sources')
    await more.waitFor({ state: 'detached' })
    expect(await bar.getByRole('button', { name: 'More' }).getAttribute('aria-current')).toBe('true')

    // A desktop at 400 %: all of the menu can be reached.
    await page.setViewportSize({ width: 320, height: 256 })
    await bar.getByRole('button', { name: 'More' }).click()
    const last = await more.evaluate((sheet) => {
      sheet.scrollTop = sheet.scrollHeight
      return [...sheet.querySelectorAll('button')].at(-1)!.getBoundingClientRect().bottom
    })
    expect(last).toBeLessThanOrEqual(256)
    expect(await sideways(page)).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('Ctrl K jumps: to an alert, an account, a rule or a command, by keyboard alone', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/alerts')
    await page.getByRole('row').nth(1).waitFor()
    const palette = page.getByRole('dialog', { name: /^Jump to/ })
    const box = page.getByRole('combobox', { name: 'Jump to or run' })
    const jump = async (typed: string) => {
      await page.keyboard.press('Control+k')
      await box.waitFor()
      await page.keyboard.type(typed)
    }
    await jump('')
    await palette.getByRole('option', { name: /risky sign-in/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })

    await jump('nigeria')
    await palette.getByRole('option', { selected: true, name: /risky sign-in/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`/alerts/${id}`)

    await jump('alice')
    await palette.getByRole('option', { selected: true, name: USER }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`/accounts/${encodeURIComponent(USER)}`)

    await jump('handed over')
    await palette.getByRole('group', { name: 'Rules' }).getByRole('option').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('/rules/mailbox-handed-over')

    await jump('shortcuts')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.getByRole('checkbox', { name: 'Single-key shortcuts on' }).uncheck()
    await page.keyboard.press('Escape')
    // Letters are off, and stay off after a reload; chords are no letters.
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('?')
    await jump('198.51.100.61')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/search\?/)
    expect(new URL(page.url()).searchParams.get('query')).toBe('source.ip: "198.51.100.61"')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('a screen whose code does not come says so, and can be tried again', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.locator('[data-row]').first().waitFor()
    await live(page)
    let cut = true
    await page.route(/\/assets\/alert-.*\.js$/, (route) => (cut ? route.abort() : route.continue()))
    await page.locator('[data-row]').first().click()
    await page.getByText('This page could not be loaded').waitFor()
    cut = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: /risky sign-in/ }).waitFor()
    await close()
  })

  test('detection is told beside the connection, on every page', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/settings')
    await soon(() => page.locator('.sidebar .pulse').innerText()).toMatch(
      /Live · [\d,]+ events\/min[\s\S]*Last event .* ago[\s\S]*Detection ran \d+ s ago/,
    )
    await close()
  })

  test('a notice of the system tells a critical alert, once it was asked for, while nobody looks', async () => {
    const { page, complaints, close } = await openPage(browser, siem, { permissions: ['notifications'] })
    await page.addInitScript(`
      globalThis.told = []
      globalThis.Notification = class extends EventTarget {
        static permission = 'granted'
        constructor(title, options) { super(); told.push(title + ': ' + options.body) }
        close() {}
      }
      document.hasFocus = () => false`)
    const handOver = (user: string) =>
      siem.ingest([audit({ user, at: Date.now(), operation: 'Add-MailboxPermission' })])
    const told = () => page.evaluate<string[]>('told')
    await page.goto('/')
    await live(page)
    await handOver('carol@contoso.example')
    await page.getByRole('button', { name: /1 critical/ }).waitFor()
    expect(await told()).toEqual([])
    await page.evaluate('localStorage.setItem("notices", "on")')
    await page.reload()
    await page.locator('[data-row]').first().waitFor()
    await live(page)
    await handOver('da\u202eve@contoso.example')
    await soon(told).toEqual(['Critical alert: da\\u{202e}ve@contoso.example: mailbox handed over'])
    expect(complaints).toEqual([])
    await close()
  })

  test('two people, one alert: each sees what the other does, and the slower of two is told', async () => {
    const one = await openPage(browser, siem)
    const two = await openPage(browser, siem)
    for (const { page } of [one, two]) {
      await page.goto(`/alerts/${id}`)
      await page.locator('.page-actions').waitFor()
      await live(page)
    }
    await one.page.keyboard.press('a')
    await two.page.getByRole('button', { name: /Assigned to you/ }).waitFor({ timeout: 3_000 })
    await two.page.keyboard.press('s')
    await two.page.keyboard.press('2')
    await one.page.getByRole('button', { name: /^Investigating/ }).waitFor({ timeout: 3_000 })

    // What follows from that change is read anew a moment later, and must not bring what comes next.
    await one.page.waitForTimeout(1_500)
    // Both look at the same version; the second answer is on its way to neither yet.
    await one.page.keyboard.press('p')
    await two.page.keyboard.press('e')
    await two.page.keyboard.press('1')
    await two.page.getByRole('button', { name: /^Resolved/ }).waitFor()
    await one.page.keyboard.press('s')
    await one.page.keyboard.press('1')
    const notice = one.page.getByRole('alert').filter({ hasText: 'Someone changed this alert' })
    await notice.waitFor()
    expect(await notice.innerText()).toContain('It is now resolved')
    expect((await siem.get(`/api/v1/alerts/${id}`)).status).toBe('closed')
    await notice.getByRole('button', { name: 'Keep theirs' }).click()
    await notice.waitFor({ state: 'detached' })
    await one.page.getByRole('button', { name: /^Resolved/ }).waitFor()
    // The refusal is what the test is about; the browser logs it.
    expect(one.complaints.filter((text) => !text.includes('412'))).toEqual([])
    expect(two.complaints).toEqual([])
    await one.close()
    await two.close()
  })

  test('two minutes before a session ends it is said, can be kept, and what was typed stays when it is over', async () => {
    const { page, context, close } = await openPage(browser, siem)
    let left = 125_000
    await page.route('**/api/v1/session', async (route) => {
      if (route.request().method() !== 'GET') return route.continue()
      const answer = await route.fetch()
      const json = { ...(await answer.json()), expiresAt: new Date(Date.now() + left).toISOString() }
      await route.fulfill({ response: answer, json })
    })
    await page.goto(`/alerts/${id}`)
    const note = page.getByLabel('Add a note')
    await note.fill('Called her, no answer')
    await page.getByText('You are about to be signed out').waitFor({ timeout: 12_000 })
    expect(await axeViolations(page)).toEqual([])
    left = 12 * 60 * MINUTE
    await page.getByRole('button', { name: 'Stay signed in' }).click()
    await page.getByText('You are about to be signed out').waitFor({ state: 'detached' })

    await page.unroute('**/api/v1/session')
    await context.clearCookies()
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Add note' }).click()
    await page.getByLabel('User').fill('admin')
    await page.getByLabel('Password').fill(siem.adminPassword)
    await page.keyboard.press('Enter')
    await note.waitFor()
    expect(await note.inputValue()).toBe('Called her, no answer')
    expect(await sideways(page)).toBe(0)
    await close()
  })
})
