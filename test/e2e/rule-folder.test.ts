import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSiem } from '../support/server.ts'

const rule = (name: string, action: string) =>
  `name: ${name}\nlanguage: eql\nquery: any where event.action == "${action}"\n`

test("the operator's rule files are read at the start and followed; a broken one takes nothing away", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-rules-'))
  writeFileSync(join(folder, 'one.yml'), rule('Folder one', 'One'))
  const siem = await startSiem({ env: { VEDETTE_RULES: folder, VEDETTE_LOG_LEVEL: 'error' } })
  const names = async () =>
    ((await siem.get('/api/v1/rules')).rules as { name: string; query: string; builtIn: boolean }[])
      .filter(({ builtIn }) => !builtIn)
      .map(({ name, query }) => `${name}: ${query.trim()}`)
      .sort()
  expect(await names()).toEqual(['Folder one: any where event.action == "One"'])

  writeFileSync(join(folder, 'two.yml'), rule('Folder two', 'Two'))
  writeFileSync(join(folder, 'one.yml'), rule('Folder one', 'Other'))
  const both = [
    'Folder one: any where event.action == "Other"',
    'Folder two: any where event.action == "Two"',
  ]
  await expect.poll(names, { timeout: 10_000 }).toEqual(both)
  await siem.ingest([{ event: { action: 'Two' }, user: { email: 'a@folder.example' }, message: 'x' }])
  // The list shows a rule before every thread has it: what comes in between, the rule finds in the history.
  await expect.poll(() => siem.settled('?rule=folder-two'), { timeout: 10_000 }).toHaveLength(1)

  writeFileSync(join(folder, 'two.yml'), 'name: Folder two\nlanguage: eql\nquery: any wher\n')
  await expect.poll(() => siem.output(), { timeout: 10_000 }).toMatch(/two\.yml:3:/)
  expect(await names()).toEqual(both)

  rmSync(join(folder, 'two.yml'))
  await expect.poll(names, { timeout: 10_000 }).toEqual(both.slice(0, 1))
  await siem.stop()
})
