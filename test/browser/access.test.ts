/** One's own way in, and those of everybody, in a browser. */
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flawsEverywhere, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { oidcProvider, type OidcProvider } from '../support/oidc-provider.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe.skipIf(noBrowser)(`access in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let provider: OidcProvider
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    provider = await oidcProvider([`${siem.url}/api/v1/session/oidc/callback`])
    await siem.post('/api/v1/users', { name: 'bob', password: 'first password', role: 'analyst' })
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
    await provider?.stop()
  })

  const bob = async (password: string) => {
    const opened = await openPage(browser, siem, { signIn: false })
    await signIn(opened.page, 'bob', password)
    return opened
  }
  const signIn = async (page: Page, user: string, password: string) => {
    await page.goto('/settings/me')
    await page.getByLabel('User').fill(user)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  const codeOf = async (page: Page, steps = 0) => {
    const secret = (await page.locator('p.mono').innerText()).trim()
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: Date.now() + steps * 30_000,
    })
  }

  test('a person changes the password and ends sessions that are not known any more', async () => {
    const one = await bob('first password')
    const other = await bob('first password')
    await other.page.getByText('This one').waitFor()
    const { page } = one
    await page.reload()
    const sessions = page.getByRole('list', { name: 'Your sessions' }).getByRole('listitem')
    await soon(() => sessions.count()).toBe(2)
    expect(await sessions.last().innerText()).toMatch(/^Chrome on Linux\s+from 127\.0\.0\.1, since /)
    await page.getByRole('button', { name: /^End the session/ }).click()
    await soon(() => sessions.count()).toBe(1)
    await page.getByLabel('The one that you have').fill('not it')
    await page.getByLabel('A new one').fill('second password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByRole('alert').getByText('The current password is wrong.').waitFor()
    await page.getByLabel('The one that you have').fill('first password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('Password changed; your other sessions are over').waitFor()
    await page.reload()
    await page.getByText('This one').waitFor()
    expect(await flawsEverywhere(page)).toEqual([])
    expect(one.complaints.filter((text) => !/40[13]|422/.test(text))).toEqual([])
    await one.close()
    await other.close()
  })

  test('where everybody needs a second factor, a person is led to it, and goes on with it', async () => {
    const admin = await openPage(browser, siem)
    const { page } = admin
    await page.goto('/settings/sign-in')
    const everybody = page.getByRole('switch', { name: 'Everybody needs a second factor' })
    await everybody.click()
    await page
      .getByText('You have no second factor yourself yet. Set yours up under My account first.')
      .waitFor()
    await page.goto('/settings/me')
    const enrol = async (of: Page, password: string) => {
      await of.getByLabel('Your password').fill(password)
      await of.getByRole('button', { name: 'Set it up' }).click()
      await of.getByRole('img', { name: 'QR code of the secret' }).waitFor()
      expect(await flawsEverywhere(of)).toEqual([])
      const code = await codeOf(of)
      await of.getByLabel('The six digits').fill(code)
      await of.getByRole('button', { name: 'Turn it on' }).click()
      const codes = await of.getByLabel('Recovery codes').innerText()
      expect(codes.trim().split('\n')).toHaveLength(10)
      await of.getByRole('button', { name: 'I have kept them' }).click()
      return codes.split('\n')[0]!
    }
    const recovery = await enrol(page, siem.adminPassword)
    await page.getByText('It is on. You have 10 recovery codes left.').waitFor()
    await page.goto('/settings/sign-in')
    await everybody.click()
    await page.getByText('Everybody needs one now').waitFor()

    const person = await bob('second password')
    await person.page.getByRole('heading', { name: 'One thing first' }).waitFor()
    await enrol(person.page, 'second password')
    await person.page.getByText('It is on. You have 10 recovery codes left.').waitFor()
    expect(person.complaints).toEqual([])
    await person.close()

    await everybody.click()
    await page.getByText('It is up to each person now').waitFor()
    await page.goto('/settings/me')
    await page.getByLabel('To turn it off').fill(recovery)
    await page.getByRole('button', { name: 'Turn it off' }).click()
    await page.getByText('The second factor is off').waitFor()
    await page.goto('/settings/users')
    await page.getByRole('button', { name: 'More about bob' }).click()
    await page.getByRole('button', { name: 'Take the second factor away' }).click()
    await page.getByText('Signing in needs the password only').waitFor()
    await admin.close()
  })

  test('a provider is set up, and a person signs in with it, back to where they wanted to go', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/sign-in')
    await page.getByText(`${siem.url}/api/v1/session/oidc/callback`).waitFor()
    await page.getByLabel('Issuer').fill('http://127.0.0.1:9')
    await page.getByLabel('Application (client) ID').fill(provider.clientId)
    await page.getByLabel('Client secret').fill(provider.clientSecret)
    await page.getByLabel('Groups that are analysts').fill('g-it\ng-more')
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('alert')
      .getByText(/cannot be asked at http:\/\/127\.0\.0\.1:9/)
      .waitFor()
    await page.getByLabel('Issuer').fill(provider.issuer)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('People can sign in with Microsoft now').waitFor()
    expect(await flawsEverywhere(page)).toEqual([])
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([])
    await close()

    const out = await openPage(browser, siem, { signIn: false })
    provider.person = {
      sub: 'ann',
      claims: { preferred_username: 'ann@contoso.example', groups: ['g-other'] },
    }
    await out.page.goto('/rules?state=blind')
    await out.page.getByRole('link', { name: 'Sign in with Microsoft' }).click()
    await out.page.getByText(/None of your groups may sign in here/).waitFor()
    await out.page.getByRole('link', { name: 'Back to the sign-in' }).click()
    provider.person.claims['groups'] = ['g-it']
    await out.context.clearCookies()
    await out.page.goto('/rules?state=blind')
    await out.page.getByRole('link', { name: 'Sign in with Microsoft' }).click()
    await out.page.waitForURL(`${siem.url}/rules?state=blind`)
    await out.page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor()
    await out.page.goto('/settings/me')
    await out.page.getByText('This one').waitFor()
    await out.close()
  })
})
