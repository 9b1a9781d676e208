import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noBrowser, openBrowser, openPage, PHONE, sideways } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
/** What an attacker may write into a name, a subject, a program: tags, bidi controls, formulas, nothing visible. */
const HOSTILE =
  '=cmd|"/c calc"!A1<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202egpj.exe\u200b\u0007'
const LONG = 'A'.repeat(10_000)
const USER = 'alice+<b>bold<b>@contoso.example'

describe.skipIf(noBrowser)(`hostile data in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let paths: string[]
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest(
      [
        signIn({ user: USER, at: now - 40 * MINUTE, risk: 'high', place: { ...LAGOS, city: HOSTILE } }),
        inboxRule({
          user: USER,
          at: now - 28 * MINUTE,
          parameters: {
            Name: '.',
            ForwardTo: `"${HOSTILE}" [SMTP:x@fabrikam.example]`,
            SubjectContainsWords: LONG,
          },
        }),
        inboxRule({
          user: USER,
          at: now - 27 * MINUTE,
          parameters: { Name: HOSTILE, ForwardTo: 'x@fabrikam.example' },
        }),
        ...sends(USER, 55, now - 25 * MINUTE, now - 5 * MINUTE).map((record: any, i) =>
          i % 2 ? { ...record, Item: { ...record.Item, Subject: i % 3 ? HOSTILE : LONG } } : record,
        ),
        { id: HOSTILE, createdDateTime: HOSTILE },
      ],
      `?source=${encodeURIComponent(HOSTILE.replaceAll(/\p{C}/gu, ''))}`,
    )
    await siem.post('/api/v1/searches', { name: HOSTILE, language: 'kql', query: 'user.email: *' })
    await siem.post('/api/v1/rules', {
      name: HOSTILE,
      language: 'eql',
      query: 'any where false',
      summary: HOSTILE,
    })
    const alerts = await siem.settled()
    expect(alerts.length).toBeGreaterThan(3)
    paths = [
      '/',
      '/alerts',
      ...alerts.slice(0, 4).map(({ id }) => `/alerts/${id}`),
      `/incidents/${alerts.find(({ incidentId }) => incidentId).incidentId}`,
      '/search?query=*&from=',
      '/accounts',
      `/accounts/${encodeURIComponent(USER)}`,
      '/rules',
      '/sources',
      '/settings/audit',
    ]
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test.each([
    ['on a desktop', {}],
    ['on a phone', { viewport: PHONE, colorScheme: 'dark' as const }],
  ])(
    'is shown as text on every screen, with what cannot be seen written out, and runs nothing: %s',
    async (_, options) => {
      const { page, complaints, close } = await openPage(browser, siem, options)
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      let escapes = 0
      for (const path of paths) {
        await page.goto(path)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
        await expect
          .poll(() => page.locator('.skeletons').count(), { timeout: 20_000, message: path })
          .toBe(0)
        for (const row of await page
          .locator('.results-table tbody tr')
          .all()
          .then((rows) => rows.slice(0, 2)))
          await row.click()
        const closed = page.locator('main details:not([open]) > summary:visible')
        for (let n = Math.min(3, await closed.count()); n > 0; n--) await closed.first().click()
        const text = (await page.locator('body').innerText()) + (await page.title())
        expect(text, path).not.toMatch(/[\u202e\u200b]/)
        escapes += text.split('\\u202E').length - 1
        expect(await page.evaluate('window.hacked'), path).toBeUndefined()
        expect(
          await page.locator('img[src="x"], main script, main a[href^="javascript:"]').count(),
          path,
        ).toBe(0)
        expect(await sideways(page), path).toBe(0)
      }
      expect(escapes).toBeGreaterThan(5)
      expect(complaints).toEqual([])
      await close()
    },
  )
})
