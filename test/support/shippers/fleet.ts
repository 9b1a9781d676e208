/** All clients at once against one server that is killed twice while they send. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Siem, startSiem } from '../server.ts'
import { type Arrivals, arrivalsIn, marker } from './arrivals.ts'
import { type Client, pause, stopClients } from './client.ts'
import type { Fields } from '../../../server/domain/json.ts'

export type Outcome = {
  client: string
  sent: number
  arrived: number
  twice: number
  /** Seconds from the start until the last line was there. */
  took: number
  sample: Fields | null
}
export type FleetOptions = {
  lines: number
  /** Over how long each client spreads them. */
  pace: number
  /** How long after that everything may still be on its way. */
  patience: number
}

/** What became of the lines of each client, in order. */
export async function sendThroughKills(
  clients: readonly Client[],
  { lines, pace, patience }: FleetOptions,
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-shippers-'))
  const data = join(folder, 'data')
  const port = String(await freePort())
  let siem: Siem = await startSiem({ data, env: { VEDETTE_PORT: port } })
  const arrivals = arrivalsIn(data)
  const sent = clients.map((client, i) => linesOf(i, Math.max(10, Math.ceil(lines * (client.share ?? 1)))))
  const snippets = await readSnippets(siem)
  const { key } = await siem.post('/api/v1/keys', { name: 'shippers', scopes: ['ingest'] })
  const snippet = async (shipper: string) => snippets.get(shipper)!.replaceAll('YOUR_KEY', key)
  try {
    const began = Date.now()
    const sending = clients.map((client, i) => {
      const own = join(folder, String(i))
      mkdirSync(own)
      return client.send({ folder: own, lines: sent[i]!, pace, snippet })
    })
    for (const share of [0.3, 0.35]) {
      await pause(pace * share)
      await siem.kill()
      await pause(700)
      siem = await siem.restart({ VEDETTE_PORT: port })
    }
    await Promise.race([Promise.all(sending), pause(pace + patience)])
    await settle(arrivals, sent.flat().length, patience)
    return clients.map(({ name }, i) => outcomeOf(name, i, sent[i]!, arrivals, began))
  } finally {
    stopClients()
    await siem.stop()
    if (process.env['VEDETTE_SHIPPERS_KEEP']) console.log(`kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** A port that no client gets by chance: a client that finds its own port free talks to itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (isFree) {
      await new Promise((resolve) => server.close(resolve))
      return port
    }
  }
}

function linesOf(client: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${marker(client, i)} says "hello", and 10 % more: ü\\`)
}

/** All snippets, read before the server is killed for the first time. */
async function readSnippets(siem: Siem): Promise<Map<string, string>> {
  const { snippets } = await siem.get<{ snippets: { shipper: string }[] }>('/api/v1/sources/snippets')
  const texts = snippets.map(async ({ shipper }): Promise<[string, string]> => {
    const { text } = await siem.get(`/api/v1/sources/snippets?shipper=${shipper}`)
    return [shipper, text]
  })
  return new Map(await Promise.all(texts))
}

/** Looks until everything is there, or nothing new came for a while. */
async function settle(arrivals: Arrivals, wanted: number, patience: number): Promise<void> {
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    await arrivals.look()
    if (arrivals.counts.size >= wanted) break
    await pause(500)
  }
  // What is sent again after all has arrived would be stored twice now.
  await pause(1500)
  await arrivals.look()
}

function outcomeOf(
  client: string,
  number: number,
  sent: readonly string[],
  arrivals: Arrivals,
  began: number,
): Outcome {
  const name = String(number).padStart(2, '0')
  const counts = sent.map((_, line) => arrivals.counts.get(marker(number, line)) ?? 0)
  return {
    client,
    sent: sent.length,
    arrived: counts.filter((count) => count > 0).length,
    twice: counts.filter((count) => count > 1).length,
    took: Math.round(((arrivals.latest.get(name) ?? began) - began) / 1000),
    sample: arrivals.samples.get(name) ?? null,
  }
}

/** The table for people. */
export function outcomeTable(outcomes: readonly Outcome[], remarks: Record<string, string> = {}): string {
  const rows = outcomes.map(({ client, sent, arrived, twice, took }) => [
    client,
    String(sent),
    String(arrived),
    String(twice),
    `${took} s`,
    remarks[client] ?? '',
  ])
  const all = [['client', 'sent', 'arrived', 'twice', 'after', 'remarks'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
