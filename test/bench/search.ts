/**
 * Searching 100,000 events of 30 days, each figure against a full scan of the same store: every document read and
 * tested, newest first, as a query must that says nothing by which events are found.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventId, type LogEvent } from '../../server/domain/event.ts'
import { DAY } from '../../server/domain/time.ts'
import { createSearch, type Search } from '../../server/search/search.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import type { BenchResult } from './result.ts'
import { syntheticEvent } from './store-documents.ts'

const EVENTS = Number(process.env['VEDETTE_BENCH_SEARCHED'] ?? 100_000)
const START = Date.UTC(2026, 0, 5)
const SPAN = 30 * DAY
const RUNS = 3

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const file = join(folder, 'vedette.db')
  const merge = () => null
  const writer = openSqlite({ file, merge })
  for (let n = 0; n < EVENTS; n += 1000) {
    const events = Array.from({ length: Math.min(1000, EVENTS - n) }, (_, i) => eventOf(n + i))
    const batch = { rejections: [], source: 'bench', receivedAt: START }
    await writer.append([{ ...batch, events: events.map((event) => ({ event, hits: [], line: 1 })) }])
  }
  const reader = openSqlite({ file, merge, readonly: true })
  try {
    const search = createSearch({ store: reader, clock: () => START + SPAN })
    // Another text than the one asked for below: which blocks may hold a text is remembered for some seconds.
    const every = await median(page(search, ABSENT.replace('no-such', 'not-one')))
    const began = performance.now()
    while ((await writer.survey(1)) > 0);
    const surveyed = performance.now() - began
    return await measure(search, every, surveyed)
  } finally {
    await reader.close()
    await writer.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const ABSENT = 'any where event.id : "*no-such-text-anywhere*"'
type Job = () => Promise<number>

async function measure(search: Search, everyBlock: number, surveyed: number): Promise<BenchResult[]> {
  const range = { from: START, to: START + SPAN - 1 }
  const day = { from: START + 10 * DAY, to: START + 11 * DAY - 1 }
  // No field stands alone on one side, so nothing can be looked for but in every document.
  const full = await median(page(search, 'any where length(user.email) > 1000'), 1)
  const user = eventOf(7).fields['user'] as { email: string }
  const rare = `any where event.id : "*${eventOf(77).identity.slice(3, 25)}*"`
  const failures = 'any where event.outcome == "failure"'
  const against = async (name: string, job: Job, whole: number, what: string, atMost: number) => {
    const found = await job()
    const took = await median(job)
    const detail = `${took.toFixed(1)} ms, ${found} found; ${what} ${whole.toFixed(0)} ms`
    return { name, value: took / whole, unit: `of ${what}`, bar: { atMost }, detail }
  }
  const ofFull = (name: string, atMost: number, job: Job) => against(name, job, full, 'a full scan', atMost)
  const ofBlocks = (name: string, atMost: number, job: Job) =>
    against(name, job, everyBlock, 'looking into every block', atMost)
  const all = 'any where true'
  return [
    await ofFull(
      'one action in a day, newest 50',
      0.02,
      page(search, 'any where event.action == "New-InboxRule"', day),
    ),
    await ofFull(
      'one account in 30 days, newest 50',
      0.15,
      page(search, `any where user.email == "${user.email}"`, range),
    ),
    await ofFull('histogram of 30 days', 0.03, histogram(search, all, range)),
    await ofFull(
      'histogram of 30 days, one action',
      0.01,
      histogram(search, 'any where event.action == "Send"', range),
    ),
    await ofFull('ten commonest accounts', 0.01, top(search, all, 'user.email', range)),
    await ofFull('ten commonest addresses of failures', 0.03, top(search, failures, 'source.ip', range)),
    await ofFull(
      'a common substring, newest 50',
      0.1,
      page(search, 'any where user_agent.original : "*chrome*"'),
    ),
    // What does not grow with the store is most of it here: of 300,000 events it was 0.02.
    await ofBlocks('a rare substring, all of them', 0.25, page(search, rare)),
    await ofBlocks('an absent substring', 0.15, page(search, ABSENT)),
    {
      name: 'noting which texts blocks can hold, when idle',
      value: (surveyed * 1000) / EVENTS,
      unit: 'us an event',
      bar: null,
      detail: `${surveyed.toFixed(0)} ms for ${EVENTS} events`,
    },
  ]
}

function page(search: Search, query: string, range: object = {}): Job {
  return async () => {
    const paging = { size: 50, order: 'desc' as const }
    const answer = await search.search(1, { language: 'eql', query, ...range }, paging)
    if (!('text' in answer)) throw new Error(JSON.stringify(answer))
    return (JSON.parse(answer.text) as { total: { value: number } }).total.value
  }
}

function histogram(search: Search, query: string, range: object): Job {
  return async () => {
    const answer = await search.histogram(1, { language: 'eql', query, ...range })
    if (!('buckets' in answer)) throw new Error(JSON.stringify(answer))
    return answer.buckets.reduce((all, { count }) => all + count, 0)
  }
}

function top(search: Search, query: string, field: string, range: object): Job {
  return async () => {
    const answer = await search.top(1, { language: 'eql', query, ...range }, { field, size: 10 })
    if (!('values' in answer)) throw new Error(JSON.stringify(answer))
    return answer.values.reduce((all, { count }) => all + count, answer.other)
  }
}

async function median(job: () => Promise<unknown>, runs = RUNS): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const began = performance.now()
    await job()
    times.push(performance.now() - began)
  }
  return times.sort((a, b) => a - b)[runs >> 1]!
}

/** Spread evenly over the days, an event every 26 seconds. */
function eventOf(n: number): LogEvent {
  const event = syntheticEvent(n)
  const time = START + Math.floor((n * SPAN) / EVENTS)
  return { ...event, time, id: eventId(event.dataset, event.identity, time, true) }
}
