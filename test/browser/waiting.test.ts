import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, noBrowser, openBrowser, openPage, PHONE, sideways, soon } from '../support/browser.ts'
import { audit } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

/** Set to a folder to look at what the pill looks like. */
const SHOTS = process.env['SHOTS']

describe.skipIf(noBrowser)(`alerts that wait behind the pill${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  const handOver = (user: string) =>
    siem.ingest([audit({ user, at: Date.now(), operation: 'Add-MailboxPermission' })])
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const rule = {
      name: 'Mailbox handed over',
      language: 'eql',
      entity: 'user.email',
      query: 'any where event.action == "Add-MailboxPermission"',
      summary: '{user}: risky sign-in, then the whole mailbox was handed over to somebody from outside',
    }
    expect(await siem.post('/api/v1/rules', rule)).toMatchObject({ id: 'mailbox-handed-over' })
    await handOver('first@contoso.example')
    expect(await siem.settled()).toHaveLength(1)
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test.each([
    ['overview-desktop', '/', {}],
    ['overview-phone', '/', { viewport: PHONE }],
    ['overview-smallest-dark', '/', { viewport: { width: 320, height: 640 }, colorScheme: 'dark' }],
    ['alerts-desktop', '/alerts', {}],
    ['alerts-between', '/alerts', { viewport: { width: 900, height: 700 }, colorScheme: 'dark' }],
    ['alerts-phone', '/alerts', { viewport: PHONE }],
  ] as const)(
    'can be read on the open page within two seconds, and no row moves: %s',
    async (name, path, look) => {
      const { page, complaints, close } = await openPage(browser, siem, look)
      await page.goto(path)
      await page.locator('[data-row]').first().waitFor()
      await page.locator('[data-connection="live"]').first().waitFor({ state: 'attached' })
      const rows = () =>
        page.evaluate<unknown[]>(
          '[...document.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.getBoundingClientRect().top])',
        )
      await page.evaluate('document.fonts.ready.then(() => {})')
      const before = await rows()

      const sentAt = Date.now()
      await handOver(`${name}@contoso.example`)
      const pill = page.getByRole('button', {
        name: new RegExp(`^1 new alert: ${name}@contoso.example: risky`),
      })
      await pill.waitFor({ timeout: 5_000 })
      expect(Date.now() - sentAt).toBeLessThan(2_000)
      expect(await page.locator('body').innerText()).toContain(
        `1 new alert: ${name}@contoso.example: risky sign-in, then the whole mailbox was handed over to somebody from outside`,
      )
      expect(await rows()).toEqual(before)

      await handOver(`eve\u202e${name}@contoso.example`)
      const news = () => page.locator('.live-pill__news').innerText()
      await soon(news).toContain(`2 new alerts, newest: eve\\u{202e}${name}@contoso.example: risky`)
      expect(await rows()).toEqual(before)
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` })
      expect(await sideways(page)).toBe(0)
      expect(await page.evaluate(INSIDE)).toEqual([])
      expect(await axeViolations(page)).toEqual([])

      await page.locator('.live-pill').click()
      await page.locator('.live-pill').waitFor({ state: 'detached' })
      expect((await rows()).length).toBe(before.length + 2)
      expect(complaints).toEqual([])
      await close()
    },
  )
})

/** What is wrong with the pill's box: cut text, or a part outside the window or over what people read and press. */
const INSIDE = `(() => {
  const pill = document.querySelector('.live-pill')
  const box = pill.getBoundingClientRect()
  const text = pill.querySelector('.live-pill__news')
  const words = text.getBoundingClientRect()
  const isOver = (node) => {
    const other = node.getBoundingClientRect()
    return box.bottom > other.top && box.top < other.bottom && box.right > other.left && box.left < other.right
  }
  const kept = [...document.querySelectorAll('.tabs__tab, .now .panel__title, .now .panel__link')]
  return [
    box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight ? 'outside' : null,
    text.scrollWidth > text.clientWidth || words.top < box.top || words.bottom > box.bottom ? 'cut' : null,
    ...[document.querySelector('[data-row]'), ...kept].filter(isOver).map((node) => 'over ' + node.textContent),
  ].filter(Boolean)
})()`
