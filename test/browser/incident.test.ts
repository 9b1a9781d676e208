import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'

describe.skipIf(noBrowser)(`the page of an incident in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let id: string
  const now = Math.floor(Date.now() / 1000) * 1000
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    await siem.ingest([
      signIn({ user: USER, at: now - 60 * MINUTE, risk: 'high', place: LAGOS }),
      inboxRule({
        user: USER,
        at: now - 48 * MINUTE,
        parameters: { Name: '.\u202e', ForwardTo: 'x@fabrikam.example' },
      }),
    ])
    id = (await siem.settled())[0].incidentId
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })
  const open = async (page: Page) => {
    await page.goto(`/incidents/${id}`)
    await page.locator('.story .ev').first().waitFor()
    await page.locator('[data-row]').first().waitFor()
    await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })
  }

  test('it is reached from the overview, and tells how bad it is and what happened in which order', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.getByRole('region', { name: 'Riskiest accounts' }).getByRole('link', { name: USER }).click()
    await page.waitForURL(`/incidents/${id}`)
    const { summary, riskScore, story } = await siem.get(`/api/v1/incidents/${id}`)
    await soon(() => page.getByRole('heading', { level: 1 }).innerText()).toBe(summary)
    expect(await page.locator('.facts').innerText()).toContain(String(Math.round(riskScore)))
    const lines = page.getByRole('region', { name: 'How it unfolded' }).locator('.ev')
    expect(await lines.count()).toBe(story.length)
    const times = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".story .ev time")].map((one) => one.dateTime)',
    )
    expect(times).toEqual(story.map((line: { time: string }) => line.time))
    expect(await page.locator('main').innerText()).not.toContain('\u202e')
    expect(complaints).toEqual([])
    await close()
  })

  test('it grows while it is looked at, and nothing moves under the pointer', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await open(page)
    const story = page.locator('.story .ev')
    const before = await story.count()
    await story.first().hover()
    await siem.ingest(sends(USER, 60, now - 30 * MINUTE, now - 10 * MINUTE))
    await page.getByText('More has come').waitFor({ timeout: 10_000 })
    expect(await story.count()).toBe(before)
    await page.mouse.move(5, 5)
    await soon(() => story.count()).toBeGreaterThan(before)
    await soon(async () => page.locator('.story').innerText()).toContain('Sent 60 mails')
    expect(complaints).toEqual([])
    await close()
  })

  test('one change is for all of its alerts, undo gives each its own state back, and the slower of two is told', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    const stored = async () =>
      (await siem.alerts()).map((one) => ({ id: one.id, status: one.status, assignee: one.assignee }))
    const [first] = await stored()
    await siem.request(`/api/v1/alerts/${first!.id}`, { method: 'PATCH', json: { status: 'acknowledged' } })
    const before = await stored()
    await open(page)
    await page.keyboard.press('e')
    await page.getByRole('dialog', { name: /^Close \d alerts as$/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('1')
    await soon(stored).toEqual(before.map((one) => ({ ...one, status: 'closed' })))
    await page.getByRole('button', { name: /^Resolved/ }).waitFor()
    await page.getByRole('button', { name: /Undo/ }).click()
    await soon(stored).toEqual(before)

    await page.getByText('Taken back').waitFor()
    // What follows from it is read anew a moment later, and must not bring what comes next.
    await page.waitForTimeout(1_500)
    await page.keyboard.press('p')
    await siem.request(`/api/v1/alerts/${first!.id}`, { method: 'PATCH', json: { assignee: 'someone.else' } })
    await page.keyboard.press('a')
    const notice = page.getByRole('alert').filter({ hasText: 'Someone changed this incident' })
    await notice.waitFor()
    expect((await stored()).some((one) => one.assignee === 'admin')).toBe(false)
    await notice.getByRole('button', { name: 'Make it anyway' }).click()
    await soon(stored).toEqual(before.map((one) => ({ ...one, assignee: 'admin' })))
    expect(complaints.filter((text) => !text.includes('412'))).toEqual([])
    await close()
  })

  test('one tab stop for its alerts; J, K and Enter work, and going back finds the same row', async () => {
    const { page, close } = await openPage(browser, siem)
    await open(page)
    expect(await page.locator('[data-row][tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const row = await page.evaluate<string>('document.activeElement.dataset.row')
    await page.keyboard.press('Enter')
    await page.waitForURL(`/alerts/${row}`)
    await page.goBack()
    await soon(() => page.evaluate('document.activeElement.dataset.row')).toBe(row)
    await close()
  })

  test('an id that does not exist is said', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/incidents/nothing-here')
    await page.getByText('There is no incident with this id.').waitFor()
    await close()
  })
})
