/** Settling on the real store: groups that raise an alert each, against the least that a durable commit costs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { drain } from '../../server/pipeline/settle.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { openConnection } from '../../server/store/sqlite/connection.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { inboxRule, SEQUENCE, signIn, T0 } from '../support/detection.ts'
import type { BenchResult } from './result.ts'

const GROUPS = 1_000

export async function settling(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const store = openSqlite({ file: join(folder, 'vedette.db'), merge: () => null })
  try {
    const index = buildIndex([SEQUENCE])
    const events = Array.from({ length: GROUPS }, (_, i) => {
      const user = `user${i}@example.org`
      return [signIn(T0, { user }), inboxRule(T0 + MINUTE, { user })]
    }).flat()
    const matched = events.map((event, i) => ({ event, hits: match(event, index), line: i + 1 }))
    await store.append([{ events: matched, rejections: [], source: 'bench', receivedAt: T0 }])
    const floor = commits(join(folder, 'floor.db'))
    const rules = new Map([[SEQUENCE.rule.id, SEQUENCE]])
    const began = performance.now()
    const { raised } = await drain({ store, rules: () => rules, now: () => T0 + MINUTE })
    const took = (performance.now() - began) / GROUPS
    const detail = `${took.toFixed(2)} ms a group, ${raised} alerts; a commit of one row ${floor.toFixed(2)} ms`
    return [
      {
        name: 'settling a group that raises an alert',
        value: took / floor,
        unit: 'bare commits',
        bar: null,
        detail,
      },
    ]
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds for a durable commit of one row. */
function commits(file: string): number {
  const db = openConnection(file, false)
  db.exec('CREATE TABLE row(id INTEGER PRIMARY KEY, body TEXT)')
  const insert = db.prepare('INSERT INTO row(body) VALUES (?)')
  const body = 'x'.repeat(1000)
  const began = performance.now()
  for (let i = 0; i < GROUPS; i++) insert.run(body)
  const took = (performance.now() - began) / GROUPS
  db.close()
  return took
}
