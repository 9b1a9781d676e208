/**
 * Presence that is stored, as far as this process knows. Every event of an account shows it to every rule that learns
 * first, and once an hour is enough: what is known is not written again.
 */
import { type Hit, PRESENCE } from '../../domain/hit.ts'

export type KnownPresence = {
  /** Whether a hit is presence that is known to be stored. */
  has(hit: Hit): boolean
  /** A hit was written, or was there. */
  add(hit: Hit): void
  /** What was written may be gone: rolled back, or deleted by age. */
  forget(): void
}

// Some 100 bytes each. A thousand accounts, ten rules and the last hours are well below it.
const MOST = 200_000

export function knownPresence(): KnownPresence {
  const known = new Set<string>()
  return {
    has: (hit) => hit.event === PRESENCE && known.has(nameOf(hit)),
    add(hit) {
      if (hit.event !== PRESENCE) return
      if (known.size >= MOST) known.clear()
      known.add(nameOf(hit))
    },
    forget: () => known.clear(),
  }
}

function nameOf({ rule, version, time, step, key }: Hit): string {
  return `${rule}\0${version}\0${step}\0${time}\0${key}`
}
