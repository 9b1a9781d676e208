/**
 * How shippers' bodies come in: first room in memory for what arrives, then a turn at the writer, both in fair order.
 * A body is not read before there is room for it, so that many at once stay bounded however slowly they come.
 */
import type { IncomingMessage } from 'node:http'
import { type Millis, SECOND } from '../domain/time.ts'
import { createByteGate, diskFull, type Place } from '../pipeline/gate.ts'
import type { Sender } from '../pipeline/fair-queue.ts'
import type { Who } from './auth/who.ts'
import type { StoragePort } from './parts.ts'
import { clientAddress } from './proxy.ts'

export type Intake = {
  /** Room for the body that the request announces. Throws `Overloaded`, also while the disk is full. */
  arrive(request: IncomingMessage, who: Who): Promise<Arrival>
  /** Runs the work when it is the sender's turn at the writer. Throws `Overloaded` if that does not come in time. */
  turn<T>(request: IncomingMessage, who: Who, bytes: number, work: () => Promise<T> | T): Promise<T>
  /** Bytes of bodies in memory, and requests that wait for room. */
  load(): { bytes: number; waiting: number }
}
/** `arrived`: the body is here, nobody waits for its sender any more. */
export type Arrival = Place & { arrived(): void }

export type IntakeLimits = {
  /** Bytes of bodies in memory, from their announcement until the answer. */
  bodies: number
  /** Bytes at the writer: two commits, so that the next is there when one is done. */
  turns: number
  /** Waiting for room, then for a turn: together less than the 30 s after which shippers give up. */
  patience: { arrival: Millis; turn: Millis }
  /** While others wait for room, a body must have come within this time. */
  slowest: Millis
}
export const INTAKE: IntakeLimits = {
  bodies: 64 * 1024 * 1024,
  turns: 8 * 1024 * 1024,
  patience: { arrival: 8 * SECOND, turn: 14 * SECOND },
  slowest: 15 * SECOND,
}

// Of a body that does not say how long it is; it grows as it comes.
const UNKNOWN = 64 * 1024
/** Logs packed by gzip or zstd are some 5 to 20 times smaller. */
const PACKED = 8

export function createIntake(
  parts: { storage?: StoragePort | undefined; maxBody: number },
  limits: IntakeLimits = INTAKE,
): Intake {
  const { patience } = limits
  const bodies = createByteGate({
    bytes: limits.bodies,
    bytesEach: limits.bodies / 2,
    patience: patience.arrival,
  })
  const turns = createByteGate({
    bytes: limits.turns,
    // One sender fills one commit; whoever else comes meanwhile is in the next.
    bytesEach: limits.turns / 2,
    patience: patience.turn,
  })
  const checkRoom = () => {
    if (parts.storage?.isFull()) throw diskFull()
  }

  return {
    async arrive(request, who) {
      checkRoom()
      const place = await bodies.enter(announced(request, parts.maxBody), senderOf(request, who))
      const began = performance.now()
      const timer = setInterval(() => {
        if (bodies.waiting() > 0 && performance.now() - began > limits.slowest) request.socket.destroy()
      }, SECOND)
      return {
        grow: (bytes) => place.grow(bytes),
        arrived: () => clearInterval(timer),
        leave() {
          clearInterval(timer)
          place.leave()
        },
      }
    },
    async turn(request, who, bytes, work) {
      checkRoom()
      const place = await turns.enter(bytes, senderOf(request, who))
      try {
        return await work()
      } finally {
        place.leave()
      }
    },
    load: () => ({ bytes: bodies.held(), waiting: bodies.waiting() + turns.waiting() }),
  }
}

/** What the body will need in memory, as far as the headers tell. */
function announced({ headers }: IncomingMessage, maxBody: number): number {
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (!Number.isFinite(length)) return 'transfer-encoding' in headers ? UNKNOWN : 0
  const isPacked = !/^(?:identity)?$/i.test((headers['content-encoding'] ?? '').trim())
  return Math.min(isPacked ? length * PACKED : length, maxBody)
}

/** Shippers that share a key are told apart by where they are and what they call themselves. */
function senderOf(request: IncomingMessage, { id }: Who): Sender {
  return { key: id ?? '', from: `${clientAddress(request)} ${request.headers['user-agent'] ?? ''}` }
}
