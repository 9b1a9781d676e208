/**
 * A long time in a few minutes: the parts of the server on a clock that is moved on, with logs every hour, an attack
 * every week, a drill, retention, a backup and a restart every day. Sizes and memory must become flat.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import { DAY, HOUR, type Millis } from '../../server/domain/time.ts'
import { matchStored } from '../../server/detect/match.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { createAcceptor } from '../../server/pipeline/acceptor.ts'
import { createCorrelator } from '../../server/pipeline/correlator.ts'
import { startRetention } from '../../server/pipeline/retention.ts'
import { installBuiltIn, loadRules } from '../../server/pipeline/rulebook.ts'
import { trafficAge } from '../../server/pipeline/traffic-age.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { makeBackup } from '../../server/store/sqlite/backup.ts'
import { backupFolder } from '../../server/store/sqlite/backup-folder.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { send, signIn } from '../support/records.ts'
import type { BenchResult } from './result.ts'

const DAYS = Number(process.env['VEDETTE_BENCH_DAYS'] ?? 30)
const PER_HOUR = Number(process.env['VEDETTE_BENCH_PER_HOUR'] ?? 150)
/** Short against the time that passes, so that the end is not still the beginning. */
const KEPT: Millis = 7 * DAY
const BACKUPS_KEPT = 3
const BEGAN = Date.UTC(2026, 0, 5)
const SEED_RULES = fileURLToPath(new URL('../../seed/rules', import.meta.url))
const TABLES = [
  'event',
  'hit',
  'term',
  'alert',
  'traffic',
  'traffic_hour',
  'receipt',
  'hit_gone',
  'audit',
] as const

type Row = { day: number; fileMb: number; usedMb: number; rssMb: number; backupsMb: number } & Record<
  (typeof TABLES)[number],
  number
>

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-years-'))
  const clock = { now: BEGAN }
  const rows: Row[] = []
  try {
    for (let day = 0; day < DAYS; day++) rows.push(await liveOneDay(folder, day, clock))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const every = Math.max(1, Math.floor(DAYS / 15))
  console.table(rows.filter(({ day }) => day % every === 0 || day === DAYS - 1))
  return results(rows)
}

/** Opens what the day before left, lives through 24 hours, makes a backup and stops. */
async function liveOneDay(folder: string, day: number, clock: { now: Millis }): Promise<Row> {
  const file = join(folder, 'vedette.db')
  let index = buildIndex([])
  const store = openSqlite({ file, merge: mergeVersions, match: (event) => matchStored(event, index) })
  const now = () => clock.now
  if (day === 0) await installBuiltIn(store, loadBuiltIn(SEED_RULES), now)
  const rules = await loadRules(store)
  index = buildIndex(rules.flatMap(({ rule, compiled }) => (rule.enabled && compiled ? [compiled] : [])))
  const fail = (error: unknown) => {
    throw error
  }
  const acceptor = createAcceptor({ store, geo: null, index, clock: now, onHits: () => {} })
  const correlator = createCorrelator({ store, clock: now, onSettled: () => {}, onError: fail })
  const backups = backupFolder(folder)
  const retention = startRetention({
    store,
    events: KEPT,
    disk: { limit: () => Infinity, beside: backups.bytes, dropBackup: () => false },
    clock: now,
    isIdle: () => true,
    onShort: () => {},
    onError: fail,
  })
  const age = trafficAge(store, now)
  await correlator.reloadRules()
  await correlator.rematch()
  const accept = (dataset: string, records: unknown[], drill: string | null = null) =>
    acceptor.accept({
      kind: 'events',
      body: Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')),
      dataset,
      source: 'bench',
      drill,
      keyId: 'bench',
    })
  for (let hour = 0; hour < 24; hour++) {
    clock.now = BEGAN + day * DAY + hour * HOUR
    await accept('o365.audit', mails(clock.now))
    await accept('azure.signinlogs', signIns(clock.now))
    if (hour === 4) await attack(2 * day, clock.now, accept, `drill-${day}`)
    if (day % 7 === 3 && hour === 10) await attack(2 * day + 1, clock.now, accept, null)
    await correlator.beat()
    await retention.round()
    while ((await store.compact(4)) > 0);
    while ((await store.survey(8)) > 0);
    while ((await age()) > 0);
  }
  await correlator.stop()
  await retention.stop()
  const { bytes, used } = await store.size()
  await store.close()
  await makeBackup(file, clock.now)
  for (const { file: old } of backups.list().slice(BACKUPS_KEPT)) backups.remove(old)
  const mb = (size: number) => Math.round(size / 1e5) / 10
  return {
    day,
    fileMb: mb(Math.max(bytes, statSync(file).size)),
    usedMb: mb(used),
    rssMb: mb(process.memoryUsage().rss),
    backupsMb: mb(backups.bytes()),
    ...countRows(file),
  }
}

async function attack(
  seed: number,
  at: Millis,
  accept: (dataset: string, records: unknown[], drill: string | null) => Promise<unknown>,
  drill: string | null,
): Promise<void> {
  const scenario = SCENARIOS[seed % SCENARIOS.length]!
  const { records } = scenario.play(newRun(seed + 1, at))
  for (const [dataset, of] of Map.groupBy(records, (one) => one.dataset)) {
    const sent = of.map(({ record }) => record)
    await accept(dataset, sent, drill)
  }
}

let serial = 0
function mails(now: Millis): unknown[] {
  return Array.from({ length: PER_HOUR }, () => {
    serial++
    const operation = serial % 9 ? 'MailItemsAccessed' : 'Send'
    return send({ user: `p${serial % 97}@bench.example`, at: now - (serial % 3600) * 1000, operation })
  })
}

/** Some by people, some by strangers with names and addresses of their own, as every day brings. */
function signIns(now: Millis): unknown[] {
  return Array.from({ length: PER_HOUR / 3 }, () => {
    serial++
    const at = now - (serial % 3600) * 1000
    if (serial % 5) return signIn({ user: `p${serial % 97}@bench.example`, at })
    const ip = `198.${(serial >> 14) & 63}.${(serial >> 7) & 127}.${serial & 127}`
    return signIn({ user: `stranger${serial}@bench.example`, at, ip, error: 50126 })
  })
}

function countRows(file: string): Record<(typeof TABLES)[number], number> {
  const db = new Database(file, { readonly: true })
  const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!
  const counts = Object.fromEntries(TABLES.map((table) => [table, count(table)]))
  db.close()
  return counts as Record<(typeof TABLES)[number], number>
}

/** The last fifth against the one before: the store is as full as it gets when hits are as old as they get, 21 days. */
function results(rows: Row[]): BenchResult[] {
  const fifth = Math.floor(rows.length / 5)
  const most = (of: Row[], name: keyof Row) => Math.max(...of.map((row) => row[name]))
  const [before, last] = [rows.slice(-2 * fifth, -fifth), rows.slice(-fifth)]
  const told = `${DAYS} days of ${PER_HOUR * 32} events, kept for ${KEPT / DAY} days`
  return (['event', 'usedMb', 'fileMb', 'rssMb', 'backupsMb', 'term'] as const).map((name) => ({
    name: `${name}: the last fifth of the time against the fifth before`,
    value: most(last, name) / most(before, name),
    unit: 'x',
    bar: { atMost: 1.1 },
    detail: `${most(last, name)} against ${most(before, name)}; ${told}`,
  }))
}
