/** Lists of alerts, kept right by the live feed. A list lives as long as the page, so going back finds it as it was. */
import { batch, type Signal, signal } from '@preact/signals'
import type { AlertView } from '../../../server/domain/api.ts'
import { type AlertQuery, getAlerts } from '../api/calls.ts'
import { failureText } from '../api/request.ts'
import { EMPTY, extended, type Feed, type FeedRule, loaded, received, revealed } from './feed.ts'

export type Loading = { state: 'loading' } | { state: 'ready' } | { state: 'failed'; why: string }

export type AlertsList = {
  feed: Signal<Feed>
  loading: Signal<Loading>
  /** Ids that changed or came just now, for one fade. */
  fresh: Signal<ReadonlySet<string>>
  nextCursor: Signal<string | null>
  /** Reads the list again; what is on screen keeps its place, what is new waits. */
  refresh: () => Promise<void>
  /** Reads the list from the start, in order. */
  reload: () => Promise<void>
  /** False: it could not be read; what is shown stays. */
  more: () => Promise<boolean>
  reveal: () => void
  receive: (alert: AlertView) => void
}

// The fade takes 1.2 s.
const FADE = 1_300

const active = new Set<AlertsList>()

export function receiveAlert(alert: AlertView): void {
  for (const list of active) list.receive(alert)
}

export async function refreshLists(): Promise<void> {
  await Promise.all([...active].map((list) => list.refresh()))
}

/** `ask` reads a page of the answer to the query. */
export function createAlertsList(
  query: AlertQuery,
  order: FeedRule['order'],
  ask: typeof getAlerts = getAlerts,
): AlertsList {
  const rule: FeedRule = { belongs: (alert) => belongsTo(query, alert), order }
  const feed = signal<Feed>(EMPTY)
  const loading = signal<Loading>({ state: 'loading' })
  const fresh = signal<ReadonlySet<string>>(new Set())
  const nextCursor = signal<string | null>(null)
  // The page that is on its way: scrolling asks for it more than once.
  let asking: string | null = null

  const list: AlertsList = {
    feed,
    loading,
    fresh,
    nextCursor,
    async reload() {
      loading.value = { state: 'loading' }
      try {
        const answer = await ask(query)
        nextCursor.value = answer.nextCursor
        feed.value = loaded(answer.alerts, rule)
        loading.value = { state: 'ready' }
      } catch (cause) {
        loading.value = { state: 'failed', why: failureText(cause) }
      }
    },
    async refresh() {
      if (loading.peek().state !== 'ready') return list.reload()
      try {
        const answer = await ask(query)
        for (const alert of answer.alerts) list.receive(alert)
      } catch {
        // What is on screen stays; the connection's own state says that it may be old.
      }
    },
    async more() {
      const cursor = nextCursor.peek()
      if (cursor === null || asking === cursor) return true
      asking = cursor
      try {
        const answer = await ask(query, cursor)
        // Read from the start meanwhile: this page is of the list before.
        if (nextCursor.peek() !== cursor) return true
        batch(() => {
          nextCursor.value = answer.nextCursor
          feed.value = extended(feed.peek(), answer.alerts, rule)
        })
        return true
      } catch {
        return false
      } finally {
        asking = null
      }
    },
    reveal() {
      const ids = feed.peek().waiting.map((alert) => alert.id)
      feed.value = revealed(feed.peek(), rule)
      fade(ids)
    },
    receive(alert) {
      const before = feed.peek()
      const after = received(before, alert, rule)
      if (after === before) return
      const known = before.shown.find((one) => one.id === alert.id)
      feed.value = after
      if (known?.revision !== alert.revision && after.shown.includes(alert)) fade([alert.id])
    },
  }
  return list

  function fade(ids: readonly string[]): void {
    if (ids.length === 0) return
    fresh.value = new Set([...fresh.peek(), ...ids])
    setTimeout(() => {
      fresh.value = new Set([...fresh.peek()].filter((id) => !ids.includes(id)))
    }, FADE)
  }
}

export function keepLive(list: AlertsList): void {
  active.add(list)
}

export function dropLive(list: AlertsList): void {
  active.delete(list)
}

/** Whether an alert is in the answer to a query. */
function belongsTo(query: AlertQuery, alert: AlertView): boolean {
  if (alert.mergedInto !== null) return false
  if (query.status.length > 0 && !query.status.includes(alert.status)) return false
  if (query.severity.length > 0 && !query.severity.includes(alert.severity)) return false
  if (query.rule && query.rule !== alert.ruleId) return false
  if (query.drill !== undefined && query.drill !== alert.drill) return false
  if (alert.buildingBlock && !query.buildingBlocks) return false
  const user = query.user.toLowerCase()
  return (
    user === '' || alert.user?.toLowerCase() === user || alert.users.some((one) => one.toLowerCase() === user)
  )
}
