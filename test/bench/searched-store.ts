/** A data folder as a server leaves it that has taken all these events with its built-in rules on. */
import { join } from 'node:path'
import { DAY, type Millis } from '../../server/domain/time.ts'
import { match } from '../../server/detect/match.ts'
import { readTask } from '../../server/pipeline/history.ts'
import { loadRules, REMATCH_PREFIX } from '../../server/pipeline/rulebook.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { Batch } from '../../server/store/store.ts'
import { type Siem, startSiem } from '../support/server.ts'
import { asLogEvent, type SearchedEvents } from './searched-events.ts'

// Batches of 1,000 a commit: waiting for the disk is no part of searching either.
const COMMITTED = 5
/** Correlating is no part of searching: it begins in another year. */
const ENV = { VEDETTE_CORRELATE: '0 0 0 1 1 *', VEDETTE_RETENTION: '3650d' }

export function startOn(folder: string): Promise<Siem> {
  return startSiem({ data: folder, env: ENV })
}

/** Through the store's own append, with the hits of the rules that the server has put there. Gives the hits' number. */
export async function fillFolder(folder: string, count: number, make: SearchedEvents): Promise<number> {
  await firstStart(folder)
  const store = openFolder(folder, false)
  try {
    const rules = (await loadRules(store)).flatMap(({ rule, compiled }) =>
      rule.enabled ? (compiled ?? []) : [],
    )
    const index = buildIndex(rules)
    let hits = 0
    let waiting: Batch[] = []
    for (let n = 0; n < count; n += 1000) {
      const events = Array.from({ length: Math.min(1000, count - n) }, (_, i) => {
        const event = asLogEvent(make(n + i))
        const found = match(event, index)
        hits += found.length
        return { event, hits: found, line: i + 1 }
      })
      waiting.push({ events, rejections: [], source: 'bench', receivedAt: events[0]!.event.receivedAt })
      if (waiting.length < COMMITTED && n + 1000 < count) continue
      await store.append(waiting)
      waiting = []
    }
    // What the server does between requests.
    while ((await store.compact(4)) > 0);
    while ((await store.survey(64)) > 0);
    return hits
  } finally {
    await store.close()
  }
}

/** Migrations that came since it was filled. */
export async function upgradeFolder(folder: string): Promise<void> {
  await openFolder(folder, false).close()
}

export function openFolder(folder: string, readonly: boolean): SqliteStore {
  return openSqlite({ file: join(folder, 'vedette.db'), merge: () => null, readonly })
}

/** Lets the server put its rules there, and look for them in the empty history. */
async function firstStart(folder: string): Promise<void> {
  const siem = await startOn(folder)
  const store = openFolder(folder, true)
  try {
    for (let tries = 0; tries < 100 && !(await areRulesReady(store)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    await store.close()
    await siem.stop()
  }
}

async function areRulesReady(store: SqliteStore): Promise<boolean> {
  const rules = await loadRules(store)
  const tasks = await Promise.all(rules.map(({ rule }) => store.record('setting', REMATCH_PREFIX + rule.id)))
  return rules.length > 0 && tasks.every((task) => !task || readTask(task)?.stage === 'done')
}

/** The thirty days up to today. */
export function lastDays(now: Millis): { start: Millis; span: Millis } {
  return { start: Math.floor(now / DAY) * DAY - 30 * DAY, span: 30 * DAY }
}
