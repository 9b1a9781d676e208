/**
 * Who is next, so that nobody who asks much keeps others waiting: start-time fair queuing
 * (Goyal, Vin and Cheng, 1996), by key, and among the senders of one key.
 */

/** `key` pays for what it sends; `from` tells the senders of one key apart. */
export type Sender = { key: string; from: string }
export type Verdict = 'enter' | 'skip' | 'wait'
export type FairQueue<T> = {
  push(sender: Sender, cost: number, item: T): void
  /** Takes the first in fair order that may enter; `skip` looks at the next sender, `wait` ends the search. */
  next(judge: (item: T) => Verdict): T | undefined
  remove(item: T): void
  /** What entered without waiting counts too. */
  charge(sender: Sender, cost: number): void
  size(): number
}

type Entry<T> = { cost: number; item: T }
/** `tag`: what it had before its next entry may start, on the clock of its level. */
type Line<T> = { tag: number; entries: Entry<T>[] }
type KeyLine<T> = { tag: number; clock: number; lines: Map<string, Line<T>> }

// Lines that are empty are forgotten when there are more than this.
const KEPT = 1000

export function createFairQueue<T>(): FairQueue<T> {
  const keys = new Map<string, KeyLine<T>>()
  let clock = 0
  let size = 0

  function lineOf({ key, from }: Sender): { byKey: KeyLine<T>; line: Line<T> } {
    if (keys.size > KEPT) forgetKeys()
    let byKey = keys.get(key)
    if (!byKey) keys.set(key, (byKey = { tag: clock, clock: 0, lines: new Map() }))
    if (byKey.lines.size > KEPT) forgetLines(byKey.lines)
    let line = byKey.lines.get(from)
    if (!line) byKey.lines.set(from, (line = { tag: byKey.clock, entries: [] }))
    return { byKey, line }
  }

  /** One that was away starts now: it saves nothing up. */
  function pay(byKey: KeyLine<T>, line: Line<T>, cost: number): void {
    clock = Math.max(clock, byKey.tag)
    byKey.clock = Math.max(byKey.clock, line.tag)
    byKey.tag = clock + cost
    line.tag = byKey.clock + cost
  }

  function forgetKeys(): void {
    for (const [key, { lines }] of keys) {
      forgetLines(lines)
      if (lines.size === 0) keys.delete(key)
    }
  }

  return {
    push(sender, cost, item) {
      const { byKey, line } = lineOf(sender)
      if (!isWaiting(byKey)) byKey.tag = Math.max(byKey.tag, clock)
      if (line.entries.length === 0) line.tag = Math.max(line.tag, byKey.clock)
      line.entries.push({ cost, item })
      size++
    },
    next(judge) {
      for (const byKey of inOrder([...keys.values()].filter(isWaiting))) {
        for (const line of inOrder([...byKey.lines.values()].filter(({ entries }) => entries.length > 0))) {
          const { item, cost } = line.entries[0]!
          const verdict = judge(item)
          if (verdict === 'wait') return undefined
          if (verdict === 'skip') continue
          line.entries.shift()
          size--
          pay(byKey, line, cost)
          return item
        }
      }
      return undefined
    },
    remove(item) {
      for (const { lines } of keys.values()) {
        for (const { entries } of lines.values()) {
          const at = entries.findIndex((entry) => entry.item === item)
          if (at === -1) continue
          entries.splice(at, 1)
          size--
          return
        }
      }
    },
    charge(sender, cost) {
      const { byKey, line } = lineOf(sender)
      pay(byKey, line, cost)
    },
    size: () => size,
  }
}

function isWaiting<T>({ lines }: KeyLine<T>): boolean {
  for (const { entries } of lines.values()) if (entries.length > 0) return true
  return false
}

function inOrder<L extends { tag: number }>(lines: L[]): L[] {
  return lines.toSorted((a, b) => a.tag - b.tag)
}

function forgetLines<T>(lines: Map<string, Line<T>>): void {
  for (const [from, { entries }] of lines) if (entries.length === 0) lines.delete(from)
}
