import { expect, test } from 'vitest'
import { flood } from '../support/flood.ts'

const SECONDS = Number(process.env['VEDETTE_FLOOD'] ?? 8)

test(
  'five shippers with one key send more than can be taken: nothing acknowledged is lost or doubled, nobody starves',
  { timeout: SECONDS * 1000 + 120_000 },
  async () => {
    const { stored, acknowledged, leastShare, peakMemory, lag } = await flood({
      seconds: SECONDS,
      oneKey: true,
      greed: 40,
    })
    expect(stored).toBe(acknowledged)
    expect(leastShare).toBeGreaterThan(0.25)
    expect(peakMemory).toBeLessThan(1000)
    // Twice what is promised: here the senders and other tests share the processor.
    expect(lag.p99).toBeLessThan(100)
  },
)
