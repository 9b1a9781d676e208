import type { EventView } from '../domain/api.ts'
import type { LogEvent } from '../domain/event.ts'
import { toIso } from '../domain/time.ts'

/** An event as the API shows it. Named one by one: a field that events gain must not show by itself. */
export function eventView(event: LogEvent): EventView {
  const { id, dataset, index, source, fields, raw } = event
  const [time, receivedAt] = [toIso(event.time), toIso(event.receivedAt)]
  return { id, time, receivedAt, dataset, index, source, fields, raw }
}
