/** Opaque cursors: the place of a page's last item in its order, so that inserts before it shift nothing. */
import { BadCursor } from '../bad-cursor.ts'
import type { Page } from '../store.ts'

export type Place = (number | string)[]

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place behind a cursor; `shape` gives the types that this list's places have. */
export function decodeCursor(cursor: string, shape: ('number' | 'string')[]): Place {
  const place = parse(cursor)
  if (!Array.isArray(place) || place.length !== shape.length) throw new BadCursor()
  if (!shape.every((type, i) => typeof place[i] === type)) throw new BadCursor()
  return place as Place
}

/** A page of at most `size` items out of a read of `size + 1`: the one more says that there is a next page. */
export function pageOf<T>(read: T[], size: number, placeOf: (item: T) => Place): Page<T> {
  const items = read.slice(0, size)
  const last = items.at(-1)
  return { items, nextCursor: read.length > size && last !== undefined ? encodeCursor(placeOf(last)) : null }
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}
