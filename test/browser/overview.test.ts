import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { audit, inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000

describe.skipIf(noBrowser)(`the overview in a browser${noBrowser}`, () => {
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

  test('before the first event it helps to connect a source, listens, and says what was wrong and what came', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.getByRole('heading', { name: 'Connect your first source' }).waitFor()
    const listening = page.getByRole('region', { name: 'Listening' })
    await listening.getByText('Waiting for the first event').waitFor()
    await page.getByRole('button', { name: 'Make a key and fill it in' }).click()
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    const snippet = await page.getByRole('group', { name: 'One event by hand' }).innerText()
    const key = /Bearer (\S+)"/.exec(snippet)?.[1]
    expect(key).toMatch(/^vdt_/)
    expect(snippet).toContain(`${siem.url}/api/v1/events`)
    expect(await axeViolations(page)).toEqual([])

    const send = (body: string, by: string, query = '') =>
      fetch(`${siem.url}/api/v1/events${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
        body,
      })
    await send('{}', 'vdt_000000000000_mistyped')
    await listening.getByText('The key was not known').waitFor()
    await send('{"id":"x","createdDateTime":"not a time"}', key!, '?dataset=azure.signinlogs')
    await listening.getByText('A record could not be kept').waitFor()
    const record = /-d '(.*)'/s.exec(snippet)![1]!.replaceAll('\n', '')
    expect(await (await send(record, key!)).json()).toMatchObject({ accepted: 1 })
    const received = page.getByRole('region', { name: 'First event received' })
    await received.getByText('first@example.com').waitFor({ timeout: 15_000 })
    await page.getByRole('button', { name: 'Go to the overview' }).click()
    await page.getByText('All quiet').waitFor({ timeout: 15_000 })
    expect(complaints).toEqual([])
    await close()
  })

  test('when nothing happened it proves it, and a first alert shows within two seconds, without a reload', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.getByRole('heading', { name: 'Nothing needs you' }).waitFor()
    const quiet = page.getByRole('region', { name: 'Needs you now' })
    await soon(() => quiet.innerText()).toMatch(/All quiet[\s\S]*Last event \d+ \w+ ago, last correlator run/)
    await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })

    const user = 'alice@contoso.example'
    const now = Date.now()
    // Medium: told by the sequence alone, so that what waits for the rule is the first alert.
    await siem.ingest([signIn({ user, at: now - 20 * MINUTE, risk: 'medium', place: LAGOS })])
    const sentAt = Date.now()
    await siem.ingest([inboxRule({ user, at: now - 8 * MINUTE })])
    await page
      .getByRole('link', { name: /alice@contoso\.example: risky sign-in/ })
      .waitFor({ timeout: 5_000 })
    expect(Date.now() - sentAt).toBeLessThan(2_000)
    await soon(() => page.getByRole('heading', { level: 1 }).innerText()).not.toBe('Nothing needs you')
    expect(complaints).toEqual([])
    await close()
  })

  test('further alerts wait behind a pill: rows do not move until it is pressed', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.locator('[data-row]').first().waitFor()
    await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })
    const before = await page.locator('[data-row]').allInnerTexts()

    const user = 'bulk@contoso.example'
    const sentAt = Date.now()
    await siem.ingest(sends(user, 60, sentAt - 30 * MINUTE, sentAt - 5 * MINUTE))
    const pill = page.getByRole('button', { name: /1 new alert/ })
    await pill.waitFor({ timeout: 5_000 })
    expect(Date.now() - sentAt).toBeLessThan(2_000)
    expect(await page.locator('[data-row]').allInnerTexts()).toEqual(before)

    await page.keyboard.press('.')
    await page.getByRole('link', { name: /bulk@contoso\.example sent/ }).waitFor()
    await pill.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await close()
  })

  test('a change of status shows in place in another window, and can be undone', async () => {
    const one = await openPage(browser, siem)
    const two = await openPage(browser, siem)
    for (const { page } of [one, two]) {
      await page.goto('/')
      await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })
    }
    const row = (at: typeof one) =>
      at.page.getByRole('listitem').filter({ hasText: 'bulk@contoso.example sent' })
    await row(one).getByRole('link').focus()
    await one.page.keyboard.press('s')
    await one.page.getByRole('dialog').waitFor()
    await one.page.keyboard.press('2')
    await row(two).getByRole('img', { name: 'Investigating' }).waitFor({ timeout: 3_000 })
    await one.page.getByText('Set to Investigating').waitFor()
    await one.page.keyboard.press('z')
    await row(two).getByRole('img', { name: 'New' }).waitFor({ timeout: 3_000 })
    for (const { complaints, close } of [one, two]) {
      expect(complaints).toEqual([])
      await close()
    }
  })
})

describe.skipIf(noBrowser)(`the overview with alerts${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Date.now()
    const user = 'alice@contoso.example'
    await siem.ingest([
      signIn({ user, at: now - 20 * MINUTE, risk: 'high', place: LAGOS }),
      inboxRule({ user, at: now - 8 * MINUTE }),
      ...sends('bulk@contoso.example', 60, now - 30 * MINUTE, now - 5 * MINUTE),
    ])
    expect((await siem.settled()).length).toBeGreaterThan(1)
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('a critical alert is told at once, counted in the title and the icon, and drawn as how it unfolded', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.locator('[data-row]').first().waitFor()
    await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })
    // Alice's alerts are high each, and critical as a whole.
    await soon(() => page.title()).toBe('(1) Overview · Vedette')
    await siem.post('/api/v1/rules', {
      name: 'Mailbox handed over',
      language: 'eql',
      severity: 'critical',
      entity: 'user.email',
      query: 'any where event.action == "Add-MailboxPermission"',
      summary: '{user}: mailbox handed over',
    })
    await siem.ingest([
      audit({ user: 'carol@contoso.example', at: Date.now(), operation: 'Add-MailboxPermission' }),
    ])
    await page.getByRole('button', { name: '1 new alert, 1 critical' }).waitFor()
    expect(await page.locator('[aria-live="assertive"]').innerText()).toContain('carol@contoso.example')
    await page.getByRole('heading', { level: 1, name: 'Two accounts look compromised' }).waitFor()
    await soon(() => page.title()).toBe('(2) Overview · Vedette')
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toBe('/icons/critical-2.svg')
    await page.getByRole('button', { name: '1 new alert, 1 critical' }).click()
    const hero = page.getByRole('article')
    await hero.getByText('carol@contoso.example: mailbox handed over').waitFor()
    await soon(() => hero.getByRole('list').innerText()).toContain('Add-MailboxPermission')
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  test('many small new alerts do not hide a grave old one', async () => {
    const day = 24 * 60 * MINUTE
    await siem.ingest([
      audit({ user: 'old@contoso.example', at: Date.now() - day, operation: 'Add-MailboxPermission' }),
    ])
    await siem.post('/api/v1/rules', {
      name: 'Small',
      language: 'eql',
      severity: 'low',
      entity: 'user.email',
      query: 'any where event.action == "Set-CASMailbox"',
      summary: '{user}: small change',
    })
    const at = Date.now()
    await siem.ingest(
      Array.from({ length: 60 }, (_, i) =>
        audit({ user: `small${i}@contoso.example`, at, operation: 'Set-CASMailbox' }),
      ),
    )
    await siem.settled()
    const { page, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.getByRole('link', { name: /old@contoso\.example: mailbox handed over/ }).waitFor()
    expect(await page.locator('[data-row]').count()).toBeLessThanOrEqual(13)
    await page.getByRole('link', { name: /further alerts/ }).waitFor()
    await close()
  })

  test('the theme can be changed, and is kept', async () => {
    const { page, close } = await openPage(browser, siem, { colorScheme: 'light' })
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.goto('/')
    await page.locator('[data-row]').first().waitFor()
    const light = await background()
    await page.locator('.sidebar').getByRole('button', { name: 'Switch between light and dark' }).click()
    const dark = await background()
    expect(dark).not.toBe(light)
    await page.reload()
    await page.locator('[data-row]').first().waitFor()
    expect(await background()).toBe(dark)
    await close()
  })

  test('one tab stop for the list; J and K move in it, Enter opens, ? explains, and text fields keep their letters', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.locator('[data-row]').first().waitFor()
    expect(await page.locator('[data-row][tabindex="0"]').count()).toBe(1)
    const rows = await page.evaluate<string[]>(
      '[...document.querySelectorAll("[data-row]")].map((one) => one.dataset.row)',
    )
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const focused = () => page.evaluate<string>('document.activeElement.dataset.row')
    expect(await focused()).toBe(rows[1])
    await page.keyboard.press('k')
    expect(await focused()).toBe(rows[0])
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused()).toBe(rows[0])
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/alerts\//)
    await page.goBack()
    await page.locator('[data-row][tabindex="0"]').waitFor()
    await soon(focused).toBe(rows[0])
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.waitForURL(/\/alerts$/)
    await page.getByRole('row').nth(1).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('sega')
    expect(await page.getByRole('searchbox').inputValue()).toBe('sega')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('an incident that is critical as a whole leads the page, though none of its alerts is', async () => {
    const own = await startSiem()
    const user = 'dora@contoso.example'
    const now = Date.now()
    await own.ingest([
      signIn({ user, at: now - 50 * MINUTE, risk: 'high', place: LAGOS }),
      inboxRule({ user, at: now - 45 * MINUTE }),
      ...sends(user, 60, now - 40 * MINUTE, now - 5 * MINUTE),
    ])
    const alerts = await own.settled()
    expect(alerts.map(({ severity }) => severity)).not.toContain('critical')
    expect((await own.get('/api/v1/incidents')).incidents).toMatchObject([{ user, severity: 'critical' }])
    const { page, complaints, close } = await openPage(browser, own)
    await page.goto('/')
    await page.getByRole('heading', { level: 1, name: 'One account looks compromised' }).waitFor()
    await page.getByRole('article').getByText(user).waitFor()
    await soon(() => page.title()).toBe('(1) Overview · Vedette')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('article').getByRole('link', { name: 'Whole story' }).click()
    await page.getByRole('heading', { level: 1 }).filter({ hasText: user }).waitFor()
    expect(complaints).toEqual([])
    await close()
    await own.stop()
  })
})

describe.skipIf(noBrowser)(`a connection that is lost${noBrowser}`, () => {
  test('is said at once, explained after five seconds, and when it is back nothing was missed', async () => {
    const browser = await openBrowser()
    const first = await startSiem()
    const now = Date.now()
    await first.ingest([signIn({ user: 'quiet@contoso.example', at: now - 5 * MINUTE })])
    const { page, close } = await openPage(browser, first)
    await page.goto('/')
    await page.getByText('All quiet').waitFor()
    await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })

    const port = new URL(first.url).port
    await first.kill()
    await page.locator('.sidebar').getByText('Reconnecting').waitFor({ timeout: 3_000 })
    await page.getByText(/Not connected since/).waitFor({ timeout: 8_000 })
    await page
      .locator('.sidebar')
      .getByText(/Reconnecting for ([4-9]|1\d) s/)
      .waitFor()
    expect(await axeViolations(page)).toEqual([])

    const second = await first.restart({ VEDETTE_PORT: port })
    const user = 'alice@contoso.example'
    await second.ingest([
      signIn({ user, at: now - 4 * MINUTE, risk: 'medium' }),
      inboxRule({ user, at: now - 2 * MINUTE }),
    ])
    await page
      .getByRole('link', { name: /alice@contoso\.example: risky sign-in/ })
      .waitFor({ timeout: 25_000 })
    await page.getByText(/Not connected since/).waitFor({ state: 'detached' })
    await close()
    await browser.close()
    await second.stop()
  }, 90_000)
})
