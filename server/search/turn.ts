/**
 * Lets whatever else waits on this thread have its turn, and throws `Abandoned` when nobody waits for the answer any
 * more. A search calls it between pages.
 */
export type Turn = () => Promise<void>

/** The client has gone away: the search ends where it is. */
export class Abandoned extends Error {
  constructor() {
    super('Nobody waits for this search any more.')
    this.name = 'Abandoned'
  }
}

export function createTurn(isAbandoned: () => boolean): Turn {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    if (isAbandoned()) throw new Abandoned()
  }
}
