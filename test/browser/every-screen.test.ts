import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flawsEverywhere, noBrowser, openBrowser, openPage, soon, type Watched } from '../support/browser.ts'
import { inboxRule, LAGOS, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000
const USER = 'alice@contoso.example'
/** A folder for pictures of every screen; none are taken without it. */
const PICTURES = process.env['VEDETTE_PICTURES']

describe.skipIf(noBrowser)(`every screen in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  // One page for all of them: opening and signing in takes longer than most looks do.
  let opened: Watched | null = null
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    await siem.post('/api/v1/channels', {
      name: 'Phone push',
      kind: 'ntfy',
      config: { url: 'http://127.0.0.1:9/alerts', allowPrivate: true },
    })
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest(
      [
        ...Array.from({ length: 40 }, (_, i) =>
          signIn({ user: `user${i % 9}@contoso.example`, at: now - (i * 53 + 3) * MINUTE }),
        ),
        ...[9, 8, 4, 2].map((days) => signIn({ user: USER, at: now - days * 1440 * MINUTE })),
        signIn({ user: USER, at: now - 120 * MINUTE }),
        signIn({ user: USER, at: now - 60 * MINUTE, risk: 'high', place: LAGOS, ip: '198.51.100.61' }),
        inboxRule({
          user: USER,
          at: now - 48 * MINUTE,
          parameters: { Name: '.', ForwardTo: 'x@fabrikam.example' },
        }),
        ...sends(USER, 60, now - 30 * MINUTE, now - 5 * MINUTE),
        ...sends('bulk@contoso.example', 60, now - 30 * MINUTE, now - 5 * MINUTE),
      ],
      '?source=microsoft-365',
    )
    await siem.ingest([{ id: 'x', createdDateTime: 'not a time' }], '?dataset=azure.signinlogs&source=broken')
    const alerts = await siem.settled()
    const of = (rule: string) => alerts.find(({ ruleId, user }) => ruleId === rule && user === USER)
    ids['TRAVEL'] = of('impossible-travel').id
    ids['BULK'] = of('bulk-send').id
    ids['SEQUENCE'] = of('risky-sign-in-then-inbox-rule').id
    ids['INCIDENT'] = of('bulk-send').incidentId
    await siem.post('/api/v1/drills', { name: 'full-chain' })
    await siem.post('/api/v1/fire-drill/run')
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
  })

  test.each([
    ['overview', '/'],
    ['alerts', '/alerts'],
    ['alert-sequence', '/alerts/SEQUENCE'],
    ['alert-travel', '/alerts/TRAVEL'],
    ['alert-bulk', '/alerts/BULK'],
    ['incident', '/incidents/INCIDENT'],
    ['search', '/search?query=user.email: "alice@contoso.example"'],
    [
      'search-sequence',
      '/search?language=eql&query=sequence by user.email [authentication where true] [any where event.action == "New-InboxRule"]',
    ],
    ['accounts', '/accounts'],
    ['account', `/accounts/${USER}`],
    ['rules', '/rules'],
    ['rule', '/rules/bulk-send'],
    ['rule-guide', '/rules/impossible-travel?tab=guide'],
    ['rule-new', '/rules/new'],
    ['sources', '/sources'],
    ['connect', '/sources/new'],
    ['settings-organisation', '/settings'],
    ['settings-notifications', '/settings/notifications'],
    ['settings-fire-drill', '/settings/fire-drill'],
    ['settings-me', '/settings/me'],
    ['settings-sign-in', '/settings/sign-in'],
    ['settings-users', '/settings/users'],
    ['settings-keys', '/settings/keys'],
    ['settings-audit', '/settings/audit'],
    ['settings-data', '/settings/data'],
    ['settings-browser', '/settings/appearance'],
    ['settings-about', '/settings/about'],
  ])(
    '%s is accessible and needs no sideways scrolling, in both themes, from desktop to four times the zoom',
    async (name, path) => {
      const { page, complaints } = (opened ??= await openPage(browser, siem))
      complaints.length = 0
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(path.replace(/TRAVEL|BULK|SEQUENCE|INCIDENT/, (id) => ids[id]!))
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
      await soon(() => page.locator('.skeletons').count()).toBe(0)
      if (name === 'search') await page.locator('.results-table tbody tr').nth(1).click()
      expect(await flawsEverywhere(page)).toEqual([])
      expect(complaints).toEqual([])
      if (PICTURES) {
        mkdirSync(PICTURES, { recursive: true })
        for (const [width, height] of [
          [1440, 900],
          [390, 844],
        ] as const) {
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.setViewportSize({ width, height })
            await page.emulateMedia({ colorScheme })
            await page.waitForTimeout(300)
            await page.screenshot({ path: `${PICTURES}/${name}-${colorScheme}-${width}.png` })
          }
        }
      }
    },
  )
})
