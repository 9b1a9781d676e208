/** What shippers and people feel while old logs are removed and while a backup is made: against the same load without. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY } from '../../server/domain/time.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { send } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'
import type { BenchResult } from './result.ts'
import { asLogEvent, searchedEvents } from './searched-events.ts'

const OLD = Number(process.env['VEDETTE_BENCH_OLD'] ?? 60_000)
const LOAD_MS = Number(process.env['VEDETTE_BENCH_LOAD_MS'] ?? 20_000)
const CONNECTIONS = 4
const PER_SECOND = 1000
const ENV = { VEDETTE_CORRELATE: '0 0 0 1 1 *', VEDETTE_RETENTION: '3650d' }

type Felt = { rate: number; p99: number; lagP99: number; lagMax: number }

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-keeping-'))
  try {
    const [plain, aged] = [join(folder, 'plain'), join(folder, 'aged')]
    await fill(plain)
    cpSync(plain, aged, { recursive: true })
    return [...(await backups(plain)), ...(await retention(aged))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A data folder with a store of events that came in 100 days ago. */
async function fill(data: string): Promise<void> {
  await (await startSiem({ data, env: ENV })).stop()
  const store = openSqlite({ file: join(data, 'vedette.db'), merge: () => null })
  const make = searchedEvents(OLD, Date.now() - 101 * DAY, DAY)
  for (let n = 0; n < OLD; n += 1000) {
    const events = Array.from({ length: 1000 }, (_, i) => ({
      event: asLogEvent(make(n + i)),
      hits: [],
      line: i + 1,
    }))
    const { receivedAt } = events[0]!.event
    await store.append([{ events, rejections: [], source: 'bench', receivedAt }])
  }
  while ((await store.survey(64)) > 0);
  await store.close()
}

async function backups(data: string): Promise<BenchResult[]> {
  const siem = await startSiem({ data, env: ENV })
  await load(siem, 3000)
  const without = await load(siem, LOAD_MS)
  let made = 0
  let took = 0
  let bytes = 0
  const during = await load(siem, LOAD_MS, async (isOver) => {
    while (!isOver()) {
      const backup = await siem.post('/api/v1/backups')
      made++
      took += backup.tookMs
      bytes = backup.bytes
    }
  })
  await siem.stop()
  const size = `${made} backups of ${Math.round(bytes / 1e6)} MB, ${Math.round(took / made)} ms each`
  return results('backups, one after the other', without, during, size)
}

async function retention(data: string): Promise<BenchResult[]> {
  const idle = await startSiem({ data, env: ENV })
  await load(idle, 3000)
  const without = await load(idle, LOAD_MS)
  await idle.stop()
  const siem = await startSiem({ data, env: { ...ENV, VEDETTE_RETENTION: '90d' } })
  const removed = async () => {
    const { removed: days } = await siem.get('/api/v1/retention')
    return days.reduce((sum: number, { events }: { events: number }) => sum + events, 0) as number
  }
  // The first look comes ten seconds after the start.
  while ((await removed()) === 0) await load(siem, 500)
  const [before, began] = [await removed(), performance.now()]
  let gone = 0
  let until = 0
  const during = await load(siem, LOAD_MS, async (isOver) => {
    while (!isOver()) {
      const now = await removed()
      if (now > gone) until = performance.now()
      gone = now
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })
  const { bytes } = await siem.get('/api/v1/retention')
  await siem.stop()
  const rate = ((gone - before) * 1000) / Math.max(1, until - began)
  const size = `${Math.round(rate)} events/s removed, ${gone} in all, ${Math.round(bytes / 1e6)} MB left`
  return results('removing old events', without, during, size)
}

/** Posts 1,000 events a second in requests of 50 over some connections, while something else goes on. */
async function load(
  siem: Siem,
  forMs: number,
  beside?: (isOver: () => boolean) => Promise<void>,
): Promise<Felt> {
  await metrics(siem)
  const began = performance.now()
  const isOver = () => performance.now() - began > forMs
  const waits: number[] = []
  let sent = 0
  const one = async (n: number) => {
    const pace = (50 * 1000 * CONNECTIONS) / PER_SECOND
    for (let tick = 0; !isOver(); tick++) {
      const due = began + (tick + n / CONNECTIONS) * pace
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
      const asked = performance.now()
      const answer = await siem.request('/api/v1/events?dataset=o365.audit', {
        method: 'POST',
        body: batch(50),
      })
      await answer.text()
      if (!answer.ok) throw new Error(`${answer.status}`)
      sent += 50
      waits.push(performance.now() - asked)
    }
  }
  const others = beside?.(isOver)
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => one(n)))
  const tookMs = performance.now() - began
  const text = await metrics(siem)
  await others
  const lag = (name: string) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1]) * 1000
  waits.sort((a, b) => a - b)
  return {
    rate: (sent * 1000) / tookMs,
    p99: waits[Math.floor(waits.length * 0.99)] ?? 0,
    lagP99: lag('p99'),
    lagMax: lag('max'),
  }
}

/** Reading them begins a new measurement of the event loop. */
async function metrics(siem: Siem): Promise<string> {
  return (await siem.request('/metrics')).text()
}

let serial = 0
function batch(count: number): string {
  const now = Date.now()
  return Array.from({ length: count }, () => {
    serial++
    const operation = serial % 9 ? 'MailItemsAccessed' : 'Send'
    return JSON.stringify(
      send({ user: `p${serial % 400}@bench.example`, at: now - (serial % 100_000) * 300, operation }),
    )
  }).join('\n')
}

function results(name: string, without: Felt, during: Felt, detail: string): BenchResult[] {
  const ms = (value: number) => value.toFixed(0)
  return [
    {
      name: `${name}: events/s taken of the same load without`,
      value: during.rate / without.rate,
      unit: 'x',
      bar: { atLeast: 0.9 },
      detail: `${ms(during.rate)} against ${ms(without.rate)}; slowest request in a hundred ${ms(during.p99)} against ${ms(without.p99)} ms; ${detail}`,
    },
    {
      name: `${name}: event loop delay of the HTTP thread, p99`,
      value: during.lagP99,
      unit: 'ms',
      bar: { atMost: 50 },
      detail: `without ${ms(without.lagP99)}; longest ${ms(during.lagMax)} against ${ms(without.lagMax)} ms`,
    },
  ]
}
