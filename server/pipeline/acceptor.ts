/**
 * The queue in front of the store: takes what has come in meanwhile, up to a size, commits it once,
 * and answers each request after that commit.
 */
import type { Clock } from '../domain/time.ts'
import type { GeoLookup } from '../ingest/enrich/geo.ts'
import type { RuleIndex } from '../rules/rule-index.ts'
import type { Room } from './room.ts'
import type { Appended, Batch, Store } from '../store/store.ts'
import type { ChangedDocuments } from './document-changes.ts'
import {
  type AcceptAnswer,
  type AcceptRequest,
  type Prepared,
  prepare,
  type RecentReceipts,
} from './accept.ts'

export type AcceptorParts = {
  store: Store
  geo: GeoLookup | null
  index: RuleIndex
  clock: Clock
  /** Whether the disk has room; absent: it always has. */
  room?: Pick<Room, 'check' | 'failed'>
  /** New hits are stored: groups are pending. */
  onHits(): void
}
export type Acceptor = {
  accept(request: AcceptRequest): Promise<AcceptAnswer>
  /** Rules changed: from the next commit on, events meet these. */
  useIndex(index: RuleIndex): void
  /** Nobody waits for a commit now. */
  isIdle(): boolean
  /** Resolves when everything that was asked for is answered. */
  drain(): Promise<void>
}

// One commit per 4 MB: more makes the first request wait for the last, less pays a flush for each.
const COMMIT_BYTES = 4 * 1024 * 1024

type Job = { request: AcceptRequest; resolve(answer: AcceptAnswer): void; reject(error: unknown): void }

export function createAcceptor(parts: AcceptorParts): Acceptor {
  const queue: Job[] = []
  const recent: RecentReceipts = new Map()
  let index = parts.index
  let working: Promise<void> | null = null

  async function work(): Promise<void> {
    // Lets the requests that arrived in the same turn join the first commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      await commit(takeJobs(queue))
      await new Promise((resolve) => setImmediate(resolve))
    }
    working = null
  }

  async function commit(jobs: Job[]): Promise<void> {
    const ready: { job: Job; prepared: Prepared }[] = []
    const changed: ChangedDocuments = new Map()
    for (const job of jobs) {
      try {
        parts.room?.check()
        const deps = { store: parts.store, index, geo: parts.geo, now: parts.clock(), recent, changed }
        ready.push({ job, prepared: await prepare(job.request, deps) })
      } catch (error) {
        job.reject(error)
      }
    }
    const failure = await append(ready)
    if (failure === null) return
    if (parts.room?.failed(failure)) {
      for (const { job } of ready) job.reject(failure)
      return
    }
    // One request must not take the others down with it: each gets its own commit now.
    if (ready.length === 1) ready[0]!.job.reject(failure)
    else for (const one of ready) rejectOn(await append([one]), one.job)
  }

  /** Appends and answers; the error, if that failed and nobody was answered. */
  async function append(ready: { job: Job; prepared: Prepared }[]): Promise<unknown> {
    const batches = ready.flatMap(({ prepared }): Batch[] => (prepared.batch ? [prepared.batch] : []))
    let results: Appended[]
    try {
      results = batches.length > 0 ? await parts.store.append(batches) : []
    } catch (error) {
      return error
    }
    let next = 0
    for (const { job, prepared } of ready) {
      job.resolve(prepared.answer(prepared.batch ? results[next++]!.outcomes : []))
    }
    if (results.some(({ nudge }) => nudge)) parts.onHits()
    return null
  }

  return {
    accept: (request) =>
      new Promise((resolve, reject) => {
        queue.push({ request, resolve, reject })
        working ??= work()
      }),
    useIndex(next) {
      index = next
    },
    isIdle: () => working === null,
    drain: async () => {
      while (working) await working
    },
  }
}

function rejectOn(failure: unknown, job: Job): void {
  if (failure !== null) job.reject(failure)
}

function takeJobs(queue: Job[]): Job[] {
  let bytes = 0
  let count = 0
  do bytes += queue[count++]!.request.body.byteLength
  while (count < queue.length && bytes + queue[count]!.request.body.byteLength <= COMMIT_BYTES)
  return queue.splice(0, count)
}
