/** The real server under load: ingest against a minimal receiver, and what people feel meanwhile. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { send } from '../support/records.ts'
import { startSiem } from '../support/server.ts'
import type { BenchResult } from './result.ts'

const ROUND_MS = 4_000
const ROUNDS = 3
const LOAD_MS = Number(process.env['VEDETTE_BENCH_LOAD_MS'] ?? 15_000)

export async function run(): Promise<BenchResult[]> {
  return [...(await ingestRate()), ...(await underLoad())]
}

async function ingestRate(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const script = fileURLToPath(new URL('baseline-receiver.ts', import.meta.url))
  const child = spawn(process.execPath, [script, join(folder, 'baseline.db')])
  const baseline = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(/http\S+/.exec(String(chunk))![0])),
  )
  const siem = await startSiem()
  const rates = { ours: [] as number[], floor: [] as number[] }
  const key = { authorization: `Bearer ${siem.apiKey}` }
  for (let round = 0; round < ROUNDS; round++) {
    rates.floor.push(await flood(baseline, {}))
    rates.ours.push(await flood(`${siem.url}/api/v1/events?dataset=o365.audit`, key))
  }
  await siem.stop()
  child.kill()
  rmSync(folder, { recursive: true, force: true })
  const ours = median(rates.ours)
  const floor = median(rates.floor)
  return [
    {
      name: 'ingest over HTTP, durable, normalised, rules on: events/s of a minimal receiver',
      value: ours / floor,
      unit: 'x',
      bar: { atLeast: 1 },
      detail: `${Math.round(ours)} against ${Math.round(floor)} events/s, ${ROUNDS} rounds each in turns, 4 connections, 500 records a request`,
    },
  ]
}

/** Closed loop: events/s of four connections posting 500 records each. */
async function flood(url: string, headers: Record<string, string>): Promise<number> {
  const began = performance.now()
  let sent = 0
  const one = async () => {
    while (performance.now() - began < ROUND_MS) {
      const body = batch(500)
      const response = await fetch(url, { method: 'POST', body, headers })
      await response.text()
      if (!response.ok) throw new Error(`${url}: ${response.status}`)
      sent += 500
    }
  }
  await Promise.all([one(), one(), one(), one()])
  return (sent * 1000) / (performance.now() - began)
}

let serial = 0
function batch(count: number): string {
  const now = Date.now()
  const lines = Array.from({ length: count }, () => {
    serial++
    return JSON.stringify(
      send({
        user: `person${serial % 400}@bench.example`,
        at: now - (serial % 100_000) * 300,
        operation: serial % 9 ? 'MailItemsAccessed' : 'Send',
      }),
    )
  })
  return lines.join('\n')
}

/** 1,000 events a second for a while, a dashboard open beside it. */
async function underLoad(): Promise<BenchResult[]> {
  const siem = await startSiem()
  const live = await siem.live()
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const idle = memory(siem.pid)
  await siem.get('/api/v1/overview')
  await fetch(`${siem.url}/metrics`, { headers: { authorization: `Bearer ${siem.apiKey}` } })
  const began = performance.now()
  const requests: number[] = []
  let peak = 0
  let over = false
  const load = (async () => {
    for (let tick = 0; performance.now() - began < LOAD_MS; tick++) {
      const due = began + tick * 100
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
      await siem
        .request('/api/v1/events?dataset=o365.audit', { method: 'POST', body: batch(100) })
        .then((r) => r.text())
      peak = Math.max(peak, memory(siem.pid))
    }
    over = true
  })()
  while (!over) {
    const asked = performance.now()
    await siem.get('/api/v1/overview')
    await siem.get('/api/v1/alerts?size=50')
    requests.push((performance.now() - asked) / 2)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await load
  const metrics = await (await siem.request('/metrics')).text()
  // Measured by the runtime in steps of 10 ms, from the reading before the load on.
  const lag = (name: string) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(metrics)?.[1] ?? Number.NaN) *
    1000
  live.close()
  await siem.stop()
  const note = `1,000 events/s for ${LOAD_MS / 1000} s in requests of 100`
  return [
    {
      name: 'HTTP thread: event loop delay, p99',
      value: lag('p99'),
      unit: 'ms',
      bar: { atMost: 50 },
      detail: `longest ${lag('max').toFixed(0)} ms; ${note}`,
    },
    {
      name: 'dashboard request, p95',
      value: percentile(requests, 0.95),
      unit: 'ms',
      bar: { atMost: 100 },
      detail: `${requests.length} pairs; ${note}`,
    },
    { name: 'memory, idle', value: idle / 1e6, unit: 'MB', bar: null, detail: 'resident, all threads' },
    { name: 'memory, peak under load', value: peak / 1e6, unit: 'MB', bar: null, detail: note },
  ]
}

function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

function median(values: number[]): number {
  return percentile(values, 0.5)
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
