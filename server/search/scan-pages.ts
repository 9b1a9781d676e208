import type { ScannedEvent, ScanRequest, Store } from '../store/store.ts'
import type { Turn } from './turn.ts'

/** How long a page may take: other searches of this thread, and a client that has gone away, wait as long. */
const BUDGET = 25
const PAGE = 512

/** All events that a request may mean, page by page. */
export async function* scanPages(
  store: Pick<Store, 'scan'>,
  request: Omit<ScanRequest, 'limit' | 'budget'>,
  turn: Turn,
): AsyncGenerator<ScannedEvent[]> {
  let { after } = request
  for (;;) {
    const page = await store.scan({ ...request, ...(after ? { after } : {}), limit: PAGE, budget: BUDGET })
    if (page.events.length > 0) yield page.events
    if (page.next === null) return
    after = page.next
    await turn()
  }
}
