/**
 * Ingest over HTTP by the size of a request: events a second against the least that SQLite can do with the same text
 * and the same durability, processor time and bytes an event, and a minimal receiver beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openConnection } from '../../server/store/sqlite/connection.ts'
import { send } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'
import type { BenchResult } from './result.ts'

const ROUND_MS = Number(process.env['VEDETTE_BENCH_INGEST_MS'] ?? 3_000)
const ROUNDS = 2
const SIZES = [
  { size: 1, connections: 32 },
  { size: 100, connections: 8 },
  { size: 1000, connections: 4 },
]
const LINKS = { ndjson: '/api/v1/events?dataset=o365.audit', bulk: '/_bulk' }

type Run = { events: number; perSecond: number; cpu: number }
type Target = { url: string; pid: number; headers: Record<string, string> }

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const receiver = await startReceiver(join(folder, 'receiver.db'))
  const siem = await startSiem({ keep: true })
  const ours: Target = { url: siem.url, pid: siem.pid, headers: { authorization: `Bearer ${siem.apiKey}` } }
  try {
    const results: BenchResult[] = []
    const sent = { ours: 0, receiver: 0 }
    for (const { size, connections } of SIZES) {
      const rounds = { ndjson: [] as Run[], bulk: [] as Run[], receiver: [] as Run[], floor: [] as number[] }
      for (let round = 0; round < ROUNDS; round++) {
        rounds.floor.push(floor(join(folder, `floor-${size}-${round}.db`), size))
        rounds.receiver.push(await load(receiver.target, '/', size, connections))
        for (const link of ['ndjson', 'bulk'] as const) {
          rounds[link].push(await load(ours, LINKS[link], size, connections, link === 'bulk'))
        }
      }
      sent.receiver += total(rounds.receiver)
      sent.ours += total(rounds.ndjson) + total(rounds.bulk)
      for (const link of ['ndjson', 'bulk'] as const) {
        results.push(...compared(`${link}, ${size} a request`, rounds[link], rounds.receiver, rounds.floor))
      }
    }
    await siem.stop()
    receiver.child.kill()
    return [...results, ...diskUse(siem, sent, join(folder, 'receiver.db'))]
  } finally {
    receiver.child.kill()
    rmSync(folder, { recursive: true, force: true })
    rmSync(siem.data, { recursive: true, force: true })
  }
}

function compared(name: string, ours: Run[], receiver: Run[], floor: number[]): BenchResult[] {
  const [rate, theirs, least] = [best(ours), best(receiver), Math.max(...floor)]
  const [cpu, theirCpu] = [cpuPerMillion(ours), cpuPerMillion(receiver)]
  return [
    {
      name: `${name}: events/s of a minimal receiver`,
      value: rate / theirs,
      unit: 'x',
      bar: { atLeast: 1 },
      detail: `${Math.round(rate)} against ${Math.round(theirs)} events/s; ${(rate / least).toFixed(2)} of the raw INSERT (${Math.round(least)})`,
    },
    {
      name: `${name}: processor time of a minimal receiver`,
      value: cpu / theirCpu,
      unit: 'x',
      bar: { atMost: 1 },
      detail: `${cpu.toFixed(0)} against ${theirCpu.toFixed(0)} s a million events, all threads`,
    },
  ]
}

/** Closed loop: every connection sends the next request when the one before is answered. */
async function load(
  { url, pid, headers }: Target,
  path: string,
  size: number,
  connections: number,
  isBulk = false,
): Promise<Run> {
  const cpuBefore = cpuSeconds(pid)
  const began = performance.now()
  let events = 0
  const one = async () => {
    while (performance.now() - began < ROUND_MS) {
      const lines = batch(size)
      const body = isBulk
        ? lines.map((line) => `{"create":{"_index":"logs-o365.audit-default"}}\n${line}\n`).join('')
        : lines.join('\n')
      const response = await fetch(url + path, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
      })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`${path}: ${response.status}`)
      events += size
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  const seconds = (performance.now() - began) / 1000
  return { events, perSecond: events / seconds, cpu: cpuSeconds(pid) - cpuBefore }
}

let serial = 0
function batch(count: number): string[] {
  const now = Date.now()
  return Array.from({ length: count }, () => {
    serial++
    return JSON.stringify(
      send({
        user: `person${serial % 400}@bench.example`,
        at: now - (serial % 100_000) * 300,
        operation: serial % 9 ? 'MailItemsAccessed' : 'Send',
      }),
    )
  })
}

/** Events/s of one INSERT an event into a table of id and text, a durable commit each batch. */
function floor(file: string, size: number): number {
  const db = openConnection(file, false)
  db.exec('CREATE TABLE event(id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
  const insert = db.prepare('INSERT INTO event(body) VALUES (?)')
  const lines = batch(1000)
  const append = db.transaction((from: number) => {
    for (let i = 0; i < size; i++) insert.run(lines[(from + i) % lines.length])
  })
  const began = performance.now()
  let events = 0
  for (; performance.now() - began < ROUND_MS / 3; events += size) append(events)
  const rate = (events * 1000) / (performance.now() - began)
  db.close()
  return rate
}

function diskUse(siem: Siem, sent: { ours: number; receiver: number }, receiverFile: string): BenchResult[] {
  const file = join(siem.data, 'vedette.db')
  const db = openConnection(file, true)
  const raw = db.prepare<[], number>('SELECT sum(length(body)) FROM raw').pluck().get()!
  db.close()
  const each = statSync(file).size / sent.ours
  const theirs = statSync(receiverFile).size / sent.receiver
  return [
    {
      name: 'bytes an event on disk, with the record as sent: of a minimal receiver',
      value: each / theirs,
      unit: 'x',
      bar: { atMost: 0.5 },
      detail: `${Math.round(each)} against ${Math.round(theirs)} bytes, before small blocks are rewritten; ${Math.round(each - raw / sent.ours)} without the record as sent`,
    },
  ]
}

async function startReceiver(file: string): Promise<{ child: ChildProcess; target: Target }> {
  const script = fileURLToPath(new URL('baseline-receiver.ts', import.meta.url))
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(/http\S+/.exec(String(chunk))![0])),
  )
  return { child, target: { url, pid: child.pid!, headers: {} } }
}

/** User and system time of a process with all its threads; the kernel counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function total(runs: Run[]): number {
  return runs.reduce((sum, { events }) => sum + events, 0)
}

function best(runs: Run[]): number {
  return Math.max(...runs.map(({ perSecond }) => perSecond))
}

function cpuPerMillion(runs: Run[]): number {
  const cpu = runs.reduce((sum, one) => sum + one.cpu, 0)
  return (cpu / total(runs)) * 1e6
}
