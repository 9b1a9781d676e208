/** Finds the lines of a block that may hold the texts looked for, without reading them as JSON. */
import type { Lines } from './block-codec.ts'

/** Marks each line of a block: 1, it may hold what is looked for; 0, it cannot. */
export type Sieve = { marks(lines: Lines): Uint8Array }

/**
 * `needles`: of each group one text must occur, in any case; printable ASCII without `"` and `\`. `escaped`: the
 * lines may write any character as an escape, as a record may that somebody else wrote.
 */
export function createSieve(needles: readonly string[][], escaped: boolean): Sieve | null {
  // The group whose shortest text is longest says most and is looked for fastest.
  const groups = needles
    .map((group) => group.map((text) => compileNeedle(text)))
    .sort((a, b) => shortest(b) - shortest(a))
  const [first, ...others] = groups
  if (!first) return null
  const known = new WeakMap<Lines, Uint8Array>()
  return {
    marks(lines) {
      let marks = known.get(lines)
      if (!marks) known.set(lines, (marks = sift(lines, first, others, escaped)))
      return marks
    },
  }
}

type Needle = { bytes: Uint8Array; skip: Uint8Array }

// Characters outside ASCII whose lower case has ASCII letters in it: the Kelvin sign, and I with a dot above.
const FOLDS_TO_ASCII = [Buffer.from('\u212a'), Buffer.from('\u0130')]
const ESCAPES = [Buffer.from('\\u'), Buffer.from('\\/')]

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

/** Whether a text holds letters that compare to ASCII ones in some case. */
export function hasOddFolds(data: Buffer): boolean {
  return FOLDS_TO_ASCII.some((letter) => data.includes(letter))
}

function sift(lines: Lines, first: Needle[], others: Needle[][], escaped: boolean): Uint8Array {
  const { data, starts } = lines
  const count = starts.length - 1
  const marks = new Uint8Array(count)
  for (const needle of first) markLines(lines, marks, (from) => find(data, needle, from, data.length))
  for (const group of others) {
    for (let at = 0; at < count; at++) {
      if (marks[at] === 0) continue
      const [from, to] = [starts[at]!, starts[at + 1]!]
      if (!group.some((needle) => find(data, needle, from, to) !== -1)) marks[at] = 0
    }
  }
  for (const odd of escaped ? [...FOLDS_TO_ASCII, ...ESCAPES] : FOLDS_TO_ASCII) {
    markLines(lines, marks, (from) => data.indexOf(odd, from))
  }
  return marks
}

/** Marks every line in which `next` finds something at or behind a position; -1: nothing more. */
function markLines({ data, starts }: Lines, marks: Uint8Array, next: (from: number) => number): void {
  let at = 0
  for (let found = next(0); found !== -1;) {
    while (starts[at + 1]! <= found) at++
    marks[at] = 1
    const from = starts[at + 1]!
    found = from >= data.length ? -1 : next(from)
  }
}

function compileNeedle(text: string): Needle {
  const bytes = Uint8Array.from(text.toLowerCase(), (char) => char.charCodeAt(0))
  const longest = Math.min(bytes.length, 255)
  const skip = new Uint8Array(256).fill(longest)
  for (let i = Math.max(0, bytes.length - longest); i < bytes.length - 1; i++) {
    skip[bytes[i]!] = Math.min(longest, bytes.length - 1 - i)
  }
  return { bytes, skip }
}

/** Horspool's search, in any case; nothing is allocated. */
function find(data: Uint8Array, { bytes, skip }: Needle, from: number, to: number): number {
  const last = bytes.length - 1
  const final = bytes[last]!
  for (let end = from + last; end < to;) {
    const byte = FOLD[data[end]!]!
    if (byte === final) {
      let i = last - 1
      let at = end - 1
      while (i >= 0 && FOLD[data[at]!] === bytes[i]) {
        i--
        at--
      }
      if (i < 0) return at + 1
    }
    end += skip[byte]!
  }
  return -1
}

function shortest(group: readonly Needle[]): number {
  return Math.min(...group.map(({ bytes }) => bytes.length))
}
