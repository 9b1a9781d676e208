import { hash } from 'node:crypto'
import type { LogEvent } from '../../domain/event.ts'

/**
 * The number that an event is found by within its second: 64 bits of SHA-1(dataset, NUL, identity), signed.
 * One without a time of its own gets another number, as its public id is another.
 */
export function eventHash({
  dataset,
  identity,
  ownTime,
}: Pick<LogEvent, 'dataset' | 'identity' | 'ownTime'>): bigint {
  return textHash(ownTime ? `${dataset}\0${identity}` : `${dataset}\0${identity}\0`)
}

/** 64 bits of SHA-1 of a text, signed, as SQLite stores an integer. */
export function textHash(text: string): bigint {
  // As text and back: a Buffer for each hash costs more than twice as much.
  return BigInt.asIntN(64, BigInt(`0x${hash('sha1', text, 'hex').slice(0, 16)}`))
}
