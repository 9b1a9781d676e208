const NUMBER = /(?:\d+(\.\d*)?|(\.\d+))([eE][+-]?\d+)?/y
// Java's long: what does not fit is a double there.
const LONG = 2n ** 63n

/** The number literal at an offset. Integers beyond 2^53 are bigint, beyond 64 bits double. */
export function readNumber(
  text: string,
  at: number,
): { value: number | bigint; double: boolean; length: number } {
  NUMBER.lastIndex = at
  const found = NUMBER.exec(text)!
  const length = found[0].length
  if (found[1] !== undefined || found[2] !== undefined || found[3] !== undefined) {
    return { value: Number(found[0]), double: true, length }
  }
  const exact = BigInt(found[0])
  if (exact > LONG) return { value: Number(exact), double: true, length }
  return { value: narrow(exact), double: false, length }
}

/** A bigint as a number where that loses nothing. */
export function narrow(value: bigint): number | bigint {
  const plain = Number(value)
  return Number.isFinite(plain) && BigInt(plain) === value ? plain : value
}
