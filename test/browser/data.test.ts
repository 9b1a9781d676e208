import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { send } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

describe.skipIf(noBrowser)(`data, backups and fire drills in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem({ env: { VEDETTE_MAX_DISK: '20GB' } })
    await siem.ingest([send({ user: 'ann@example.org', at: Date.now() })])
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test('what is kept is told in words, a backup is made and listed, the schedule is changed', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/data')
    await page.getByText('90 days from their receipt').waitFor()
    await page.getByText('for 2 years, with the evidence that they copied').waitFor()
    await page.getByText(/of 20\.0 GB used$/).waitFor()
    await page.getByText('There is no backup yet').waitFor()
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByText(/holds 1 event, and can be restored/).waitFor()
    const listed = page.getByRole('list', { name: 'Backups' }).getByRole('listitem')
    await soon(() => listed.count()).toBe(1)
    expect(await listed.first().innerText()).toMatch(/vedette-.*\.db[^]*KB, 1 event[^]*Checked/)
    await page.getByLabel('keep').fill('3')
    await page.getByLabel('keep').press('Tab')
    await soon(async () => (await siem.get('/api/v1/backups')).schedule.keep).toBe(3)
    await page.getByLabel('keep').fill('0')
    await page.getByLabel('keep').press('Tab')
    await page.getByRole('switch', { name: 'A backup every day' }).click()
    await page.getByText('switched off').waitFor()
    expect((await siem.get('/api/v1/backups')).schedule).toMatchObject({ enabled: false, keep: 3 })
    expect(await axeViolations(page)).toEqual([])
    const folder = process.env['SHOTS']
    if (folder) {
      mkdirSync(folder, { recursive: true })
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1440, 390]) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 900 })
          await page.screenshot({ path: `${folder}/data-${colorScheme}-${width}.png`, fullPage: true })
        }
    }
    await page.setViewportSize({ width: 320, height: 700 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    expect(complaints).toEqual([])
    await close()
  })

  test('a fire drill is played, said step by step, and set to another time', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/fire-drill')
    await page.getByText('None was played yet').waitFor()
    await page.getByRole('button', { name: 'Play it now' }).click()
    await page.getByText(/^Passed .*: found in \d/).waitFor()
    const steps = page.getByRole('list', { name: 'The last fire drill, step by step' }).getByRole('listitem')
    expect(await steps.first().innerText()).toMatch(/^The port took its logs\s+[\d.]+ m?s\s+Done$/)
    expect(await steps.last().innerText()).toContain('Nobody is told of drills')
    await page.getByLabel('at', { exact: true }).fill('05:30')
    await page.getByLabel('Attack').selectOption('inbox-rule')
    const { rules } = await siem.get<{ rules: { id: string }[] }>('/api/v1/rules?size=1000')
    await soon(async () => (await siem.get('/api/v1/fire-drill')).schedule).toEqual({
      enabled: true,
      time: '05:30',
      scenario: 'inbox-rule',
    })
    for (const { id } of rules.filter((rule) => rule.id.startsWith('risky-sign-in'))) {
      await siem.request(`/api/v1/rules/${id}`, { method: 'PATCH', json: { enabled: false } })
    }
    await page.getByRole('button', { name: 'Play it now' }).click()
    await page.getByText(/^Failed .*: Every rule that has to find this attack is switched off/).waitFor()
    await page
      .getByRole('list', { name: 'Earlier fire drills' })
      .getByText(/found in \d/)
      .waitFor()
    expect(await axeViolations(page)).toEqual([])
    const [failed] = await siem.alerts('?rule=vedette-drill-failed')
    await page.goto(`/alerts/${failed.id}`)
    await page.getByRole('heading', { level: 1, name: /^The fire drill failed/ }).waitFor()
    await page.getByText('Mend it and play the drill again').waitFor()
    // It has no rule, no events, and nobody it is about.
    expect(await page.getByRole('button', { name: 'Add exception' }).count()).toBe(0)
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      expect.stringMatching(/^What to do now/),
      'Notes and activity',
    ])
    expect(complaints).toEqual([])
    await close()
  })

  test.each([
    ['data', 'retention', 'It could not be read'],
    ['fire-drill', 'fire-drill', 'The fire drills could not be read'],
    ['me', 'sessions', 'Your sessions could not be read'],
    ['sign-in', 'sign-in', 'It could not be read'],
  ])('what cannot be read is said, and can be tried again: %s', async (tab, resource, says) => {
    const { page, close } = await openPage(browser, siem)
    await page.route(`**/api/v1/${resource}`, (route) => route.abort())
    await page.goto(`/settings/${tab}`)
    await page.getByText(says).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.unroute(`**/api/v1/${resource}`)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(says).waitFor({ state: 'detached' })
    expect(await page.locator('.skeletons').count()).toBe(0)
    await close()
  })

  test('whoever may only read sees what is kept and no backups', async () => {
    await siem.post('/api/v1/users', { name: 'vic', password: 'long enough to be one', role: 'viewer' })
    const { page, context, complaints, close } = await openPage(browser, siem, { signIn: false })
    await context.request.post('/api/v1/session', {
      data: { user: 'vic', password: 'long enough to be one' },
      headers: { origin: siem.url },
    })
    await page.goto('/settings/data')
    await page.getByText('90 days from their receipt').waitFor()
    expect(await page.getByRole('button', { name: 'Back up now' }).count()).toBe(0)
    await page.goto('/settings/fire-drill')
    await page.getByText(/^(Passed|Failed) /).waitFor()
    expect(await page.getByRole('button', { name: 'Play it now' }).count()).toBe(0)
    expect(await page.getByRole('switch').count()).toBe(0)
    expect(await page.getByLabel('Attack').isDisabled()).toBe(true)
    expect(complaints).toEqual([])
    await close()
  })
})
