/** Five shippers that send more than the server can take, for a minute, or for `VEDETTE_BENCH_FLOOD` seconds. */
import { flood } from '../support/flood.ts'
import type { BenchResult } from './result.ts'

const SECONDS = Number(process.env['VEDETTE_BENCH_FLOOD'] ?? 60)
/** What the README promises. */
export const MEMORY_BOUND_MB = 1000

export async function run(): Promise<BenchResult[]> {
  const { shares, leastShare, acknowledged, stored, refused, eventsPerSecond, peakMemory, lag } = await flood(
    {
      seconds: SECONDS,
      oneKey: false,
      greed: 200,
    },
  )
  const each = Object.entries(shares).map(([name, events]) => `${name} ${Math.round(events / SECONDS)}/s`)
  return [
    {
      name: 'flood: events stored, of those acknowledged',
      value: stored / acknowledged,
      unit: 'x',
      bar: { atLeast: 1, atMost: 1 },
      detail: `${stored} of ${acknowledged}; ${refused} requests refused meanwhile`,
    },
    {
      name: 'flood: the smallest share, of an even one',
      value: leastShare,
      unit: 'x',
      bar: { atLeast: 0.25 },
      detail: each.join(', '),
    },
    {
      name: 'flood: event loop delay of the HTTP thread, p99',
      value: lag.p99,
      unit: 'ms',
      bar: { atMost: 50 },
      detail: `longest ${lag.max.toFixed(0)} ms`,
    },
    {
      name: 'flood: memory, peak',
      value: peakMemory,
      unit: 'MB',
      bar: { atMost: MEMORY_BOUND_MB },
      detail: `resident, all threads; ${Math.round(eventsPerSecond)} events/s for ${SECONDS} s`,
    },
  ]
}
