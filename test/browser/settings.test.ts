import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe.skipIf(noBrowser)(`the settings in a browser${noBrowser}`, () => {
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

  test('what is usual in the organisation is saved, mistakes are told at their fields, a draft is kept', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings')
    await page.getByLabel('Your mail domains').fill('contoso.example\nnot a domain')
    await page.getByLabel('Approved forwarding').fill('archive@fabrikam.example')
    await page.getByRole('button', { name: 'Add a network' }).click()
    await page.getByLabel('Name of network 1').fill('Head office')
    await page.getByLabel('Addresses of network 1').fill('192.0.2.0/24')
    await page.getByRole('button', { name: 'Add a service account' }).click()
    await page.getByLabel('Service account 1', { exact: true }).fill('newsletter@contoso.example')
    await page.getByLabel('What service account 1 may do').fill('bulk-send, set-mailbox')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/not a domain must be a domain/).waitFor()
    expect(await page.getByLabel('Your mail domains').getAttribute('aria-invalid')).toBe('true')

    await page.getByRole('link', { name: 'About', exact: true }).click()
    await page.getByText('Node.js', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Organisation', exact: true }).click()
    await page.getByLabel('Your mail domains').fill('contoso.example')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Saved/).waitFor()
    expect(await siem.get('/api/v1/organisation')).toEqual({
      domains: ['contoso.example'],
      forwarding: ['archive@fabrikam.example'],
      networks: [{ name: 'Head office', cidr: '192.0.2.0/24', kind: 'office' }],
      serviceAccounts: [
        { account: 'newsletter@contoso.example', may: ['bulk-send', 'set-mailbox'], note: '' },
      ],
    })
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  })

  test('of two people who change the settings, the slower is told', async () => {
    const [one, other] = [await openPage(browser, siem), await openPage(browser, siem)]
    for (const { page } of [one, other]) {
      await page.goto('/settings')
      await page.getByLabel('Your mail domains').waitFor()
    }
    await one.page.getByLabel('Your mail domains').fill('one.example')
    await one.page.getByRole('button', { name: 'Save' }).click()
    await one.page.getByText(/^Saved/).waitFor()
    await other.page.getByLabel('Your mail domains').fill('other.example')
    await other.page.getByRole('button', { name: 'Save' }).click()
    await other.page.getByText(/The settings are at version \d+: read them again/).waitFor()
    expect((await siem.get('/api/v1/organisation')).domains).toEqual(['one.example'])
    await one.close()
    await other.close()
  })

  test('a key is made and shown once, told with its last use, and revoked after a question', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel(/^For/).fill('<b>gateway</b>')
    await page.getByLabel('read', { exact: true }).check()
    await page.getByRole('button', { name: 'Make the key' }).click()
    const key = await page.getByRole('group', { name: 'The key' }).innerText()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Done' }).click()
    await siem.request('/api/v1/alerts', { key })
    await page.reload()
    const row = page.getByRole('listitem').filter({ hasText: '<b>gateway</b>' })
    await soon(() => row.innerText()).toMatch(/may send events, read[^]*used \d+ s ago from/)
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('There is no key yet').waitFor()
    expect((await siem.request('/api/v1/alerts', { key })).status).toBe(401)
    expect(complaints).toEqual([])
    await close()
  })

  test('a user is added, given another role, switched off and deleted, and the trail tells it', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/users')
    await page.getByRole('button', { name: 'Add a user' }).click()
    await page.getByLabel('Name').fill('lotte')
    await page.getByLabel('First password').fill('a long password')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const lotte = async () => (await siem.get('/api/v1/users')).users.find((one: any) => one.name === 'lotte')
    await soon(lotte).toMatchObject({ role: 'analyst' })
    await page.getByLabel('Role of lotte').selectOption({ label: 'May look' })
    await soon(lotte).toMatchObject({ role: 'viewer' })
    await page.getByRole('switch', { name: 'lotte may sign in' }).click()
    await soon(lotte).toMatchObject({ disabled: true })
    await page.getByRole('button', { name: 'More about lotte' }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await soon(lotte).toBeUndefined()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByRole('searchbox').fill('lotte')
    await soon(() => page.locator('.trail').innerText()).toContain('deleted the user lotte')
    const trail = await page.locator('.trail').innerText()
    for (const change of ['role analyst → viewer', 'disabled false → true']) expect(trail).toContain(change)
    expect(trail).not.toContain('scrypt')
    expect(complaints).toEqual([])
    await close()
  })

  test('a viewer sees what they may, and cannot change it', async () => {
    await siem.post('/api/v1/users', { name: 'viewer', password: 'a long password', role: 'viewer' })
    const { page, context, close } = await openPage(browser, siem, { signIn: false })
    await context.request.post('/api/v1/session', {
      data: { user: 'viewer', password: 'a long password' },
      headers: { origin: siem.url },
    })
    await page.goto('/settings')
    await page.getByLabel('Your mail domains').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
    const tabs = page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
    expect(await tabs.allInnerTexts()).toEqual([
      'Organisation',
      'Fire drill',
      'My account',
      'Data and backups',
      'This browser',
      'About',
    ])
    await page.goto('/settings/keys')
    await page.getByText('There is no such page of the settings').waitFor()
    await close()
  })

  test('single-letter keys are switched off in this browser', async () => {
    const { page, close } = await openPage(browser, siem)
    await page.goto('/settings/appearance')
    await page.getByRole('switch', { name: 'Single-letter keys' }).click()
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('?')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await close()
  })
})
