import { Secret, TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, PHONE, sideways, soon } from '../support/browser.ts'
import { signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const VIEWS = [
  ['light, on a desktop', { colorScheme: 'light' }],
  ['dark, on a phone', { colorScheme: 'dark', viewport: PHONE }],
] as const

describe.skipIf(noBrowser)(`signing in${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    await siem.ingest([signIn({ user: 'quiet@contoso.example', at: Date.now() })])
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test.each(VIEWS)(
    'a wrong password is said beside the field, a right one leads to where one wanted to go: %s',
    async (_, view) => {
      const { page, complaints, close } = await openPage(browser, siem, { ...view, signIn: false })
      await page.goto('/alerts?view=all')
      await page.getByRole('heading', { name: 'Sign in to Vedette' }).waitFor()
      expect(await axeViolations(page)).toEqual([])
      expect(await sideways(page)).toBe(0)
      await page.getByLabel('User').fill('admin')
      await page.getByLabel('Password').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').filter({ hasText: 'Wrong user or password.' }).waitFor()
      expect(await page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true')
      expect(await axeViolations(page)).toEqual([])
      await page.getByLabel('Password').fill(siem.adminPassword)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor()
      expect(page.url()).toContain('/alerts?view=all')
      expect(complaints).toEqual([])
      await close()
    },
  )

  test('who has a second factor is asked for a code after the password', async () => {
    const person = { name: 'lotte', password: 'a long password' }
    await siem.post('/api/v1/users', { ...person, role: 'analyst' })
    const { page, context, complaints, close } = await openPage(browser, siem, { signIn: false })
    const headers = { origin: siem.url }
    const api = context.request
    await api.post('/api/v1/session', { data: { user: 'lotte', password: person.password }, headers })
    const proposed = await api.post('/api/v1/session/totp', { data: { password: person.password }, headers })
    const { secret } = (await proposed.json()) as { secret: string }
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    const turnedOn = await api.put('/api/v1/session/totp', { data: { code }, headers })
    const { recoveryCodes } = (await turnedOn.json()) as { recoveryCodes: string[] }
    await context.clearCookies()

    await page.goto('/alerts')
    await page.getByLabel('User').fill('lotte')
    await page.getByLabel('Password').fill(person.password)
    await page.keyboard.press('Enter')
    await page.getByLabel('Code').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.type('000000')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Wrong password or code.' }).waitFor()
    await page.getByLabel('Code').fill(recoveryCodes[0]!)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor()
    expect(complaints.filter((one) => !one.includes('401'))).toEqual([])
    await close()
  })

  test.each([
    ['the live connection tells it', true],
    ['no live connection, the next answer tells it', false],
  ])('a session that ends leads to the sign-in, and back to the same page: %s', async (_, connected) => {
    const { page, context, close } = await openPage(browser, siem)
    // Held open without a word from the server, so that only answers can tell.
    if (!connected) await page.routeWebSocket('**/api/v1/live', () => {})
    await page.goto('/alerts?view=all')
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Closed' }).click()
    await page.waitForURL('**/alerts?view=closed')
    await page.waitForLoadState('networkidle')
    await context.request.delete('/api/v1/session', { headers: { origin: siem.url } })
    if (!connected) await page.getByRole('link', { name: 'All', exact: true }).click()
    await page.getByText('Your session has ended').waitFor()
    await page.getByLabel('User').fill('admin')
    await page.getByLabel('Password').fill(siem.adminPassword)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor()
    expect(page.url()).toContain(connected ? 'view=closed' : 'view=all')
    await close()
  })

  test('signing out ends the session on the server too', async () => {
    const { page, context, close } = await openPage(browser, siem)
    await page.goto('/')
    await page.locator('.sidebar').getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to Vedette' }).waitFor()
    expect((await context.request.get('/api/v1/session')).status()).toBe(401)
    await close()
  })
})

describe.skipIf(noBrowser)(`the set-up${noBrowser}`, () => {
  test('the printed link makes the first account, once, and signs in', async () => {
    const browser = await openBrowser()
    const siem = await startSiem({ env: { VEDETTE_ADMIN_PASSWORD: '' } })
    const printed = () => /https?:\/\/\S+\/setup#token=\S+/.exec(siem.output())?.[0]
    // It comes after the line that says that the server is ready.
    await soon(printed).toBeTruthy()
    const link = printed()
    const { page, complaints, close } = await openPage(browser, siem, { signIn: false })
    await page.goto('/')
    await page.getByText('No account exists yet').waitFor()

    await page.goto(link!)
    await page.getByRole('heading', { name: 'Set up Vedette' }).waitFor()
    // The token is in no address that could be shared or kept in the history.
    expect(page.url()).not.toContain('token')
    expect(await axeViolations(page)).toEqual([])
    await page.getByLabel('User').fill('sam')
    await page.getByLabel('Password', { exact: true }).fill('a long password')
    await page.getByLabel('Password again').fill('another password')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').filter({ hasText: 'The two passwords differ.' }).waitFor()
    await page.getByLabel('Password again').fill('a long password')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Connect your first source' }).waitFor()
    // A drill is no source: nothing is watched yet.
    await siem.post('/api/v1/drills', { name: 'full-chain' })
    await siem.settled()
    await page.reload()
    await page.getByRole('heading', { name: 'Connect your first source' }).waitFor()
    expect(complaints).toEqual([])

    const again = await openPage(browser, siem, { signIn: false })
    await again.page.goto(link!)
    await again.page.getByLabel('Password', { exact: true }).fill('a long password')
    await again.page.getByLabel('Password again').fill('a long password')
    await again.page.getByRole('button', { name: 'Create account' }).click()
    await again.page.getByText('The set-up is done already').waitFor()
    await again.close()
    await close()
    await browser.close()
    await siem.stop()
  })
})
