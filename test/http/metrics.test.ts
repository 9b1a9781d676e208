/** What `/metrics` tells, and that its page tells the same. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())
const text = async () => (await siem.request('/metrics')).text()
const value = (all: string, series: string) => {
  const line = all.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

test('every metric is documented with its type and labels, and no other', async () => {
  const page = readFileSync(new URL('../../.docs/metrics.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z0-9_]+)` +\| (\w+) +\|([^|]*)\|/gm)]
  const told = [...(await text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  expect(documented.map(([, name, type]) => `${name} ${type}`).sort()).toEqual(
    told.map(([, name, type]) => `${name} ${type}`).sort(),
  )
  // Labels of those that have values now.
  const all = await text()
  for (const [, name, , cell] of documented) {
    const labels = [...cell!.matchAll(/`(\w+)`/g)].map(([, label]) => label!)
    const found = new RegExp(`^${name}(?:_bucket)?\\{([^}]*)\\}`, 'm').exec(all)
    if (!found) continue
    const sent = [...found[1]!.matchAll(/(\w+)="/g)].map(([, label]) => label!)
    expect(sent.filter((label) => label !== 'le').sort(), name).toEqual(labels.sort())
  }
})

test('records are counted by dataset and outcome, whichever protocol they came by', async () => {
  const at = new Date().toISOString()
  const record = (n: number) => ({ '@timestamp': at, event: { id: `m${n}` }, n })
  await siem.ingest([record(1), record(2), 'not json'], '?dataset=app.metrics')
  await siem.ingest([record(1), record(2), 'not json'], '?dataset=app.metrics&drill=x')
  const bulk = (documents: object[]) =>
    siem.request('/_bulk', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: documents.map((line) => `${JSON.stringify(line)}\n`).join(''),
    })
  const create = { create: { _index: 'logs-app.bulk-default', _id: 'one' } }
  await bulk([create, record(3)])
  await bulk([create, record(3)])
  await siem.request('/api/v1/events', { method: 'POST', body: '' })
  const all = await text()
  const count = (dataset: string, outcome: string) =>
    value(all, `vedette_ingest_records_total{dataset="${dataset}",outcome="${outcome}"}`)
  expect(count('app.metrics', 'rejected')).toBe(2)
  expect((count('app.metrics', 'accepted') ?? 0) + (count('app.metrics', 'duplicate') ?? 0)).toBe(4)
  expect(count('app.bulk', 'accepted')).toBe(1)
  expect(count('app.bulk', 'duplicate')).toBe(1)
  expect(value(all, 'vedette_ingest_unreadable_requests_total')).toBe(1)
})

test('the state is told as it is', async () => {
  const all = await text()
  const { version } = await siem.get('/healthz')
  expect(value(all, `vedette_info{version="${version}"}`)).toBe(1)
  expect(value(all, 'vedette_open_alerts{severity="critical"}')).toBe(0)
  expect(value(all, 'vedette_rules')).toBeGreaterThan(30)
  expect(value(all, 'vedette_disk_free_bytes')).toBeGreaterThan(1e6)
  expect(value(all, 'vedette_disk_full')).toBe(0)
  expect(value(all, 'vedette_ingest_queue_bytes')).toBe(0)
  expect(value(all, 'vedette_waiting_deliveries')).toBe(0)
  expect(all).toMatch(
    /vedette_source_last_received_timestamp_seconds\{source="[^"]+",dataset="app.bulk"\} \d/,
  )
})
