import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const USER = 'alice@contoso.example'

describe.skipIf(noBrowser)(`accounts, and what an alert says beside its evidence${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let alerts: any[]
  const of = (rule: string) =>
    alerts.find(({ ruleId, user }) => ruleId === rule && user === USER).id as string
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest([
      ...[9, 8, 4, 2].map((days) => signIn({ user: USER, at: now - days * DAY })),
      signIn({ user: USER, at: now - 120 * MINUTE }),
      signIn({ user: USER, at: now - 60 * MINUTE, risk: 'high', place: LAGOS, ip: '198.51.100.61' }),
      inboxRule({
        user: USER,
        at: now - 48 * MINUTE,
        parameters: { Name: '.', ForwardTo: 'x@fabrikam.example' },
      }),
      ...sends(USER, 60, now - 30 * MINUTE, now - 5 * MINUTE),
    ])
    alerts = await siem.settled()
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('the accounts at risk are listed, any other is found, and each tells what is usual and what is new', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/accounts')
    await page.getByRole('link', { name: USER, exact: true }).click()
    await page.getByText('The whole story').waitFor()
    const fresh = page.getByRole('region', { name: 'First time' })
    await soon(() => fresh.innerText()).toContain('Nigeria')
    await soon(() => page.getByRole('region', { name: 'Usually seen' }).innerText()).toMatch(
      /Countries\s+Germany/,
    )
    await soon(() => page.getByRole('region', { name: 'What it did last' }).innerText()).toContain(
      'Sent a message',
    )
    await page.getByRole('link', { name: 'Search its events' }).click()
    await page.getByRole('heading', { name: 'Search' }).waitFor()

    await page.goto('/accounts')
    await page.getByRole('searchbox').fill('no/body@contoso.example')
    await page.keyboard.press('Enter')
    await page.getByText('No event of this account is stored').waitFor()
    expect(complaints.filter((one) => !one.includes('404'))).toEqual([])
    await close()
  })

  test('a journey is drawn, with the same numbers in words', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto(`/alerts/${of('impossible-travel')}`)
    const where = page.getByRole('region', { name: 'Where' })
    await where.getByRole('img', { name: /^Map\. Berlin, DE to Lagos, NG: [\d,]+ km in 1 h/ }).waitFor()
    await soon(() => where.locator('.map__land').getAttribute('d')).toMatch(/^M/)
    expect(await where.locator('.map__arc').count()).toBe(1)
    expect(await where.innerText()).toMatch(/km apart[^]*An airliner flies about 900 km\/h/)
    expect(complaints).toEqual([])
    await close()
  })

  test('how much was sent stands beside the usual and the limit, also as a table', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto(`/alerts/${of('bulk-send')}`)
    const much = page.getByRole('region', { name: 'How much' })
    await soon(() => much.innerText()).toContain('the rule’s limit, 50')
    await soon(() => much.innerText()).toMatch(
      /\d+ in the busiest stretch of this alert; before it, at most 0/,
    )
    await much.getByText('Show as table').click()
    expect(await much.getByRole('row').count()).toBeGreaterThan(1)
    expect(complaints).toEqual([])
    await close()
  })

  test('steps are ticked for everybody, taken back, and told in the activity', async () => {
    const [one, other] = [await openPage(browser, siem), await openPage(browser, siem)]
    const id = of('risky-sign-in-then-inbox-rule')
    await one.page.goto(`/alerts/${id}`)
    await other.page.goto(`/alerts/${id}`)
    const box = (page: typeof one.page) => page.getByRole('checkbox', { name: /^Done: Ask the person/ })
    await box(other.page).waitFor()
    await box(one.page).click()
    await soon(() => box(other.page).isChecked()).toBe(true)
    await soon(() => one.page.getByRole('region', { name: 'Notes and activity' }).innerText()).toContain(
      'did: Ask the person',
    )
    await box(one.page).click()
    await soon(() => box(other.page).isChecked()).toBe(false)
    expect([...one.complaints, ...other.complaints]).toEqual([])
    await one.close()
    await other.close()
  })

  test('an exception is proposed, says what it would have hidden, and takes the alert back', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    const id = of('inbox-rule-forwards-outside')
    await page.goto(`/alerts/${id}`)
    await page.getByText('Signed in from Lagos').or(page.getByText('Created inbox rule')).first().waitFor()
    await page.getByRole('button', { name: 'Add exception' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: 'What would it have hidden?' }).click()
    await sheet.getByText(/it would have hidden 1 alert/).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await sheet.getByLabel(/^Because/).fill('agreed with her')
    await sheet.getByRole('button', { name: 'Add exception' }).click()
    await page.getByText(/^Exception added/).waitFor()
    await soon(async () => (await siem.get(`/api/v1/alerts/${id}`)).status).toBe('withdrawn')
    expect(complaints).toEqual([])
    await close()
  })

  test('an alert is shared by its address and saved as JSON', async () => {
    const { page, close } = await openPage(browser, siem)
    const id = of('bulk-send')
    await page.goto(`/alerts/${id}`)
    await page.getByRole('button', { name: 'More' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as JSON' }).click()
    expect((await download).suggestedFilename()).toBe(`alert-${id}.json`)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: 'Copy a link to it' }).click()
    await page.getByText(/^Link copied\. |^The link is/).waitFor()
    await close()
  })
})
