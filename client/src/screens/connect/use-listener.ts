/** Watches what arrives from the moment on at which it was opened: events, what was refused, and wrong keys. */
import { useEffect, useState } from 'preact/hooks'
import type { SourceView } from '../../../../server/domain/api.ts'
import type { SearchEvent } from '../../../../server/domain/api/search.ts'
import {
  getNewestOf,
  getRefusedKeys,
  getRejected,
  getSources,
  type RefusedKeys,
  type RejectedView,
} from '../../api/sources.ts'
import { failureText } from '../../api/request.ts'
import { mayAdmin } from '../../session.ts'

export type Heard = {
  /** By this page's clock. */
  since: number
  /** What came, the newest first. */
  sources: SourceView[]
  /** One event of it, to show how it was read. */
  example: SearchEvent | null
  rejected: RejectedView | null
  wrongKeys: RefusedKeys | null
  /** The server could not be asked; what was heard before stays. */
  why: string | null
}

const EVERY = 2_000

export function useListener(): Heard {
  const [heard, setHeard] = useState<Heard>(() => ({
    since: Date.now(),
    sources: [],
    example: null,
    rejected: null,
    wrongKeys: null,
    why: null,
  }))
  useEffect(() => {
    const abort = new AbortController()
    const { signal } = abort
    let before: { received: Map<string, string>; rejected: string | null; refused: number } | null = null
    let timer: ReturnType<typeof setTimeout>
    const listen = async () => {
      try {
        const [sources, { rejected }, refused] = await Promise.all([
          getSources(signal),
          getRejected(1, null, signal),
          mayAdmin() ? getRefusedKeys(signal) : null,
        ])
        const newest = rejected[0] ?? null
        // What was there when it was opened is not news.
        before ??= {
          received: new Map(sources.map((one) => [nameOf(one), one.lastReceivedAt])),
          rejected: newest?.id ?? null,
          refused: refused?.refused ?? 0,
        }
        const known = before
        const came = sources
          .filter((one) => one.source !== 'drill' && one.events > 0)
          .filter((one) => known.received.get(nameOf(one)) !== one.lastReceivedAt)
          .toSorted((a, b) => (a.lastReceivedAt < b.lastReceivedAt ? 1 : -1))
        const example = came[0] ? await getNewestOf(came[0], signal) : null
        setHeard((last) => ({
          ...last,
          sources: came,
          example: last.example ?? example,
          rejected: newest && newest.id !== known.rejected ? newest : null,
          wrongKeys: refused && refused.refused > known.refused ? refused : null,
          why: null,
        }))
      } catch (cause) {
        if (signal.aborted) return
        setHeard((last) => ({ ...last, why: failureText(cause) }))
      }
      timer = setTimeout(() => void listen(), EVERY)
    }
    void listen()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [])
  return heard
}

function nameOf({ source, dataset }: SourceView): string {
  return JSON.stringify([source, dataset])
}
