/**
 * Back-pressure: a queue bounded in bytes. A request that finds it full is held as long as is sane,
 * then refused whole, so that the shipper keeps its data.
 */
import { type Millis, SECOND } from '../domain/time.ts'

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

export type ByteGate = {
  /** Waits for room, runs the work, gives the room back. Throws `Overloaded` if there was no room in time. */
  through<T>(bytes: number, work: () => Promise<T>): Promise<T>
  /** Bytes inside now. */
  held(): number
}

const QUEUE_BYTES = 32 * 1024 * 1024
const PATIENCE: Millis = 20 * SECOND
const RETRY_AFTER_SECONDS = 10

export function createByteGate(limit: number = QUEUE_BYTES, patience: Millis = PATIENCE): ByteGate {
  let inside = 0
  const waiting: { bytes: number; enter(): void }[] = []
  // A single body larger than the whole limit may pass when it is alone.
  const hasRoom = (bytes: number) => inside === 0 || inside + bytes <= limit
  const admit = () => {
    while (waiting.length > 0 && hasRoom(waiting[0]!.bytes)) {
      const next = waiting.shift()!
      inside += next.bytes
      next.enter()
    }
  }
  const enter = (bytes: number) =>
    new Promise<void>((resolve, reject) => {
      if (waiting.length === 0 && hasRoom(bytes)) {
        inside += bytes
        resolve()
        return
      }
      const place = {
        bytes,
        enter() {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(place), 1)
        admit()
        reject(
          new Overloaded('The queue is full: keep the data and send it again later.', RETRY_AFTER_SECONDS),
        )
      }, patience)
      waiting.push(place)
    })
  return {
    async through(bytes, work) {
      await enter(bytes)
      try {
        return await work()
      } finally {
        inside -= bytes
        admit()
      }
    },
    held: () => inside,
  }
}
