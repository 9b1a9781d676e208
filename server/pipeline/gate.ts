/**
 * Back-pressure: room bounded in bytes. A request that finds none is held as long as is sane, in fair order, then refused
 * whole, so that the shipper keeps its data.
 */
import type { Millis } from '../domain/time.ts'
import { createFairQueue, type Sender, type Verdict } from './fair-queue.ts'

/** The server cannot take this request now; nothing of it was kept. */
export class Overloaded extends Error {
  readonly retryAfter: number
  constructor(message: string, retryAfter: number) {
    super(message)
    this.name = 'Overloaded'
    this.retryAfter = retryAfter
  }
}

export function diskFull(): Overloaded {
  return new Overloaded('The disk of the server is full: keep the data and send it again later.', 30)
}

export type GateLimits = {
  /** Bytes inside at once. One request larger than that may pass when it is alone. */
  bytes: number
  /** Of these, what one sender may have; absent: all. */
  bytesEach?: number
  /** How long a request waits for room. */
  patience: Millis
}
/** Room that a request has. */
export type Place = {
  /** Makes it this large, where it is smaller; beyond the limit only one place at a time, the others wait. */
  grow(bytes: number): Promise<void>
  /** Gives it back; a second time does nothing. */
  leave(): void
}
export type ByteGate = {
  /** Waits for room. Throws `Overloaded` if there was none in time. */
  enter(bytes: number, sender: Sender): Promise<Place>
  /** Bytes inside now. */
  held(): number
  /** Requests that wait. */
  waiting(): number
}

const RETRY_AFTER_SECONDS = 10
const MOST_WAITING = 2000
// What a request costs however small it is, in bytes of its share.
const BASE_COST = 4096

type Waiter = { bytes: number; name: string; enter(): void }

export function createByteGate({ bytes: limit, bytesEach = limit, patience }: GateLimits): ByteGate {
  let inside = 0
  let growing = 0
  const insideOf = new Map<string, number>()
  const queue = createFairQueue<Waiter>()
  /** Resolves when nobody is beyond the limit. */
  let beyond: Promise<unknown> = Promise.resolve()

  function judge({ bytes, name }: Waiter): Verdict {
    if (inside === 0) return 'enter'
    if (inside + bytes > limit) return 'wait'
    const own = insideOf.get(name) ?? 0
    return own === 0 || own + bytes <= bytesEach ? 'enter' : 'skip'
  }

  function add(name: string, bytes: number): void {
    inside += bytes
    const own = (insideOf.get(name) ?? 0) + bytes
    if (own > 0) insideOf.set(name, own)
    else insideOf.delete(name)
  }

  function admit(): void {
    for (let next = queue.next(judge); next; next = queue.next(judge)) {
      add(next.name, next.bytes)
      next.enter()
    }
  }

  function wait(waiter: Omit<Waiter, 'enter'>, sender: Sender): Promise<void> {
    if (queue.size() >= MOST_WAITING) throw tooMuch()
    return new Promise((resolve, reject) => {
      const place: Waiter = {
        ...waiter,
        enter() {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        queue.remove(place)
        admit()
        reject(tooMuch())
      }, patience)
      queue.push(sender, waiter.bytes + BASE_COST, place)
      // Others may wait for what this one does not need.
      admit()
    })
  }

  function placeOf(name: string, first: number): Place {
    let bytes = first
    let endTurn: (() => void) | null = null
    let isGone = false
    const enlarge = (to: number) => {
      if (isGone) return
      add(name, to - bytes)
      bytes = to
    }
    return {
      async grow(to) {
        if (to <= bytes) return
        if (endTurn === null && inside + to - bytes > limit) {
          const before = beyond
          beyond = new Promise<void>((resolve) => (endTurn = resolve))
          const own = beyond
          beyond = before.then(() => own)
          growing++
          await before
          growing--
        }
        enlarge(to)
      },
      leave() {
        if (isGone) return
        isGone = true
        add(name, -bytes)
        endTurn?.()
        admit()
      },
    }
  }

  return {
    async enter(bytes, sender) {
      const name = `${sender.key}\0${sender.from}`
      if (queue.size() === 0 && judge({ bytes, name, enter() {} }) === 'enter') {
        add(name, bytes)
        queue.charge(sender, bytes + BASE_COST)
      } else await wait({ bytes, name }, sender)
      return placeOf(name, bytes)
    },
    held: () => inside,
    waiting: () => queue.size() + growing,
  }
}

function tooMuch(): Overloaded {
  return new Overloaded('The queue is full: keep the data and send it again later.', RETRY_AFTER_SECONDS)
}
