/**
 * A text area over painted text: EQL, KQL or a rule file, with what is wrong with it marked at its place and told
 * below. It holds no text of its own: `text` is what is shown, `onText` is called with every change.
 *
 *     <QueryEditor language="kql" label="Query" text={query} onText={setQuery} problems={found} onRun={run} />
 *
 * Enter keeps the indentation, Ctrl Enter calls `onRun`, Ctrl . makes the change that a problem proposes; Tab leaves.
 */
import type { ComponentChildren, RefObject, TargetedKeyboardEvent, TextareaHTMLAttributes } from 'preact'
import { useId, useMemo, useRef } from 'preact/hooks'
import { isApple } from '../keyboard.ts'
import { type CodeLanguage, codeTokens } from '../text/code-tokens.ts'
import {
  type EditorProblem,
  type Fix,
  fixOf,
  offsetOf,
  paintedLines,
  unseenProblems,
} from '../text/problems.ts'
import { plural } from '../text/words.ts'
import { Problems } from './problems.tsx'

export type { EditorProblem } from '../text/problems.ts'

export type QueryEditorProps = {
  language: CodeLanguage
  text: string
  onText: (text: string) => void
  /** The name that is read out. */
  label: string
  /** Places are in `text`. Shown until the next come: hand over none while they are about an older text. */
  problems?: readonly EditorProblem[]
  /** Ctrl Enter; without `numbered`, Enter alone too (Shift Enter then breaks the line). */
  onRun?: () => void
  /** Lines are numbered and not wrapped, as for a rule. Else it is a box that grows, as for a query. */
  numbered?: boolean
  readOnly?: boolean
  /** The text area itself: to focus it, or to know where the caret is. */
  area?: RefObject<HTMLTextAreaElement | null>
  /** More for the text area, such as `aria-controls` of suggestions. A key that is default-prevented is left alone. */
  attributes?: TextareaHTMLAttributes<HTMLTextAreaElement>
  /** Drawn beside the text, such as suggestions. */
  children?: ComponentChildren
}

// Painting more than this costs a visible pause at every key.
const MOST_PAINTED = 100_000

export function QueryEditor(props: QueryEditorProps) {
  const { language, text, numbered, attributes } = props
  const own = useRef<HTMLTextAreaElement>(null)
  const area = props.area ?? own
  const told = useId()
  const problems = useMemo(() => [...(props.problems ?? []), ...unseenProblems(text)], [props.problems, text])
  const lines = useMemo(
    () =>
      paintedLines(text.length > MOST_PAINTED ? [{ kind: 'p', text }] : codeTokens(language, text), problems),
    [language, text, problems],
  )
  const wrong = problems.some((one) => one.severity === 'error')
  const apply = (fix: Fix) => area.current && replace(area.current, fix, props.onText)
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    attributes?.onKeyDown?.(event)
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const chord = isApple ? event.metaKey : event.ctrlKey
    if (event.key === 'Enter' && props.onRun && (chord || (!numbered && !event.shiftKey))) {
      event.preventDefault()
      props.onRun()
    } else if (event.key === 'Enter' && !chord && !props.readOnly) {
      event.preventDefault()
      const { selectionStart: from, selectionEnd: to } = event.currentTarget
      const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from)
      replace(event.currentTarget, { from, to, put: `\n${/^ */.exec(line)![0]}` }, props.onText)
    } else if (event.key === '.' && chord && !props.readOnly) {
      event.preventDefault()
      const fix = nextFix(problems, text, event.currentTarget.selectionStart)
      if (fix) apply(fix)
    }
  }
  const painted = (
    <>
      <pre class={numbered ? 'editor__paint' : 'query__paint'} aria-hidden="true">
        {lines.map(({ pieces, problem }, i) => (
          <span class={`ln${problem && numbered ? ` ln--${problem}` : ''}`} key={i}>
            {pieces.map((piece, j) => (
              <span
                class={piece.problem ? `${piece.kind} squiggle squiggle--${piece.problem}` : piece.kind}
                key={j}
              >
                {piece.text}
              </span>
            ))}
            {pieces.length === 0 ? ' ' : null}
          </span>
        ))}
      </pre>
      <textarea
        rows={1}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        aria-label={props.label}
        {...attributes}
        class={numbered ? 'editor__text' : 'query__text'}
        ref={area}
        value={text}
        readOnly={props.readOnly}
        wrap={numbered ? 'off' : 'soft'}
        aria-invalid={wrong ? 'true' : undefined}
        aria-describedby={problems.length > 0 ? told : undefined}
        onInput={(event) => props.onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </>
  )
  return (
    <>
      {numbered ? (
        <div class="editor">
          <ol class="editor__gutter" aria-hidden="true">
            {lines.map(({ problem }, i) => (
              <li class={problem ? `is-${problem}` : undefined} key={i}>
                {i + 1}
              </li>
            ))}
          </ol>
          <div class="editor__stack">{painted}</div>
        </div>
      ) : (
        <div class="query__box">
          {painted}
          {props.children}
        </div>
      )}
      <Problems
        id={told}
        problems={problems}
        text={text}
        apply={props.readOnly ? undefined : apply}
        go={(problem) => select(area.current, problem, text)}
      />
      <span class="vh" role="status">
        {wrong
          ? `${plural(problems.filter((one) => one.severity === 'error').length, 'error')} in the text`
          : ''}
      </span>
    </>
  )
}

/** Of the problem under the caret, else of the first that has one. */
function nextFix(problems: readonly EditorProblem[], text: string, caret: number): Fix | null {
  const fixes = problems.map((one) => fixOf(one, text)).filter((fix) => fix !== null)
  return fixes.find((fix) => fix.from <= caret && caret <= fix.to) ?? fixes[0] ?? null
}

/** As if it had been typed, so that the browser's own undo takes it back. */
function replace(area: HTMLTextAreaElement, { from, to, put }: Fix, onText: (text: string) => void): void {
  area.focus()
  area.setSelectionRange(from, to)
  if (document.execCommand('insertText', false, put)) return
  area.setRangeText(put, from, to, 'end')
  onText(area.value)
}

function select(area: HTMLTextAreaElement | null, problem: EditorProblem, text: string): void {
  const from = offsetOf(problem, text)
  if (!area || from === null) return
  area.focus()
  area.setSelectionRange(from, from + Math.max(1, problem.length ?? 1))
}
