import type { ScannedEvent, ScanRequest, Store } from '../store/store.ts'
import type { Turn } from './turn.ts'

/** How long a page may take: other searches of this thread, and a client that has gone away, wait as long. */
const BUDGET = 25
const PAGE = 512

/** All events that a request may mean, page by page. No page reaches past the first `wanted`, if not all are wanted at once. */
export async function* scanPages(
  store: Pick<Store, 'scan'>,
  request: Omit<ScanRequest, 'limit' | 'budget'>,
  turn: Turn,
  wanted = 0,
): AsyncGenerator<ScannedEvent[]> {
  let { after } = request
  for (let given = 0; ;) {
    const limit = given < wanted ? Math.min(wanted - given, PAGE) : PAGE
    const page = await store.scan({ ...request, ...(after ? { after } : {}), limit, budget: BUDGET })
    given += page.events.length
    if (page.events.length > 0) yield page.events
    if (page.next === null) return
    after = page.next
    await turn()
  }
}
