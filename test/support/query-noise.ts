/** Random bytes and broken queries, the same for the same seed. */

const QUERIES = [
  'any where true',
  'process where process.name : ("cmd.exe", "power*") and not user.name == "SYSTEM"',
  'sequence by user.email with maxspan=4h [authentication where event.outcome == "success"] [any where event.action in ("New-InboxRule", "Set-Mailbox")] until [any where event.action == "Reset"]',
  'sequence by host.id with maxspan=1m [process where ?a.b != null] with runs=3 ![file where file.size > 10.5] [network where cidrMatch(source.ip, "10.0.0.0/8")]',
  'sample by user.id [any where length(message) > 3] [any where substring(message, 1, -2) like~ "*x?"]',
  'any where `odd name` regex~ """a+(b|c)*[^d]{2,3}<1-20>""" and concat(a, "\\u{41}") == "b\\n" | head 5 | tail 2',
  'any where (a + 2 * -3 % 4 <= 7 or startsWith~(b, "x")) /* note */ and number("0x1f") == 31 // end',
]

/** A generator of numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function randomBytes(next: () => number): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(next() * 200) }, () => Math.floor(next() * 256)))
}

/** A valid query with a few pieces cut, doubled, swapped or replaced. */
export function mutatedQuery(next: () => number): string {
  let query = pick(QUERIES, next)
  for (let left = 1 + Math.floor(next() * 4); left > 0; left--) {
    const at = Math.floor(next() * query.length)
    const end = Math.min(query.length, at + Math.floor(next() * 12))
    const piece = query.slice(at, end)
    const other = pick(QUERIES, next)
    const from = Math.floor(next() * other.length)
    const instead = pick(
      [
        '',
        piece + piece,
        other.slice(from, from + 20),
        '\0',
        '"',
        '[',
        ')',
        '99999999999999999999',
        '\ud800',
        '`',
      ],
      next,
    )
    query = query.slice(0, at) + instead + query.slice(end)
  }
  return query
}

function pick<T>(list: readonly T[], next: () => number): T {
  return list[Math.floor(next() * list.length)]!
}
