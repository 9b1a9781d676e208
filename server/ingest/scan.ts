/** Finds where JSON values begin and end in bytes, without building them. Says nothing about their being valid. */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Start (inclusive) and end (exclusive) of a value in the bytes. */
export type Span = { start: number; end: number }

/**
 * Bytes that may still be looked at for the far end of a value. It keeps the cost of a body linear, however many of
 * its values never end; once it is used up, a value is looked for in its own line only.
 */
export type Patience = { left: number }

/**
 * The end of the object or array that starts at `start`, or -1 if it does not close before `end`. A raw line end
 * inside a string ends the search, since JSON forbids it: so a torn line does not swallow the lines after it.
 * `freshLines`: so does a line that opens an object at its very start.
 */
export function valueEnd(bytes: Uint8Array, start: number, end: number, freshLines = false): number {
  let depth = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      i = stringEnd(bytes, i, end) - 1
      if (i < 0) return -1
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (--depth === 0) return i + 1
    } else if (freshLines && byte === NEWLINE && bytes[i + 1] === OPEN_OBJECT) {
      return -1
    }
  }
  return -1
}

/**
 * The elements of the list that starts at `start`, at most one more than `most`, and where it ends. An element that does not close is cut at
 * its line's end, and reading goes on with the next line.
 */
export function listElements(
  bytes: Uint8Array,
  start: number,
  end: number,
  patience: Patience,
  most: number,
): { spans: Span[]; end: number } {
  const spans: Span[] = []
  let at = start + 1
  for (;;) {
    at = skip(bytes, at, end)
    if (at >= end || spans.length > most) return { spans, end }
    const byte = bytes[at]!
    if (byte === CLOSE_LIST) return { spans, end: at + 1 }
    const found = elementEnd(bytes, at, end, patience)
    const stop = found === -1 ? lineEnd(bytes, at, end) : found
    spans.push({ start: at, end: stop })
    at = stop
  }
}

/**
 * The start of the list of records in an envelope: `{"records":[...]}` (Azure Monitor), `{"value":[...]}` (Graph),
 * where every other key is about the page. Null when the object at `start` is no envelope.
 */
export function envelopeList(
  bytes: Uint8Array,
  start: number,
  end: number,
  patience: Patience,
): { list: number; end: number } | null {
  let list = -1
  let at = start + 1
  for (;;) {
    at = skip(bytes, at, end)
    if (at >= end || bytes[at] === CLOSE_OBJECT)
      return list === -1 ? null : { list, end: Math.min(at + 1, end) }
    if (bytes[at] !== QUOTE) return null
    const keyEnd = stringEnd(bytes, at, end)
    if (keyEnd === 0) return null
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, keyEnd - at - 2).toString('latin1')
    at = skip(bytes, keyEnd, end)
    if (bytes[at] !== COLON) return null
    at = skip(bytes, at + 1, end)
    if ((key === 'records' || key === 'value') && bytes[at] === OPEN_LIST && list === -1) {
      const first = bytes[skip(bytes, at + 1, end)]
      if (first !== OPEN_OBJECT && first !== CLOSE_LIST) return null
      list = at
    } else if (!PAGE_KEY.test(key)) {
      return null
    }
    const stop = elementEnd(bytes, at, end, patience)
    // Torn in the middle of the list: its whole elements can still be had.
    if (stop === -1) return list === at ? { list, end } : null
    at = stop
  }
}

const PAGE_KEY = /^(@?odata\..*|count|total|nextLink)$/

/** The position of the line end at or after `at`, or `end`. */
export function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const found = bytes.indexOf(NEWLINE, at)
  return found === -1 || found > end ? end : found
}

/** The first byte at or after `at` that is neither blank nor comma. */
function skip(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at]! <= 0x20 || bytes[at] === COMMA)) at++
  return at
}

function elementEnd(bytes: Uint8Array, at: number, end: number, patience: Patience): number {
  const byte = bytes[at]
  if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
    const limit = patience.left > 0 ? end : lineEnd(bytes, at, end)
    const stop = valueEnd(bytes, at, limit)
    patience.left -= (stop === -1 ? limit : stop) - at
    return stop
  }
  if (byte === QUOTE) return stringEnd(bytes, at, end) || -1
  let stop = at
  while (stop < end && !SCALAR_END.has(bytes[stop]!)) stop++
  // A closing bracket of the wrong kind would otherwise be an element of no length, for ever.
  return Math.max(stop, at + 1)
}

const SCALAR_END = new Set([COMMA, CLOSE_LIST, CLOSE_OBJECT, 0x20, 0x09, 0x0a, 0x0d])

/** Just past the closing quote of the string that opens at `at`; 0 if it does not close in its line. */
function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) return i + 1
    if (byte === BACKSLASH) i++
    else if (byte === NEWLINE) return 0
  }
  return 0
}
