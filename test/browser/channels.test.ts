import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpReceiver, type HttpReceiver } from '../notify/receivers.ts'
import { axeViolations, noBrowser, openBrowser, openPage, soon } from '../support/browser.ts'
import { sends } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const MINUTE = 60_000

describe.skipIf(noBrowser)(`the settings of notifications in a browser${noBrowser}`, () => {
  let browser: Browser
  let siem: Siem
  let receiver: HttpReceiver
  let isAway = false
  beforeAll(async () => {
    browser = await openBrowser()
    siem = await startSiem()
    receiver = await httpReceiver(() => ({ status: isAway ? 500 : 200 }))
  })
  afterAll(async () => {
    await browser?.close()
    await siem?.stop()
    await receiver?.stop()
  })

  test('a channel is added, mistakes are told, a test says how it went, and it can be changed and deleted', async () => {
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/notifications')
    await page.getByText('Nobody is told yet').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByLabel('By which way').selectOption({ label: 'Webhook' })
    await page.getByLabel('Name', { exact: true }).fill('<b>hook</b>')
    await page.getByRole('textbox', { name: 'Address' }).fill('not an address')
    await page.locator('input[name=secret]').fill('geheim')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'must be an address such as' }).waitFor()
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url)
    await page.getByLabel('From', { exact: true }).fill('22:00')
    await page.getByLabel('To', { exact: true }).fill('07:00')
    await page.getByLabel('At', { exact: true }).fill('08:15')
    await page.getByRole('group', { name: 'Instead of at once' }).getByLabel('Low').check()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Add', exact: true }).click()

    const row = page.getByRole('listitem').filter({ hasText: '<b>hook</b>' })
    await row.getByRole('button', { name: /^Send test/ }).click()
    await row.getByText('address of a private network').waitFor()
    await row.getByRole('button', { name: /^Change/ }).click()
    await page.getByLabel('It is in our own network').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Channel changed').waitFor()
    await row.getByRole('button', { name: /^Send test/ }).click()
    await row.getByText(/Delivered in \d+ ms/).waitFor()
    expect(receiver.received[0]!.headers['x-vedette-signature']).toMatch(/^t=\d+,v1=/)
    await page.getByLabel('Lowest severity').selectOption({ label: 'High and up' })
    const stored = async () => (await siem.get('/api/v1/channels')).channels[0]
    await soon(stored).toMatchObject({
      severities: ['high', 'critical'],
      config: { secret: { set: true }, allowPrivate: true },
      quiet: { from: '22:00', to: '07:00', except: ['critical'] },
      digest: { at: '08:15', severities: ['low'] },
    })
    await page.getByRole('switch').click()
    await soon(stored).toMatchObject({ enabled: false })
    await row.getByRole('button', { name: /^Change/ }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('Nobody is told yet').waitFor()
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
    await close()
  })

  test('what could not be sent is seen with the reason, and is sent again by hand', async () => {
    isAway = true
    const config = { url: receiver.url, allowPrivate: true }
    await siem.post('/api/v1/channels', { name: 'away', kind: 'webhook', config })
    const now = Math.floor(Date.now() / 1000) * 1000
    await siem.ingest(sends('bulk@contoso.example', 60, now - 30 * MINUTE, now - 5 * MINUTE))
    await siem.settled()
    await soon(async () => (await siem.get('/api/v1/deliveries')).deliveries[0]?.attempts).toBe(1)
    const { page, complaints, close } = await openPage(browser, siem)
    await page.goto('/settings/notifications')
    const row = page.getByRole('list', { name: 'Channels' }).getByRole('listitem')
    await row.getByText(/answered 500.*It is tried again/).waitFor()
    const sent = page.getByRole('list', { name: 'What was sent' }).getByRole('listitem').first()
    await sent.getByText('waits, tried 1 time').waitFor()
    expect(await sent.innerText()).toContain('bulk@contoso.example sent 60 mails')
    expect(await axeViolations(page)).toEqual([])

    await page.route('**/api/v1/channels', (route) => route.fulfill({ status: 500, json: {} }))
    await page.reload()
    await page.getByText('The channels could not be read').waitFor()
    await page.unroute('**/api/v1/channels')
    await page.getByRole('button', { name: 'Try again' }).click()
    await row.getByText(/It is tried again/).waitFor()
    expect(complaints.filter((one) => !one.includes('500'))).toEqual([])
    await close()
  })
})
