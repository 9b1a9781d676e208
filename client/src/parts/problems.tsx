/** What is wrong with a text, in words, with the way to each place and the change that mends it. */
import { isApple } from '../keyboard.ts'
import { type EditorProblem, type Fix, fixOf } from '../text/problems.ts'
import { SeverityGlyph } from './severity.tsx'
import { Hostile } from './text.tsx'
import { Icon } from './icon.tsx'

type Props = {
  id: string
  problems: readonly EditorProblem[]
  text: string
  apply?: ((fix: Fix) => void) | undefined
  go?: (problem: EditorProblem) => void
}

// More are not read at once; the first ones mended, the others are told.
const SHOWN = 8

export function Problems(props: Props) {
  const { problems, text, apply, go } = props
  if (problems.length === 0) return null
  const sorted = problems.toSorted((a, b) =>
    a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1,
  )
  const firstFix = sorted.findIndex((one) => fixOf(one, text) !== null)
  return (
    <ul class="problems" id={props.id}>
      {sorted.slice(0, SHOWN).map((problem, i) => {
        const fix = apply ? fixOf(problem, text) : null
        return (
          <li class="problem" key={i}>
            {problem.severity === 'error' ? (
              <SeverityGlyph severity="critical" silent />
            ) : (
              <Icon name="warn" class="c-warn" />
            )}
            <p>
              <span class="vh">{problem.severity === 'error' ? 'Error: ' : 'Warning: '}</span>
              <Hostile text={problem.message} />
              {/[.?!]$/.test(problem.message) ? ' ' : '. '}
              {problem.hint ? (
                <>
                  <Hostile text={problem.hint} />{' '}
                </>
              ) : null}
              {problem.line !== null ? (
                <button class="problem__where" type="button" onClick={() => go?.(problem)}>
                  line {problem.line}, column {problem.column}
                </button>
              ) : null}
            </p>
            {fix && apply ? (
              <button class="btn btn--sm" type="button" onClick={() => apply(fix)}>
                Fix it
                {i === firstFix ? (
                  <span class="keys">
                    <kbd class="kbd">{isApple ? '⌘' : 'Ctrl'}</kbd>
                    <kbd class="kbd">.</kbd>
                  </span>
                ) : null}
              </button>
            ) : null}
          </li>
        )
      })}
      {sorted.length > SHOWN ? <li class="problem dim">and {sorted.length - SHOWN} more</li> : null}
    </ul>
  )
}
