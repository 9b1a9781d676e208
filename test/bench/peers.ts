/**
 * Searching 30 days of events against what a user would run instead, in one run: a SQLite table with indexes, and
 * DuckDB where it is installed. Each question is asked in process and over HTTP of the real server on the same store.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { HOUR } from '../../server/domain/time.ts'
import { createTrials } from '../../server/pipeline/trials.ts'
import { loadRules } from '../../server/pipeline/rulebook.ts'
import { scanPlan } from '../../server/search/scan-plan.ts'
import { createSearch } from '../../server/search/search.ts'
import { createTurn } from '../../server/search/turn.ts'
import type { Siem } from '../support/server.ts'
import type { BaselineAnswer, BaselineData, BaselineQuestion } from './peer-baselines.ts'
import type { BenchResult } from './result.ts'
import { type SearchedEvent, searchedEvents } from './searched-events.ts'
import { fillFolder, lastDays, openFolder, startOn, upgradeFolder } from './searched-store.ts'

const EVENTS = Number(process.env['VEDETTE_BENCH_EVENTS'] ?? 100_000)
// A folder to keep, so that the next run need not fill it: a million events take minutes.
const KEPT = process.env['VEDETTE_BENCH_KEEP']
const RUNS = 3
// A question that takes longer is not asked again.
const LONG_MS = 4_000
const SEQUENCE = 'risky-sign-in-then-inbox-rule'
const INSTALL = 'DuckDB is not installed: npm install --no-save @duckdb/node-api'

type Measured = { ms: number; found: number }
type Question = {
  name: string
  /** In process. */
  ask(): Promise<number>
  http: { path: string; body: object }
  peer: Omit<BaselineQuestion, 'runs'>
  bar: { ratio: number } | { ms: number } | null
}

export async function run(): Promise<BenchResult[]> {
  const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const data = join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const filled = filledBefore(folder)
  const { start, span } = filled ?? lastDays(Date.now())
  const make = searchedEvents(EVENTS, start, span)
  const peers = startPeers({ folder, count: EVENTS, start, span, isFilled: filled !== null })
  const results: BenchResult[] = []
  try {
    const began = performance.now()
    const filling = filled ? upgradeFolder(data).then(() => filled.hits) : fillFolder(data, EVENTS, make)
    const [hits, hasDuck] = await Promise.all([filling, peers.ready])
    if (KEPT) writeFileSync(join(folder, FILLED), JSON.stringify({ count: EVENTS, start, span, hits }))
    results.push(loadResult((performance.now() - began) / 1000, hits))
    const store = openFolder(data, true)
    const questions = await questionsOn(store, make, { from: start, to: start + span - 1 })
    const inProcess = new Map<string, Measured>()
    for (const question of questions) inProcess.set(question.name, await measure(question.ask))
    await store.close()
    const asked: { question: Question; peer: BaselineAnswer | null }[] = []
    for (const question of questions) {
      const isThere = question.peer.engine === 'sqlite' || hasDuck
      asked.push({ question, peer: isThere ? await peers.ask({ ...question.peer, runs: RUNS }) : null })
    }
    const { overHttp, lag } = await askServer(data, questions)
    for (const { question, peer } of asked) {
      results.push(resultOf(question, inProcess.get(question.name)!, overHttp.get(question.name)!, peer))
    }
    return [...results, ...lag]
  } finally {
    await peers.stop()
    if (!KEPT) rmSync(folder, { recursive: true, force: true })
  }
}

const FILLED = 'filled.json'

function filledBefore(folder: string): { start: number; span: number; hits: number } | null {
  const file = join(folder, FILLED)
  if (!existsSync(file)) return null
  const { count, ...made } = JSON.parse(readFileSync(file, 'utf8'))
  if (count !== EVENTS) throw new Error(`${folder} holds ${count} events, not ${EVENTS}.`)
  return made
}

function loadResult(seconds: number, hits: number): BenchResult {
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(', ')
  return {
    name: 'filling all stores',
    value: seconds,
    unit: 's',
    bar: null,
    detail: `${EVENTS} events, ${hits} hits stored; load of the machine ${load}`,
  }
}

type Range = { from: number; to: number }

async function questionsOn(
  store: ReturnType<typeof openFolder>,
  make: (n: number) => SearchedEvent,
  range: Range,
): Promise<Question[]> {
  const search = createSearch({ store, clock: () => range.to })
  const trials = createTrials({ store, clock: () => range.to, plan: scanPlan, turn: createTurn })
  const rule = (await loadRules(store)).find(({ rule: { id } }) => id === SEQUENCE)!.rule
  const { user } = make(7).columns
  const rare = make(Math.floor(EVENTS * 0.4)).identity.slice(3, 25)
  const absent = 'no-such-text-anywhere'

  const page = (language: 'eql' | 'kql', query: string, within: Partial<Range>) => ({
    async ask() {
      const answer = await search.search(1, { language, query, ...within }, { size: 50, order: 'desc' })
      if (!('text' in answer)) throw new Error(JSON.stringify(answer))
      const { events, sequences } = JSON.parse(answer.text) as { events: unknown[]; sequences: unknown[] }
      return events.length + sequences.length
    },
    http: { path: '/api/v1/search', body: { language, query, ...within, size: 50 } },
  })
  const duck = (sql: string, ...values: string[]) => ({ engine: 'duckdb' as const, sql, values })
  const all = { language: 'eql', query: 'any where true', ...range } as const
  return [
    {
      name: 'one user over 30 days, newest 50',
      ...page('eql', `any where user.email == "${user}"`, range),
      peer: {
        engine: 'sqlite',
        sql: 'SELECT time, body FROM event WHERE user = ? AND time BETWEEN ? AND ? ORDER BY time DESC LIMIT 50',
        values: [user, range.from, range.to],
      },
      bar: { ms: 3 },
    },
    {
      name: 'a substring anywhere that is absent',
      ...page('kql', `*${absent}*`, {}),
      peer: duck(`SELECT count(*) FROM event WHERE contains(body, '${absent}')`),
      bar: { ratio: 0.1 },
    },
    {
      name: 'a substring anywhere that is rare',
      ...page('kql', `*${rare}*`, {}),
      peer: duck(`SELECT body FROM event WHERE contains(body, '${rare}')`),
      bar: { ratio: 0.3 },
    },
    {
      name: 'histogram over 30 days',
      async ask() {
        const answer = await search.histogram(1, all)
        return 'buckets' in answer ? answer.buckets.length : -1
      },
      http: { path: '/api/v1/search/histogram', body: all },
      peer: duck(
        `SELECT time // ${12 * HOUR}, count(*) FROM event WHERE time BETWEEN ${range.from} AND ${range.to} GROUP BY 1`,
      ),
      bar: { ratio: 1 },
    },
    {
      name: 'ten commonest users over 30 days',
      async ask() {
        const answer = await search.top(1, all, { field: 'user.email', size: 10 })
        return 'values' in answer ? answer.values.length : -1
      },
      http: { path: '/api/v1/search/top', body: { ...all, field: 'user.email', size: 10 } },
      peer: duck(
        `SELECT user_email, count(*) FROM event WHERE time BETWEEN ${range.from} AND ${range.to}
         GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
      ),
      bar: null,
    },
    {
      name: 'the built-in sequence over all history, by stored hits',
      async ask() {
        const answer = await trials.backtest(1, { rule, from: 0, to: range.to })
        return 'alerts' in answer ? answer.alerts.length : -1
      },
      http: { path: `/api/v1/rules/${SEQUENCE}/backtest`, body: { from: 0, to: range.to } },
      peer: duck(SEQUENCE_SQL),
      bar: { ratio: 0.5 },
    },
    {
      name: 'the same sequence, searched for',
      ...page('eql', rule.query, {}),
      peer: duck(SEQUENCE_SQL),
      bar: null,
    },
  ]
}

const SEQUENCE_SQL = `
  SELECT first.user_email, first.time, second.time
  FROM (SELECT * FROM event WHERE dataset = 'o365.audit' AND outcome <> 'failure'
          AND action IN ('New-InboxRule', 'Set-InboxRule') AND forward IS NOT NULL) second
  ASOF JOIN (SELECT * FROM event WHERE dataset = 'azure.signinlogs' AND outcome = 'success'
          AND risk IN ('high', 'medium')) first
    ON first.user_email = second.user_email AND first.time <= second.time
  WHERE second.time - first.time <= ${4 * HOUR}`

async function askServer(data: string, questions: readonly Question[]) {
  const siem = await startOn(data)
  try {
    const overHttp = new Map<string, Measured>()
    const lags: string[] = []
    let [p99, max] = [0, 0]
    await lagOf(siem)
    for (const { name, http } of questions) {
      overHttp.set(name, await measure(() => post(siem, http)))
      const lag = await lagOf(siem)
      lags.push(`${name} ${lag.max.toFixed(0)}`)
      p99 = Math.max(p99, lag.p99)
      max = Math.max(max, lag.max)
    }
    const lag: BenchResult[] = [
      {
        name: 'HTTP thread while searching: event loop delay, p99 of the worst question',
        value: p99,
        unit: 'ms',
        bar: { atMost: 50 },
        detail: `longest ${max.toFixed(0)} ms; longest of each: ${lags.join(', ')}`,
      },
    ]
    return { overHttp, lag }
  } finally {
    await siem.stop()
  }
}

async function post(siem: Siem, { path, body }: Question['http']): Promise<number> {
  const response = await siem.request(path, { method: 'POST', json: body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return text.length
}

/** Since the reading before, measured by the runtime in steps of 10 ms. */
async function lagOf(siem: Siem): Promise<{ p99: number; max: number }> {
  const text = await (await siem.request('/metrics')).text()
  const read = (name: string) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1] ?? NaN) * 1000
  return { p99: read('p99'), max: read('max') }
}

function resultOf(
  { name, bar }: Question,
  own: Measured,
  http: Measured,
  peer: BaselineAnswer | null,
): BenchResult {
  const base = peer && median(peer.runs)
  const detail = `${ms(own.ms)} in process, ${ms(http.ms)} over HTTP, ${own.found} found; ${
    base === null ? INSTALL : `the peer ${ms(base)}, ${peer!.found} found`
  }`
  if (bar && 'ms' in bar) return { name, value: own.ms, unit: 'ms', bar: { atMost: bar.ms }, detail }
  if (base === null) return { name, value: own.ms, unit: 'ms', bar: null, detail }
  return { name, value: own.ms / base, unit: 'of the peer', bar: bar && { atMost: bar.ratio }, detail }
}

const ms = (value: number) => `${Number(value.toPrecision(3))} ms`

async function measure(work: () => Promise<number>): Promise<Measured> {
  const times: number[] = []
  let found = 0
  // The first one warms the caches.
  for (let i = 0; i <= RUNS; i++) {
    const began = performance.now()
    found = await work()
    times.push(performance.now() - began)
    if (times[0]! > LONG_MS) break
  }
  return { ms: median(times.length > 1 ? times.slice(1) : times), found }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

function startPeers(data: BaselineData) {
  const worker = new Worker(fileURLToPath(new URL('peer-baselines.ts', import.meta.url)), {
    workerData: data,
  })
  const failed = new Promise<never>((_, reject) => worker.once('error', reject))
  failed.catch(() => {})
  const next = <T>() =>
    Promise.race([
      new Promise<T>((resolve) => worker.once('message', (message: T) => resolve(message))),
      failed,
    ])
  const ready = next<{ hasDuck: boolean }>().then(({ hasDuck }) => hasDuck)
  return {
    ready,
    ask(question: BaselineQuestion): Promise<BaselineAnswer> {
      worker.postMessage(question)
      return next<BaselineAnswer>()
    },
    stop: () => worker.terminate(),
  }
}
