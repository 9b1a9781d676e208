/** Single events, fetched once and kept while the page is open. The oldest make room. */
import { type Signal, signal } from '@preact/signals'
import type { EventView } from '../../../server/domain/api.ts'
import { getEvent } from '../api/calls.ts'
import { failureText } from '../api/request.ts'

export type EventState =
  | { state: 'unasked' }
  | { state: 'loading' }
  | { state: 'failed'; why: string }
  | { state: 'ready'; event: EventView }

const KEEP = 500

const known = new Map<string, Signal<EventState>>()

/** What is known of an event, to be read while drawing; asks nothing. */
export function eventState(id: string): Signal<EventState> {
  const found = known.get(id)
  if (found) return found
  const state = signal<EventState>({ state: 'unasked' })
  known.set(id, state)
  if (known.size > KEEP) known.delete(known.keys().next().value!)
  return state
}

/** Its fields, or null while they are not here. */
export function knownFields(id: string): EventView['fields'] | null {
  const state = eventState(id).value
  return state.state === 'ready' ? state.event.fields : null
}

/** Fetches an event that was not fetched yet; one that failed is tried again. */
export async function askEvent(id: string): Promise<void> {
  const state = eventState(id)
  const { state: now } = state.peek()
  if (now === 'loading' || now === 'ready') return
  state.value = { state: 'loading' }
  try {
    state.value = { state: 'ready', event: await getEvent(id) }
  } catch (cause) {
    state.value = { state: 'failed', why: failureText(cause) }
  }
}
