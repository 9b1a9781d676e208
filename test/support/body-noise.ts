/** Bodies of shippers with something broken in them, the same for the same seed. */

/** The body with a few pieces cut, doubled, moved or replaced. */
export function mutatedBody(body: Buffer, next: () => number): Buffer {
  let mutated = body
  for (let left = 1 + Math.floor(next() * 4); left > 0; left--) {
    const at = Math.floor(next() * (mutated.length + 1))
    const end = Math.min(mutated.length, at + Math.floor(next() ** 3 * mutated.length))
    const piece = mutated.subarray(at, end)
    const from = Math.floor(next() * mutated.length)
    const instead = [
      Buffer.alloc(0),
      Buffer.concat([piece, piece]),
      mutated.subarray(from, from + 20),
      Buffer.from([Math.floor(next() * 256)]),
      Buffer.from(ODD[Math.floor(next() * ODD.length)]!, 'latin1'),
    ][Math.floor(next() * 5)]!
    mutated = Buffer.concat([mutated.subarray(0, at), instead, mutated.subarray(end)])
  }
  return mutated
}

const ODD = [
  '\0',
  '\n\n',
  '"',
  '{',
  '}]',
  '[[[[[[[[[[',
  '\xff\xfe',
  '\xc3',
  '\\ud800',
  '99999999999999999999',
  '1e999',
  '"__proto__":{}',
  'null',
  '\xff\xff\xff\xff\xff\xff\xff\xff',
  '\xff\xff\xff\xff\x0f',
  '=',
]
