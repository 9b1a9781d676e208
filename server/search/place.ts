/** Cursors: the place of the last item of a page, and the total that its first page said. */
import type { ScanPlace } from '../store/store.ts'

/** `exact: false`: there are at least so many. */
export type Total = { value: number; exact: boolean }
export type Cursor = { place: ScanPlace; total: Total }

/** The text is no cursor that a search gave. */
export class BadPlace extends Error {
  constructor() {
    super('This cursor is not one that a search gave.')
    this.name = 'BadPlace'
  }
}

export function writeCursor({ place, total }: Cursor): string {
  const parts = [place.time, place.seq, total.value, total.exact ? 1 : 0]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

export function readCursor(text: string): Cursor {
  const parts = parse(text)
  if (!Array.isArray(parts) || parts.length !== 4 || !parts.every(Number.isSafeInteger)) throw new BadPlace()
  const [time, seq, value, exact] = parts as [number, number, number, number]
  return { place: { time, seq }, total: { value, exact: exact === 1 } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return null
  }
}
