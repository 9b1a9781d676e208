/** A simulated attack, to see whether the rule as it is written still catches it. */
import { useState } from 'preact/hooks'
import { Failure, failureText } from '../../api/request.ts'
import { postDrill } from '../../api/rules.ts'
import type { Trial } from './use-trial.ts'

export type DrillState =
  | { state: 'waiting' | 'running' | 'caught' | 'missed' }
  /** This server cannot play it, or not now. */
  | { state: 'failed'; why: string; possible: boolean }

export type Drill = { name: string; shown: DrillState; run: () => Promise<void> }

/** Null when the rule names none. */
export function useDrill(name: string | null, about: string, trial: Trial): Drill | null {
  const [done, setDone] = useState<{ about: string; shown: DrillState } | null>(null)
  if (!name) return null
  return {
    name,
    shown: done && done.about === about ? done.shown : { state: 'waiting' },
    async run() {
      const show = (shown: DrillState) => setDone({ about, shown })
      show({ state: 'running' })
      try {
        await postDrill(name)
        // The attack is in the stored logs now: the text as it is must find it there.
        const found = await trial.run()
        if (found) show({ state: found.alerts.some((alert) => alert.drill) ? 'caught' : 'missed' })
        else show({ state: 'failed', why: 'The back-test could not be run.', possible: true })
      } catch (cause) {
        const possible = !(cause instanceof Failure && cause.status === 404)
        show({ state: 'failed', why: failureText(cause), possible })
      }
    },
  }
}
