/** Five shippers at once, one of them greedy, sending more than the server can take. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type FloodOptions, type FloodShipper, floodShippers } from './flood-shippers.ts'
import { type Siem, startSiem } from './server.ts'

export type Flood = {
  /** Events that were acknowledged while all five sent, by shipper. */
  shares: Record<string, number>
  /** The smallest of these, as a part of an even share. */
  leastShare: number
  /** Events acknowledged in all, and events in the store, each once. */
  acknowledged: number
  stored: number
  refused: number
  eventsPerSecond: number
  /** Resident, all threads, in MB. */
  peakMemory: number
  /** Of the HTTP thread's event loop, in milliseconds. */
  lag: { p99: number; max: number }
}

export async function flood(options: FloodOptions & { seconds: number }): Promise<Flood> {
  const siem = await startSiem({ env: { VEDETTE_CORRELATE: '*/5 * * * * *' } })
  try {
    const shippers = await floodShippers(siem, options)
    const watch = await watchServer(siem)
    const sent = await sendFor(options.seconds, shippers)
    const { peakMemory, lag } = await watch.stop()
    const rates = Object.values(sent.shares)
    const total = rates.reduce((sum, one) => sum + one, 0)
    return {
      ...sent,
      leastShare: Math.min(...rates) / (total / rates.length),
      stored: storedEvents(siem),
      eventsPerSecond: total / options.seconds,
      peakMemory,
      lag,
    }
  } finally {
    await siem.stop()
  }
}

async function sendFor(seconds: number, shippers: FloodShipper[]) {
  const shares = Object.fromEntries(shippers.map(({ name }) => [name, 0]))
  let [serial, acknowledged, refused] = [0, 0, 0]
  const until = performance.now() + seconds * 1000
  const connection = async ({ name, batch, post }: FloodShipper) => {
    while (performance.now() < until) {
      const from = serial
      serial += batch
      refused += await post(from, batch)
      acknowledged += batch
      // What is taken later, while fewer and fewer send, says nothing about shares.
      if (performance.now() < until) shares[name]! += batch
    }
  }
  await Promise.all(
    shippers.flatMap((shipper) => Array.from({ length: shipper.connections }, () => connection(shipper))),
  )
  return { shares, acknowledged, refused }
}

async function watchServer(siem: Siem) {
  let peak = 0
  const timer = setInterval(() => (peak = Math.max(peak, memory(siem.pid))), 250)
  // The runtime measures from one reading of the metrics to the next.
  await siem.request('/metrics').then((response) => response.text())
  return {
    async stop() {
      clearInterval(timer)
      const metrics = await (await siem.request('/metrics')).text()
      const lag = (name: string) => {
        const found = new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(metrics)
        return Number(found?.[1] ?? Number.NaN) * 1000
      }
      return { peakMemory: peak / 1e6, lag: { p99: lag('p99'), max: lag('max') } }
    },
  }
}

function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

/** An event's time and the hash of its identity are unique. */
function storedEvents(siem: Siem): number {
  const db = new Database(join(siem.data, 'vedette.db'), { readonly: true })
  const count = db.prepare<[], number>('SELECT count(*) FROM event').pluck().get()!
  db.close()
  return count
}
