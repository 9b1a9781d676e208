/** `vitest -u` writes the pages anew after a snippet has changed. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SHIPPERS } from '../../server/http/snippets/index.ts'
import { targetOf } from '../../server/http/snippets/shipper.ts'
import { indexPage, pageOf } from '../support/shippers/pages.ts'

const PAGES = fileURLToPath(new URL('../../.docs/shippers/', import.meta.url))

test.each(SHIPPERS.map((shipper) => [shipper.name, shipper] as const))(
  '%s has a page with the configuration that the API gives',
  async (name, shipper) => {
    const page = pageOf(shipper)
    await expect(page).toMatchFileSnapshot(`${PAGES}${name}.md`)
    expect(page).toContain(shipper.text(targetOf('https://siem.example.org')))
    expect(page.split('## When the server is full or away\n\n')[1]).toMatch(/^- The server/)
  },
)

test('the index names every page, and there is no other', async () => {
  await expect(indexPage(SHIPPERS)).toMatchFileSnapshot(`${PAGES}README.md`)
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md')
  expect(pages.sort()).toEqual(SHIPPERS.map(({ name }) => `${name}.md`).sort())
})
