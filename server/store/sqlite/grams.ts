/**
 * Bitmaps of the runs of four bytes in a text, in any case: enough to know of most blocks that they lack a needle. Runs
 * of three would not do: of hexadecimal digits there are so few that a block of records with GUIDs holds them all.
 */
import { hasOddFolds } from './sieve.ts'

// 32 bytes an event of a full block. 70,000 runs in 256 records of sign-ins and audits set 66 % of the bits, so that a
// needle of 10 characters lets one block in 20 through, one of 20 characters one in a thousand.
const BITS = 1 << 16
const RUN = 4

/** The bitmap of a block's lines; empty if it holds letters that only a full search can compare. */
export function gramsOf(data: Buffer): Buffer {
  if (hasOddFolds(data)) return Buffer.alloc(0)
  const bits = Buffer.alloc(BITS / 8)
  let run = 0
  for (let i = 0; i < data.length; i++) {
    run = (run << 8) | lower(data[i]!)
    const bit = bitOf(run)
    bits[bit >> 3]! |= 1 << (bit & 7)
  }
  return bits
}

/** Which bits a block must have for each text of each group; groups with a text that is too short say nothing. */
export type GramNeedles = number[][][]

export function gramNeedles(needles: readonly string[][]): GramNeedles {
  return needles.map((group) => group.map(bitsOf)).filter((group) => group.every((bits) => bits.length > 0))
}

/** Whether a block with this bitmap may hold one text of each group. */
export function mayHold(bitmap: Uint8Array, needles: GramNeedles): boolean {
  if (bitmap.length === 0) return true
  return needles.every((group) =>
    group.some((bits) => bits.every((bit) => (bitmap[bit >> 3]! >> (bit & 7)) & 1)),
  )
}

function bitsOf(text: string): number[] {
  const bytes = Buffer.from(text)
  const bits: number[] = []
  for (let i = 0; i + RUN <= bytes.length; i++) {
    let run = 0
    for (let at = i; at < i + RUN; at++) run = (run << 8) | lower(bytes[at]!)
    bits.push(bitOf(run))
  }
  return bits
}

function bitOf(run: number): number {
  // Fibonacci hashing: the upper bits of the product are well mixed.
  return Math.imul(run, 0x9e3779b1) >>> 16
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}
