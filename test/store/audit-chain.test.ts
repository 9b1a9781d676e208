import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { auditVerdict } from '../../server/commands/audit-verify.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'

let folder: string
const file = () => join(folder, 'vedette.db')
const store = () => openSqlite({ file: file(), merge: mergeVersions })
const entry = (n: number) => ({ at: n, actor: 'ann', verb: 'rule.save', subject: `rule-${n}`, detail: { n } })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-audit-'))
  const written = store()
  for (let n = 1; n <= 6; n++) await written.note(entry(n))
  await written.putRecords([{ kind: 'rule', id: 'x', body: {}, audit: entry(7), at: 7 }])
  await written.close()
})

test('a trail that nobody touched is unbroken, and goes on so after a restart', async () => {
  const before = auditVerdict(folder)
  expect(before).toMatchObject({
    unbroken: true,
    said: expect.stringMatching(/^7 entries, unbroken, head [0-9a-f]{64}$/),
  })
  const again = store()
  await again.note(entry(8))
  expect(await again.verifyAudit()).toMatchObject({ unbroken: true, entries: 8 })
  const { items } = await again.audit(1)
  expect(auditVerdict(folder).said).toContain(items[0]!.hash)
  await again.close()
})

test.each([
  ['an entry that was changed', `UPDATE audit SET actor = 'bob' WHERE id = 3`, 'after 2 entries: entry 3'],
  [
    'a detail that was changed',
    `UPDATE audit SET detail = '{"n":33}' WHERE id = 3`,
    'after 2 entries: entry 3',
  ],
  ['an entry that was removed', 'DELETE FROM audit WHERE id = 4', 'after 3 entries: entry 4 is missing'],
  ['the first that was removed', 'DELETE FROM audit WHERE id = 1', 'after 0 entries: entry 1 is missing'],
  [
    'an end that was cut off',
    'DELETE FROM audit WHERE id > 5',
    'after 5 entries: the entries from 6 on are missing',
  ],
  [
    'two that changed places',
    'UPDATE audit SET id = CASE id WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE id END; UPDATE audit SET id = -id WHERE id < 0',
    'after 1 entries: entry 2',
  ],
  [
    'one that was put in',
    `INSERT INTO audit(time, actor, verb, subject, detail, hash) VALUES (9, 'eve', 'x', 'x', 'null', 'abc')`,
    'after 7 entries: entry 8',
  ],
])('%s is found', (_, sql, said) => {
  const db = new Database(file())
  db.exec(sql)
  db.close()
  expect(auditVerdict(folder)).toMatchObject({ unbroken: false, said: expect.stringContaining(said) })
})

test('a trail from before there was a chain is chained once, when the file is opened', async () => {
  const db = new Database(file())
  db.exec(`UPDATE audit SET hash = ''`)
  db.close()
  expect(auditVerdict(folder).unbroken).toBe(false)
  await store().close()
  expect(auditVerdict(folder)).toMatchObject({ unbroken: true, said: expect.stringContaining('7 entries') })
})

test('a folder without a store is said', () => {
  expect(() => auditVerdict('/nowhere')).toThrow(/is not there: name the data folder/)
})
