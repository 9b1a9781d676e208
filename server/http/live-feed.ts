/**
 * Who has been told up to which revision. Changes are read from the store page by page, one read at a time for all
 * clients together, so that a client that catches up neither misses nor delays anything.
 */
import type { LiveChange, Store } from '../store/store.ts'

export type FeedClient = {
  /** The last revision it was sent. */
  revision: number
  /** Sends a page; resolves when it has left this machine, false if the client is gone. */
  send(changes: LiveChange[]): Promise<boolean>
}

export type LiveFeed = {
  add(client: FeedClient): void
  remove(client: FeedClient): void
  /** The store holds changes up to this revision. */
  announce(revision: number): void
}

const PAGE = 100

export function createLiveFeed(
  store: Pick<Store, 'changesSince'>,
  onError: (error: unknown) => void,
): LiveFeed {
  const clients = new Set<FeedClient>()
  const sending = new Set<FeedClient>()
  let latest = 0
  let running = false

  const waiting = () => [...clients].filter((client) => !sending.has(client) && client.revision < latest)

  async function run(): Promise<void> {
    if (running) return
    running = true
    try {
      for (let behind = waiting(); behind.length > 0; behind = waiting()) {
        // One page for each place where clients stand, in turn: a long way to catch up holds up nobody.
        for (const [revision, group] of Map.groupBy(behind, (client) => client.revision)) {
          await tellGroup(revision, group)
        }
      }
    } finally {
      running = false
    }
  }

  async function tellGroup(revision: number, group: FeedClient[]): Promise<void> {
    const announced = latest
    const changes = await store.changesSince(revision, PAGE)
    // A short page is all there was; what it does not hold has a later change that it does.
    const reached =
      changes.length < PAGE ? Math.max(announced, changes.at(-1)?.revision ?? 0) : changes.at(-1)!.revision
    for (const client of group) {
      client.revision = reached
      if (changes.length > 0 && clients.has(client)) void tell(client, changes)
    }
  }

  async function tell(client: FeedClient, changes: LiveChange[]): Promise<void> {
    sending.add(client)
    const isThere = await client.send(changes)
    sending.delete(client)
    if (!isThere) clients.delete(client)
    else start()
  }

  const start = () => void run().catch(onError)

  return {
    add(client) {
      clients.add(client)
      start()
    },
    remove(client) {
      clients.delete(client)
    },
    announce(revision) {
      latest = Math.max(latest, revision)
      start()
    },
  }
}
