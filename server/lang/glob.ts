/** Matches a whole text. */
export type TextTest = (text: string) => boolean

/** A piece of a pattern between two `*`. `holes`: it holds characters that stand for any one character. */
export type Piece = { text: string; holes: ReadonlySet<number> | null }

/** `like` and `:`: `*` is any text, `?` any one character, everything else itself; there is no escape. */
export function compileLike(pattern: string, insensitive: boolean): TextTest {
  const pieces = fold(pattern, insensitive)
    .split('*')
    .map((text) => {
      const holes = [...text.matchAll(/\?/g)].map((found) => found.index)
      return { text, holes: holes.length > 0 ? new Set(holes) : null }
    })
  return compilePieces(pieces, insensitive)
}

/** A pattern already cut at its `*`, in which no character is special. */
export function compileParts(parts: readonly string[], insensitive: boolean): TextTest {
  return compilePieces(
    parts.map((text) => ({ text: fold(text, insensitive), holes: null })),
    insensitive,
  )
}

/** Several patterns of which one has to match; the text is folded once for all. */
export function compileLikes(patterns: readonly string[], insensitive: boolean): TextTest {
  const whole = new Set<string>()
  const tests: TextTest[] = []
  for (const pattern of patterns) {
    if (/[*?]/.test(pattern)) tests.push(compileLike(fold(pattern, insensitive), false))
    else whole.add(fold(pattern, insensitive))
  }
  const [only] = tests
  if (whole.size === 0 && tests.length === 1 && only)
    return insensitive ? (text) => only(text.toLowerCase()) : only
  return (text) => {
    const folded = insensitive ? text.toLowerCase() : text
    if (whole.has(folded)) return true
    for (const test of tests) if (test(folded)) return true
    return false
  }
}

/** One simple folding, the same on both sides, never by locale. */
export function fold(text: string, insensitive: boolean): string {
  return insensitive ? text.toLowerCase() : text
}

// A pattern of thousands of characters with ? against a text of a million: no rule, an attack.
const MOST_WORK = 1e9

/** Pieces between the `*` of a pattern; insensitive ones are lower-cased already. */
export function compilePieces(pieces: Piece[], insensitive: boolean): TextTest {
  const test = compileFolded(pieces)
  return insensitive ? (text) => test(text.toLowerCase()) : test
}

/**
 * Each piece is looked for once, leftmost, and never again: the time is at most pattern times text, with no
 * backtracking over the stars.
 */
function compileFolded(pieces: Piece[]): TextTest {
  const first = pieces[0]!
  if (pieces.length === 1) {
    if (!first.holes) return (text) => text === first.text
    return (text) => endAt(text, first, 0) === text.length
  }
  const last = pieces.at(-1)!
  const inner = pieces.slice(1, -1).filter((piece) => piece.text !== '')
  const longest = pieces.reduce((most, piece) => Math.max(most, piece.text.length), 0)
  const simple = !first.holes && !last.holes && inner.every((piece) => !piece.holes)
  if (simple && inner.length === 0) {
    const least = first.text.length + last.text.length
    return (text) => text.length >= least && text.startsWith(first.text) && text.endsWith(last.text)
  }
  if (simple && inner.length === 1 && first.text === '' && last.text === '') {
    const part = inner[0]!.text
    return (text) => text.includes(part)
  }
  return (text) => {
    if (!simple && text.length * longest > MOST_WORK) return false
    let at = endAt(text, first, 0)
    if (at === -1) return false
    for (const piece of inner) {
      at = findPiece(text, piece, at)
      if (at === -1) return false
    }
    return endsWithPiece(text, last, at)
  }
}

/** Where the leftmost match of a piece ends, -1 if there is none. */
function findPiece(text: string, piece: Piece, from: number): number {
  if (!piece.holes) {
    const at = text.indexOf(piece.text, from)
    return at === -1 ? -1 : at + piece.text.length
  }
  for (let start = from; start <= text.length; start++) {
    if (isInsidePair(text, start)) continue
    const end = endAt(text, piece, start)
    if (end !== -1) return end
  }
  return -1
}

/** Where a match that begins exactly here ends, -1 if there is none. */
function endAt(text: string, piece: Piece, start: number): number {
  if (!piece.holes) return text.startsWith(piece.text, start) ? start + piece.text.length : -1
  let at = start
  for (let i = 0; i < piece.text.length; i++) {
    if (at >= text.length) return -1
    if (piece.holes.has(i)) at += text.codePointAt(at)! > 0xffff ? 2 : 1
    else if (text.charCodeAt(at) === piece.text.charCodeAt(i)) at++
    else return -1
  }
  return at
}

function endsWithPiece(text: string, piece: Piece, from: number): boolean {
  if (!piece.holes) return text.length - piece.text.length >= from && text.endsWith(piece.text)
  let at = text.length
  for (let i = piece.text.length - 1; i >= 0; i--) {
    if (at <= from) return false
    if (piece.holes.has(i)) at -= at >= 2 && isInsidePair(text, at - 1) ? 2 : 1
    else if (text.charCodeAt(at - 1) === piece.text.charCodeAt(i)) at--
    else return false
  }
  return at >= from
}

function isInsidePair(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 0xdc00 || code > 0xdfff || at === 0) return false
  const before = text.charCodeAt(at - 1)
  return before >= 0xd800 && before <= 0xdbff
}
