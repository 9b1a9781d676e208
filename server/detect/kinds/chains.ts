/**
 * Families of chains: of all ways to reach a point in a sequence, the few that decide what can follow.
 * A chain holds distinct events, and one event may match several steps, so the best way to a point may already
 * have used an event that a later step needs. A family therefore keeps, beside its best chain, one for each
 * set of later events that the better ones cannot go with.
 */
import type { Hit } from '../../domain/hit.ts'

export type Chain = {
  /** Higher is better: the start of the first event, or the negated end of the last when looking back. */
  score: number
  /** Events in it that could still be wanted for another step. */
  used: readonly string[]
  hit: Hit
  before: Chain | null
}

// Chains beyond this share one second and one set of predicates: no rule needs so many ways to say the same.
const MOST_CHAINS = 64

export class Family {
  /** Best first. */
  chains: Chain[] = []
  readonly #rivals: number

  /** `rivals`: how many more events a chain of this family still has to avoid. */
  constructor(rivals: number) {
    this.#rivals = rivals
  }

  add(chain: Chain): void {
    if (!this.#needs(chain, this.chains.length)) return
    const place = this.chains.findIndex(({ score }) => score < chain.score)
    if (place === -1) {
      if (this.chains.length < MOST_CHAINS) this.chains.push(chain)
      return
    }
    const later = this.chains.splice(place)
    this.chains.push(chain)
    for (const one of later) {
      if (this.chains.length < MOST_CHAINS && this.#needs(one, this.chains.length)) this.chains.push(one)
    }
  }

  /** The best chain that does without these events. */
  best(unwanted: readonly string[]): Chain | undefined {
    return this.chains.find(({ used }) => isDisjoint(used, unwanted))
  }

  /** Forgets used events that no later step can want any more. */
  forget(isWanted: (event: string) => boolean): void {
    if (this.chains.every(({ used }) => used.every(isWanted))) return
    const before = this.chains
    this.chains = []
    for (const chain of before) this.add({ ...chain, used: chain.used.filter(isWanted) })
  }

  /** Is there a set of later events that goes with this chain but with none of the better ones? */
  #needs(chain: Chain, among: number): boolean {
    let better = 0
    for (; better < among && this.chains[better]!.score >= chain.score; better++) {
      if (this.chains[better]!.used.every((event) => chain.used.includes(event))) return false
    }
    return canAvoid(this.chains, better, chain.used, [], this.#rivals)
  }
}

/** Can `rivals` events more, none of them wanted, have a part in each of the first `count` chains? */
function canAvoid(
  chains: readonly Chain[],
  count: number,
  wanted: readonly string[],
  avoided: readonly string[],
  rivals: number,
): boolean {
  let next = 0
  while (next < count && !isDisjoint(chains[next]!.used, avoided)) next++
  if (next === count) return true
  if (avoided.length === rivals) return false
  return chains[next]!.used.some(
    (event) => !wanted.includes(event) && canAvoid(chains, count, wanted, [...avoided, event], rivals),
  )
}

function isDisjoint(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || !a.some((event) => b.includes(event))
}
