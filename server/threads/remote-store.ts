/** The store as other threads see it: writes go to the one writer, reads to a reader of their own. */
import type { Store } from '../store/store.ts'
import type { Caller, Verb, Verbs } from './call.ts'

type StoreVerb = keyof Store

/** The verbs that write; all others read. */
const WRITES: ReadonlySet<string> = new Set<StoreVerb>([
  'append',
  'settle',
  'settleQuiet',
  'markReplayed',
  'putRecords',
  'note',
  'addHits',
  'settleAgain',
  'pruneHits',
  'pruneTraffic',
  'noteFields',
  'planDeliveries',
  'attempted',
  'retryDelivery',
  'removeOld',
  'noteRemoved',
])

/** Every verb of a store, answered over a port by a thread that holds a real one. */
export function remoteStore(caller: Caller): Store {
  return new Proxy({} as Store, {
    get(_, verb) {
      // A proxy must not look like a promise, or awaiting it would call `then`.
      if (typeof verb !== 'string' || verb === 'then') return undefined
      return (...args: unknown[]) => caller.call(verb, args)
    },
  })
}

/** One store out of two: `reads` may be a read-only connection. */
export function routedStore(reads: Store, writes: Store): Store {
  return new Proxy({} as Store, {
    get(_, verb) {
      if (typeof verb !== 'string' || verb === 'then') return undefined
      const target = WRITES.has(verb) ? writes : reads
      return (...args: unknown[]) => (target[verb as StoreVerb] as (...args: unknown[]) => unknown)(...args)
    },
  })
}

/** The verbs of a real store, for `answerOver`. */
export function storeVerbs(store: Store): Verbs {
  return (name) => {
    const verb = (store as unknown as Record<string, unknown>)[name]
    return typeof verb === 'function' ? (...args) => (verb as Verb).apply(store, args) : undefined
  }
}
