/** Numbers for Prometheus. What is counted as it happens is here; `state-metrics.ts` has what is looked at when asked. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { AttemptOutcome } from '../notify/deliver.ts'
import type { DatasetCounts } from '../pipeline/dataset-counts.ts'

export type Metrics = {
  /** One answered request; `route` is the path of the API description, so that ids make no new series. */
  answered(method: string, route: string, status: number, seconds: number): void
  /** What became of the records of one request. */
  ingested(counts: readonly DatasetCounts[]): void
  /** A body that could not be read at all. */
  unreadable(): void
  overloaded(): void
  liveClients(count: number): void
  /** One try to tell people. */
  delivered(outcome: AttemptOutcome): void
  /** Called before each look, one after the other. */
  beforeText(look: () => Promise<void>): void
  text(): Promise<string>
  type: string
}

/** Shippers name datasets as they like: beyond this many, all further ones are `other`. */
const MOST_DATASETS = 200

export function createMetrics(registry: Registry, version: string): Metrics {
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({ name: 'vedette_info', help: 'Always 1.', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  const requests = new Histogram({
    name: 'vedette_http_request_duration_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 20],
    registers,
  })
  const records = new Counter({
    name: 'vedette_ingest_records_total',
    help: 'Records that shippers sent, by dataset and what became of them. An update is also accepted.',
    labelNames: ['dataset', 'outcome'],
    registers,
  })
  const unreadable = new Counter({
    name: 'vedette_ingest_unreadable_requests_total',
    help: 'Requests whose body could not be read at all.',
    registers,
  })
  const overloads = new Counter({
    name: 'vedette_ingest_refused_requests_total',
    help: 'Requests refused whole because the queue or the disk was full.',
    registers,
  })
  const live = new Gauge({ name: 'vedette_live_clients', help: 'Connected live feeds.', registers })
  const deliveries = new Counter({
    name: 'vedette_delivery_attempts_total',
    help: 'Tries to tell people, by what came of them: done, retried later, failed for good.',
    labelNames: ['outcome'],
    registers,
  })
  const datasets = new Set<string>()
  const looks: (() => Promise<void>)[] = []

  function nameOf(dataset: string): string {
    if (datasets.has(dataset)) return dataset
    if (datasets.size >= MOST_DATASETS) return 'other'
    datasets.add(dataset)
    return dataset
  }

  return {
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    ingested(counts) {
      for (const { dataset: name, ...outcomes } of counts) {
        const dataset = nameOf(name)
        for (const [outcome, count] of Object.entries(outcomes)) {
          if (count > 0) records.inc({ dataset, outcome }, count)
        }
      }
    },
    unreadable: () => unreadable.inc(),
    overloaded: () => overloads.inc(),
    liveClients: (count) => live.set(count),
    delivered: (outcome) => deliveries.inc({ outcome }),
    beforeText: (look) => void looks.push(look),
    async text() {
      for (const look of looks) await look()
      return registry.metrics()
    },
    type: registry.contentType,
  }
}
