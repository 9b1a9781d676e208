/** Single events, fetched once and kept while the page is open. The oldest make room. */
import { type Signal, signal } from '@preact/signals'
import type { EventView } from '../../../server/domain/api.ts'
import { getEvent } from '../api/calls.ts'
import { failureText } from '../api/request.ts'

export type EventState =
  { state: 'loading' } | { state: 'failed'; why: string } | { state: 'ready'; event: EventView }

const KEEP = 500

const known = new Map<string, Signal<EventState>>()

/** Fetches at the first ask; a failed one is tried again at the next. */
export function eventOf(id: string): Signal<EventState> {
  const found = known.get(id)
  if (found && found.peek().state !== 'failed') return found
  const state = found ?? signal<EventState>({ state: 'loading' })
  state.value = { state: 'loading' }
  known.set(id, state)
  if (known.size > KEEP) known.delete(known.keys().next().value!)
  void fetchInto(id, state)
  return state
}

/** What is known of an event without asking. */
export function knownEvent(id: string): EventView | null {
  const state = known.get(id)?.value
  return state?.state === 'ready' ? state.event : null
}

async function fetchInto(id: string, state: Signal<EventState>): Promise<void> {
  try {
    state.value = { state: 'ready', event: await getEvent(id) }
  } catch (cause) {
    state.value = { state: 'failed', why: failureText(cause) }
  }
}
