/** The hits of a group, read page by page, without the events that exceptions leave out. */
import type { Group, Hit } from '../domain/hit.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { Settlement, Span, Store } from '../store/store.ts'

export type GroupHits = {
  /** What the rule correlates. */
  hits: Hit[]
  /** Those that an exception hides too. */
  all: Hit[]
  hidden: NonNullable<Settlement['hidden']>
}

type HitStore = Pick<Store, 'hitPage' | 'events'>

const PAGE = 5000
/** Documents that are looked at in one go. */
const DOCUMENTS = 500

/** `exceptions` are those that concern the rule. */
export async function readHits(
  store: HitStore,
  group: Group,
  { from, to }: Span,
  exceptions: readonly CompiledException[],
): Promise<GroupHits> {
  const all: Hit[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await store.hitPage(group, from, to, PAGE, cursor)
    all.push(...page.items)
    more = page.nextCursor !== null
    cursor = page.nextCursor ?? undefined
    if (more) await breathe()
  }
  if (exceptions.length === 0) return { hits: all, all, hidden: [] }
  const hidden = await hiddenOf(store, [...new Set(all.map(({ event }) => event))], exceptions)
  const left = new Set(hidden.map(({ event }) => event))
  return { hits: all.filter(({ event }) => !left.has(event)), all, hidden }
}

/** Which of these events are left out, each by every exception that does so. */
async function hiddenOf(
  store: HitStore,
  ids: readonly string[],
  exceptions: readonly CompiledException[],
): Promise<GroupHits['hidden']> {
  const hidden: GroupHits['hidden'] = []
  for (let at = 0; at < ids.length; at += DOCUMENTS) {
    for (const event of await store.events(ids.slice(at, at + DOCUMENTS))) {
      for (const { id, hides } of exceptions) {
        if (hides(event)) hidden.push({ exception: id, event: event.id })
      }
    }
    await breathe()
  }
  return hidden
}

/** Lets whatever else waits for this thread have its turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
