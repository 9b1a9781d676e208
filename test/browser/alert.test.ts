import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, PHONE, soon } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'

describe.skipIf(noBrowser)(`the page of an alert in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let id: string
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    // Audit records know whole seconds only.
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest([
      signIn({ user: USER, at: now - 40 * MINUTE, risk: 'high', place: LAGOS, ip: '198.51.100.61' }),
      inboxRule({
        user: USER,
        at: now - 28 * MINUTE,
        parameters: {
          Name: 'in\u202Exob<img src=x onerror=alert(1)>',
          SubjectContainsWords: 'offer',
          ForwardTo: 'collector@contoso.example',
          DeleteMessage: 'True',
        },
      }),
      ...sends('bulk@contoso.example', 60, now - 30 * MINUTE, now - 5 * MINUTE),
    ])
    const alerts = await siem.settled()
    id = alerts.find((alert) => alert.user === USER && alert.kind === 'sequence').id
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('tells what happened, what to do and why, with the account in every command', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto(`/alerts/${id}`)
    const title = page.getByRole('heading', { level: 1 })
    await soon(() => title.innerText()).toMatch(/^alice@contoso\.example: risky sign-in from Nigeria/)
    expect(await page.title()).toContain('risky sign-in')
    expect(await page.locator('.facts').innerText()).toMatch(/12\s*min/)

    const respond = page.getByRole('region', { name: 'What to do now', exact: true })
    expect(await respond.locator('pre').first().textContent()).toContain(USER)
    expect(await respond.innerText()).toContain('Vedette never changes your tenant or your hosts')

    const evidence = page.getByRole('region', { name: 'What happened', exact: true })
    await soon(() => evidence.innerText()).toContain('Signed in from Lagos')
    await soon(() => evidence.innerText()).toContain('Created inbox rule')
    expect(await evidence.innerText()).toMatch(/12 min later/)
    expect(await evidence.locator('mark.hit').count()).toBeGreaterThan(0)
    const tag = evidence.getByText(/Arrived .* late/)
    expect(await tag.count()).toBe(2)

    const why = page.getByRole('region', { name: 'Why it fired', exact: true })
    expect(await why.getByRole('img', { name: 'Matched', exact: true }).count()).toBeGreaterThan(1)
    expect(complaints).toEqual([])
    await close()
  })

  test('what to do comes before the evidence in reading order', async () => {
    const { page, close } = await openPage(browser, siem, { viewport: PHONE })
    await page.goto(`/alerts/${id}`)
    const box = async (name: string) =>
      (await page.getByRole('region', { name, exact: true }).boundingBox())!.y
    expect(await box('What to do now')).toBeLessThan(await box('What happened'))
    await close()
  })

  test('what attackers wrote is shown as it is, never run, and never a link', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto(`/alerts/${id}`)
    const evidence = page.getByRole('region', { name: 'What happened', exact: true })
    await soon(() => evidence.innerText()).toContain('in\\u202Exob<img src=x onerror=alert(1)>')
    await evidence.getByText('Raw event').nth(1).click()
    const json = evidence.getByRole('group', { name: 'Event as JSON' })
    await json.waitFor()
    expect(await json.locator('mark').count()).toBeGreaterThan(0)
    expect(await json.innerText()).toContain('\\u202E')
    expect(await page.locator('main').innerText()).not.toContain('\u202E')
    expect(await page.locator('main img').count()).toBe(0)
    const links = await page.evaluate<string[]>('[...document.links].map((one) => one.href)')
    for (const link of links) expect(new URL(link).origin).toBe(siem.url)
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  })

  test('a command is copied exactly as it is shown', async () => {
    const { page, close } = await openPage(browser, siem, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.goto(`/alerts/${id}`)
    const respond = page.getByRole('region', { name: 'What to do now', exact: true })
    await respond.locator('summary').first().waitFor()
    const step = respond
      .getByRole('listitem')
      .filter({ has: page.locator('pre') })
      .first()
    if ((await step.locator('details').getAttribute('open')) === null) await step.locator('summary').click()
    await step.getByRole('button', { name: /Copy the command/ }).click()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(`${copied}\n`).toBe(await step.locator('pre').textContent())
    await close()
  })

  test('status, note and closing with a reason reach the server, and undo takes the closing back', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    const stored = () => siem.get(`/api/v1/alerts/${id}`)
    await page.goto(`/alerts/${id}`)
    await page.getByRole('button', { name: /^New/ }).click()
    await page.getByRole('button', { name: /Investigating/ }).click()
    await soon(async () => (await stored()).status).toBe('acknowledged')
    await page.keyboard.press('a')
    await soon(async () => (await stored()).assignee).toBe('admin')

    await page.getByLabel('Add a note').fill('Called her: it was not her.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('region', { name: 'Notes and activity' }).getByText('it was not her').waitFor()
    expect((await stored()).notes.at(-1)).toMatchObject({ by: 'admin', text: 'Called her: it was not her.' })

    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('e')
    await page.getByRole('dialog', { name: 'Close as' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('1')
    await soon(async () => await stored()).toMatchObject({ status: 'closed', closeReason: 'secured' })
    await page.getByRole('button', { name: /^Resolved/ }).waitFor()
    await page.getByRole('button', { name: /Undo/ }).click()
    await soon(async () => (await stored()).status).toBe('acknowledged')
    expect(complaints).toEqual([])
    await close()
  })

  test('someone else’s change is not written over, but shown', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto(`/alerts/${id}`)
    const buttons = page.locator('.page-actions')
    await buttons.waitFor()
    // The other person's change must not be told by the live feed before the key is pressed.
    await page.keyboard.press('p')
    await siem.request(`/api/v1/alerts/${id}`, { method: 'PATCH', json: { assignee: 'someone.else' } })
    await page.keyboard.press('s')
    await page.keyboard.press('1')
    const notice = page.getByRole('alert').filter({ hasText: 'Someone changed this alert' })
    await notice.waitFor()
    expect(await notice.innerText()).toContain('someone.else')
    expect((await siem.get(`/api/v1/alerts/${id}`)).status).not.toBe('open')
    await notice.getByRole('button', { name: 'Make it anyway' }).click()
    await soon(async () => (await siem.get(`/api/v1/alerts/${id}`)).status).toBe('open')
    await notice.waitFor({ state: 'detached' })
    await close()
  })

  test('the list filters by account and severity, and several alerts are changed at once', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/alerts')
    await page.getByRole('row').nth(1).waitFor()
    await page.getByRole('searchbox').fill(USER.toUpperCase())
    await page.keyboard.press('Enter')
    await page.waitForURL(/user=/)
    await soon(() => page.locator('tbody tr').allInnerTexts()).toSatisfy((rows: string[]) =>
      rows.every((row) => row.includes(USER)),
    )
    await page.getByRole('button', { name: 'Remove filter: account' }).click()
    await page.locator('tbody').getByText('bulk@contoso.example').first().waitFor()
    await page.getByRole('checkbox', { name: 'Select all shown' }).click()
    await page.getByRole('toolbar', { name: 'Selected alerts' }).waitFor()
    await page.keyboard.press('s')
    await page.getByRole('dialog', { name: 'Set status of 3 alerts' }).waitFor()
    await page.keyboard.press('2')
    await soon(async () => (await siem.alerts()).map((alert) => alert.status)).toSatisfy((all: string[]) =>
      all.every((status) => status === 'acknowledged'),
    )
    expect(complaints).toEqual([])
    await close()
  })

  test('J and K go on in the list that one came from, also without the overview', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/alerts?view=all')
    await page.locator('[data-row]').first().click()
    await page.getByText(/^1 of \d+ alerts$/).waitFor()
    const first = page.url()
    await page.keyboard.press('j')
    await page.getByText(/^2 of \d+ alerts$/).waitFor()
    expect(page.url()).not.toBe(first)
    await page.keyboard.press('k')
    await soon(() => page.url()).toBe(first)
    await close()
  })

  test('an id that does not exist is said, not shown blank', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/alerts/nothing-here')
    await page.getByText('There is no alert with this id.').waitFor()
    await close()
  })
})
