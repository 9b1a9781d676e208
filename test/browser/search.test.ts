import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'
const HOSTILE = '<img src=x onerror=alert(1)>\u202e"\\*) or ('

describe.skipIf(noBrowser)(`searching in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest([
      signIn({ user: USER, at: now - 60 * MINUTE, risk: 'high', place: LAGOS }),
      signIn({ user: 'bob@contoso.example', at: now - 50 * MINUTE }),
      inboxRule({
        user: USER,
        at: now - 48 * MINUTE,
        parameters: { Name: HOSTILE, ForwardTo: 'x@fabrikam.example' },
      }),
      ...sends(USER, 60, now - 30 * MINUTE, now - 5 * MINUTE),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('a query is typed with suggestions, run, narrowed by values, and stays in the address', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/search')
    await page.getByText('63 events', { exact: true }).waitFor()
    const query = page.getByRole('textbox', { name: 'Query' })
    await page.keyboard.press('/')
    await query.fill('event.action: ')
    await page.keyboard.type('new')
    await page.getByRole('option', { name: /New-InboxRule/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    expect(await query.inputValue()).toBe('event.action: "New-InboxRule" ')
    await page.keyboard.press('Control+Enter')
    await page.getByText('1 event', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('query')).toContain('New-InboxRule')

    await page.keyboard.press('Escape')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const name = page.locator('.event-fields div').filter({ hasText: 'o365.audit.Parameters.Name' })
    expect(await name.innerText()).toContain('<img src=x onerror=alert(1)>\\u202E"\\*) or (')
    await name.getByRole('button', { name: /^Only/ }).click()
    await page.getByText('1 event', { exact: true }).waitFor()
    await soon(() => query.inputValue()).toContain('o365.audit.Parameters.Name: "<img')

    await page.goBack()
    await soon(() => query.inputValue()).not.toContain('Parameters.Name')
    await page.getByRole('button', { name: 'event.dataset', exact: true }).click()
    await page.getByRole('button', { name: 'Exclude o365.audit', exact: true }).click()
    await page.getByText('No event meets this').waitFor()
    await page.getByText('63 events were logged in this time.').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('a mistake is marked at its place with what was expected, and the old answer stays', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto(
      `/search?${new URLSearchParams({ language: 'eql', query: 'any where event.action == "Send"' })}`,
    )
    await page.getByText('60 events', { exact: true }).waitFor()
    const query = page.getByRole('textbox', { name: 'Query' })
    await query.fill('any where event.action = "Send"')
    await page.keyboard.press('Control+Enter')
    await page.locator('.query .problem').first().waitFor()
    expect(await query.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('.squiggle').count()).toBeGreaterThan(0)
    await page.getByText('60 events', { exact: true }).waitFor()
    // Below the text and as wide as all of it, at any width.
    for (const width of [390, 768, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      const [box, text, told] = await Promise.all(
        ['.query', '.query__box', '.query .problems'].map((part) => page.locator(part).boundingBox()),
      )
      expect(told!.y, `${width}`).toBeGreaterThanOrEqual(text!.y + text!.height)
      expect(told!.width, `${width}`).toBeGreaterThan(box!.width * 0.9)
      expect(text!.width, `${width}`).toBeGreaterThan(250)
    }
    await close()
  })

  test('a time in the address that is none is said, and the page goes on', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/search?from=yesterdayish&to=garbage')
    await page.getByRole('button', { name: 'yesterdayish to garbage' }).waitFor()
    await page.getByText('The search failed').waitFor()
    await page.locator('.sidebar a[href="/alerts"]').click()
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  })

  test('a sequence is shown as one, with the time between its steps', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    const sequence =
      'sequence by user.email with maxspan=4h [authentication where true] [any where event.action == "New-InboxRule"]'
    await page.goto(`/search?${new URLSearchParams({ language: 'eql', query: sequence })}`)
    await page.getByText('1 sequence').waitFor()
    const steps = page.locator('.sequences li.panel')
    expect(await steps.innerText()).toMatch(/alice@contoso\.example[^]*Lagos[^]*12 min later[^]*inbox rule/)
    await page.getByRole('link', { name: 'Make a rule from this' }).click()
    await soon(() => page.getByRole('textbox', { name: 'Rule file in YAML' }).inputValue()).toContain(
      'sequence by',
    )
    expect(complaints).toEqual([])
    await close()
  })

  test('a stretch of time is chosen by keyboard or typed, and a wrong time is said', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/search')
    const plot = page.getByRole('group', { name: /^Choose a stretch/ })
    await plot.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await soon(() => new URL(page.url()).searchParams.get('from')).toMatch(/^\d{4}-/)
    await page.getByRole('button', { name: / to / }).click()
    await page.getByRole('textbox', { name: 'From' }).fill('soon')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('This is no time that can be read').waitFor()
    await page.getByRole('textbox', { name: 'From' }).fill('-40m')
    await page.getByRole('textbox', { name: 'To' }).fill('now')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('60 events', { exact: true }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  test('a search is saved, found again beside the rules’ hunts, run and forgotten', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto(`/search?${new URLSearchParams({ query: 'event.action: Send' })}`)
    const open = page.getByRole('button', { name: 'Saved and hunts' })
    await open.click()
    await page.getByRole('textbox', { name: 'Save this search as' }).fill('Mails sent')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: /^Mails sent/ }).waitFor()
    await page.getByRole('searchbox', { name: 'Find by name' }).fill('Hunts of')
    expect(await page.locator('.saved__row').count()).toBeGreaterThan(40)
    await page.keyboard.press('Escape')
    await page.goto('/search')
    await open.click()
    await page.getByRole('button', { name: /^Mails sent/ }).click()
    await page.getByText('60 events', { exact: true }).waitFor()
    await open.click()
    await page.getByRole('button', { name: 'Forget Mails sent' }).click()
    await soon(() => page.getByRole('button', { name: /^Mails sent/ }).count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  test('a search that fails keeps what was found and can be tried again', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/search')
    await page.getByText('63 events', { exact: true }).waitFor()
    await page.route('**/api/v1/search', (route) => route.abort())
    await page.getByRole('button', { name: /^Run/ }).click()
    await page.getByText('What is shown is the answer before.').waitFor()
    await page.unroute('**/api/v1/search')
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await soon(() => page.getByText('What is shown is the answer before.').count()).toBe(0)
    await close()
  })
})
