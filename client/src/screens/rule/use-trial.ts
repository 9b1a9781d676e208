/** A back-test of what is being written, and whether it still is about that. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { BacktestView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { postBacktest } from '../../api/rules.ts'

export const TRIAL_DAYS = 30

export type Trial = {
  found: BacktestView | null
  /** When it was done. */
  at: number
  /** It is about another text than the one that is there now. */
  stale: boolean
  running: boolean
  why: string | null
  /** True when it was done. */
  run: () => Promise<BacktestView | null>
}

/** `rule`: its text, or a rule file as JSON; `id`: of the rule that is stored, whose alerts it is compared with. */
export function useTrial(id: string | null, rule: string | object): Trial {
  const about = typeof rule === 'string' ? rule : JSON.stringify(rule)
  const [done, setDone] = useState<{ about: string; found: BacktestView; at: number } | null>(null)
  const [running, setRunning] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const abort = useRef<AbortController | null>(null)
  useEffect(() => () => abort.current?.abort(), [])
  const run = async () => {
    abort.current?.abort()
    const own = (abort.current = new AbortController())
    setRunning(true)
    setWhy(null)
    try {
      const found = await postBacktest(id, rule, `now-${TRIAL_DAYS}d`, own.signal)
      setDone({ about, found, at: Date.now() })
      return found
    } catch (cause) {
      if (!own.signal.aborted) setWhy(failureText(cause))
      return null
    } finally {
      if (abort.current === own) setRunning(false)
    }
  }
  return {
    found: done?.found ?? null,
    at: done?.at ?? 0,
    stale: done !== null && done.about !== about,
    running,
    why,
    run,
  }
}
