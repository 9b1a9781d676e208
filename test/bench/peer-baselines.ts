/**
 * What a user would search in instead, as a thread of its own: a SQLite table of documents with indexes, and DuckDB
 * over loaded columns. Both are filled with the events that the store has, then answer one question at a time.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from '../../server/store/sqlite/connection.ts'
import { type SearchedEvent, searchedEvents } from './searched-events.ts'

export type BaselineData = { folder: string; count: number; start: number; span: number; isFilled: boolean }
/** `runs`: times in ms of each run after a first one; `found`: what the last one counted. */
export type BaselineAnswer = { runs: number[]; found: number }
export type BaselineQuestion = {
  engine: 'sqlite' | 'duckdb'
  sql: string
  values: (string | number)[]
  runs: number
}

type Engine = {
  add(events: SearchedEvent[]): void | Promise<void>
  ready(): Promise<void> | void
  ask(question: BaselineQuestion): Promise<number> | number
}

const { folder, count, start, span, isFilled } = workerData as BaselineData
const engines = { sqlite: openTable(), duckdb: await openDuck() }
const make = searchedEvents(count, start, span)
for (let n = isFilled ? count : 0; n < count; n += 1000) {
  const events = Array.from({ length: Math.min(1000, count - n) }, (_, i) => make(n + i))
  await engines.sqlite.add(events)
  await engines.duckdb?.add(events)
}
await engines.sqlite.ready()
await engines.duckdb?.ready()
parentPort!.postMessage({ hasDuck: engines.duckdb !== null })

parentPort!.on('message', (question: BaselineQuestion) => {
  void answer(question).then(
    (found) => parentPort!.postMessage(found),
    (error: unknown) => {
      throw error
    },
  )
})

async function answer(question: BaselineQuestion): Promise<BaselineAnswer> {
  const engine = engines[question.engine]!
  let found = await engine.ask(question)
  const runs: number[] = []
  for (let i = 0; i < question.runs; i++) {
    const began = performance.now()
    found = await engine.ask(question)
    runs.push(performance.now() - began)
  }
  return { runs, found }
}

function openTable(): Engine {
  const db = openConnection(join(folder, 'table.db'), false)
  // Loading is not what is measured.
  db.pragma('synchronous = OFF')
  if (!isFilled)
    db.exec(
      'CREATE TABLE event(id INTEGER PRIMARY KEY, time INT, user TEXT, action TEXT, body TEXT NOT NULL)',
    )
  const insert = db.prepare('INSERT INTO event(time, user, action, body) VALUES (?, ?, ?, ?)')
  return {
    add: db.transaction((events: SearchedEvent[]) => {
      for (const { time, text, columns } of events) insert.run(time, columns.user, columns.action, text)
    }),
    ready() {
      if (isFilled) return
      db.exec('CREATE INDEX by_time ON event(time); CREATE INDEX by_user ON event(user, time)')
      db.exec('CREATE INDEX by_action ON event(action, time); ANALYZE')
    },
    ask: ({ sql, values }) => db.prepare(sql).all(...values).length,
  }
}

async function openDuck(): Promise<Engine | null> {
  const duck = await findDuck()
  if (!duck) return null
  const instance = await duck.DuckDBInstance.create(join(folder, 'peer.duckdb'))
  const db = await instance.connect()
  await db.run(
    `CREATE TABLE IF NOT EXISTS event(time BIGINT, dataset VARCHAR, user_email VARCHAR, action VARCHAR, outcome VARCHAR, ip VARCHAR,
       risk VARCHAR, forward VARCHAR, body VARCHAR)`,
  )
  const appender = await db.createAppender('event')
  return {
    add(events) {
      for (const { time, text, columns } of events) {
        const { dataset, user, action, outcome, ip, risk, forward } = columns
        appender.appendBigInt(BigInt(time))
        for (const value of [dataset, user, action, outcome, ip, risk, forward, text]) {
          if (value === null) appender.appendNull()
          else appender.appendVarchar(value)
        }
        appender.endRow()
      }
    },
    async ready() {
      appender.closeSync()
      await db.run('CHECKPOINT')
    },
    async ask({ sql, values }) {
      const rows = await (await db.runAndReadAll(sql, values)).getRows()
      const [only] = rows.length === 1 ? rows[0]! : []
      return typeof only === 'bigint' ? Number(only) : rows.length
    },
  }
}

/** No dependency of the project: taken where it has been installed by hand, here or in the folder that is named. */
async function findDuck(): Promise<any> {
  const name = '@duckdb/node-api'
  const elsewhere = process.env['VEDETTE_BENCH_DUCKDB']
  try {
    return await import(elsewhere ? createRequire(join(elsewhere, 'x')).resolve(name) : name)
  } catch {
    return null
  }
}
