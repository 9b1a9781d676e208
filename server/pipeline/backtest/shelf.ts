/** Documents kept at hand, so that describing an alert need not unpack them again. */
import type { Fields } from '../../domain/json.ts'
import type { ScannedEvent, Store, StoredEvent } from '../../store/store.ts'

export type Shelf = {
  put(event: ScannedEvent): void
  /** Those that exist, in the order asked for; what is not at hand is read from the store. The record is left out. */
  read(store: Pick<Store, 'events'>, ids: string[]): Promise<StoredEvent[]>
}

// Characters; beyond it the store is asked again.
const ROOM = 64 * 1024 * 1024

export function createShelf(): Shelf {
  const kept = new Map<string, ScannedEvent>()
  let room = ROOM
  return {
    put(scanned) {
      if (room < scanned.json.length || kept.has(scanned.event.id)) return
      room -= scanned.json.length
      kept.set(scanned.event.id, scanned)
    },
    async read(store, ids) {
      const unkept = ids.filter((id) => !kept.has(id))
      const others = unkept.length === 0 ? [] : await store.events(unkept)
      const read = new Map(others.map((event) => [event.id, event]))
      return ids.flatMap((id) => {
        const own = kept.get(id)
        return own ? [unpacked(own)] : (read.get(id) ?? [])
      })
    },
  }
}

function unpacked({ event, json }: ScannedEvent): StoredEvent {
  return { ...event, fields: JSON.parse(json) as Fields, raw: '' }
}
