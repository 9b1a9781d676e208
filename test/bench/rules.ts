/**
 * What the built-in rules cost: the real server is fed the same records with all of them on, and with none, until
 * nothing is left to correlate. Time, processor and memory of the one as a ratio to the other.
 */
import { readFileSync } from 'node:fs'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { audit, send, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'
import type { BenchResult } from './result.ts'

/** The goal is told for a million; `VEDETTE_BENCH_EVENTS=1000000` feeds as many. */
const EVENTS = Number(process.env['VEDETTE_BENCH_EVENTS'] ?? 100_000)
const ACCOUNTS = 200
const REQUEST = 500
const CONNECTIONS = 4
/** Clock ticks of `/proc/<pid>/stat`: a hundred a second on Linux. */
const TICK_MS = 10

type Fed = { rules: number; seconds: number; cpuSeconds: number; peakMb: number; alerts: number }

export async function run(): Promise<BenchResult[]> {
  const none = await feed(false)
  const all = await feed(true)
  const detail = `${EVENTS.toLocaleString('en')} records, ${all.rules} rules, ${all.alerts} alerts`
  const ratio = (name: string, of: (fed: Fed) => number, unit: string): BenchResult => ({
    name: `all built-in rules on: ${name}`,
    value: of(all) / of(none),
    unit: 'of it with none',
    bar: null,
    detail: `${of(all).toFixed(1)} against ${of(none).toFixed(1)} ${unit}; ${detail}`,
  })
  return [
    ratio('time to feed and correlate', (fed) => fed.seconds, 's'),
    ratio('processor', (fed) => fed.cpuSeconds, 's'),
    ratio('memory, peak', (fed) => fed.peakMb, 'MB'),
  ]
}

async function feed(withRules: boolean): Promise<Fed> {
  const siem = await startSiem()
  try {
    const { rules } = await siem.get<{ rules: { id: string }[] }>('/api/v1/rules?size=1000')
    if (!withRules) for (const { id } of rules) await switchOff(siem, id)
    const before = cpuSeconds(siem.pid)
    const began = performance.now()
    let next = 0
    let peakMb = 0
    const one = async () => {
      while (next < EVENTS) {
        const from = next
        next += REQUEST
        const { rejected } = await siem.ingest(batch(from, Math.min(REQUEST, EVENTS - from)))
        if (rejected !== 0) throw new Error(`${rejected} records of the benchmark were rejected`)
        peakMb = Math.max(peakMb, residentMb(siem.pid))
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    await siem.post('/api/v1/correlator/run', { force: true })
    const seconds = (performance.now() - began) / 1000
    peakMb = Math.max(peakMb, residentMb(siem.pid))
    const alerts = (await siem.alerts('?size=1000')).length
    return { rules: rules.length, seconds, cpuSeconds: cpuSeconds(siem.pid) - before, peakMb, alerts }
  } finally {
    await siem.stop()
  }
}

async function switchOff(siem: Siem, id: string): Promise<void> {
  const response = await siem.request(`/api/v1/rules/${id}`, { method: 'PATCH', json: { enabled: false } })
  if (!response.ok) throw new Error(`${id}: ${response.status}`)
}

const START = Date.now() - 24 * HOUR

/** A working day of a quiet tenant, over and over: one record in a hundred touches something that rules look at. */
function batch(from: number, count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => record(from + i))
}

function record(n: number): unknown {
  const user = `person${n % ACCOUNTS}@bench.example`
  // The stride keeps an account's mails under what a person sends.
  const at = START + ((n * 7919) % (23 * 60)) * MINUTE + (n % 60) * SECOND
  if (n % 4 === 0) return signIn({ user, at })
  if (n % 100 === 1) return send({ user, at })
  if (n % 1000 === 3) return audit({ user, at, operation: 'UpdateInboxRules' })
  return audit({ user, at, operation: n % 3 ? 'FileAccessed' : 'MailItemsAccessed' })
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * TICK_MS) / 1000
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
