/** What is wrong with a rule's text, asked for a moment after the last key. */
import { useEffect, useState } from 'preact/hooks'
import type { ReviewView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { postValidate } from '../../api/rules.ts'
import type { EditorProblem } from '../../parts/query-editor.tsx'

const PAUSE = 300

export type Reviewed = {
  /** Null: not known for this text yet. */
  valid: boolean | null
  problems: readonly EditorProblem[]
  /** Why it could not be asked. */
  why: string | null
  /** Asks again. */
  again: () => void
}

const NONE: readonly EditorProblem[] = []

export function useReview(text: string, wanted: boolean): Reviewed {
  const [found, setFound] = useState<{ text: string; review: ReviewView } | null>(null)
  const [failed, setFailed] = useState<{ text: string; why: string } | null>(null)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    if (!wanted) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      postValidate(text, abort.signal).then(
        (review) => {
          setFound({ text, review })
          setFailed(null)
        },
        (cause: unknown) => {
          if (!abort.signal.aborted) setFailed({ text, why: failureText(cause) })
        },
      )
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [text, wanted, asked])
  const current = found?.text === text ? found.review : null
  return {
    valid: current ? current.valid : null,
    problems: current ? [...current.errors, ...current.warnings] : NONE,
    why: failed?.text === text ? failed.why : null,
    again: () => setAsked((n) => n + 1),
  }
}
