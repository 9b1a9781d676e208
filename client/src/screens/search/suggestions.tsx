/** What could come next in the query: chosen by arrows and Tab, or by a press. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { TargetedKeyboardEvent, TextareaHTMLAttributes } from 'preact'
import type { FieldView, TopView } from '../../../../server/domain/api/search.ts'
import { postTop, type Question, type SearchLanguage } from '../../api/search.ts'
import { Icon } from '../../parts/icon.tsx'
import { Hostile } from '../../parts/text.tsx'
import { fieldSuggestions, type Spot, spotAt, type Suggestion, valueSuggestions } from '../../text/suggest.ts'

const MOST = 8
// Typing is not to be answered letter by letter.
const PAUSE = 180
const NOTE = { field: 'type', word: 'code', value: 'hash' } as const

type Props = {
  language: SearchLanguage
  text: string
  question: Question
  fields: readonly FieldView[]
  area: { current: HTMLTextAreaElement | null }
  onText: (text: string) => void
}
export type Suggestions = {
  attributes: TextareaHTMLAttributes<HTMLTextAreaElement>
  list: preact.ComponentChild
  /** After every change of the text by typing. */
  look: () => void
}

export function useSuggestions(props: Props): Suggestions {
  const { language, area } = props
  const id = useId()
  const [open, setOpen] = useState<{ spot: Spot; items: Suggestion[] } | null>(null)
  const [at, setAt] = useState(-1)
  const values = useRef(new Map<string, TopView['values']>())
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const close = () => {
    setOpen(null)
    setAt(-1)
  }
  useEffect(() => () => clearTimeout(timer.current), [])

  const show = (spot: Spot, items: Suggestion[]) => {
    setAt(-1)
    setOpen(items.length > 0 ? { spot, items } : null)
  }
  const look = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void offer(), PAUSE)
  }
  const offer = async () => {
    const shown = area.current
    if (!shown || document.activeElement !== shown) return
    const spot = spotAt(language, shown.value, shown.selectionStart)
    if (!spot || (spot.kind === 'field' && spot.typed === '')) return close()
    if (spot.kind === 'field') return show(spot, fieldSuggestions(language, spot.typed, props.fields, MOST))
    if (!values.current.has(spot.field)) {
      const { from, to } = props.question
      try {
        const top = await postTop({ language: 'kql', query: '', from, to }, spot.field, 100)
        values.current.set(spot.field, top.values)
      } catch {
        // Suggestions are a help: without them the query is typed.
        return close()
      }
    }
    if (shown.value !== area.current?.value) return
    show(spot, valueSuggestions(language, spot.typed, values.current.get(spot.field) ?? [], MOST))
  }
  const choose = (item: Suggestion) => {
    const shown = area.current
    if (!open || !shown) return
    shown.focus()
    shown.setSelectionRange(open.spot.from, open.spot.to)
    // As if it had been typed, so that undo takes it back.
    if (!document.execCommand('insertText', false, item.put)) {
      shown.setRangeText(item.put, open.spot.from, open.spot.to, 'end')
      props.onText(shown.value)
    }
    close()
    if (item.kind === 'field') look()
  }
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (!open) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const count = open.items.length
      setAt((known) => (known === -1 && step === -1 ? count - 1 : (known + step + count) % count))
    } else if (event.key === 'Escape') {
      event.preventDefault()
      close()
    } else if (
      at >= 0 &&
      (event.key === 'Tab' || event.key === 'Enter') &&
      !event.shiftKey &&
      !event.ctrlKey
    ) {
      event.preventDefault()
      choose(open.items[at]!)
    }
  }
  return {
    look,
    attributes: {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      ...(open ? { 'aria-controls': id } : {}),
      ...(open && at >= 0 ? { 'aria-activedescendant': `${id}-${at}` } : {}),
      onKeyDown,
      onBlur: close,
    },
    list: open ? (
      <div class="suggest">
        <ul role="listbox" id={id} aria-label="Suggestions">
          {open.items.map((item, i) => (
            <li
              class="sug"
              role="option"
              id={`${id}-${i}`}
              key={item.put}
              aria-selected={i === at ? 'true' : 'false'}
              // Before the text area loses the focus.
              onMouseDown={(event) => {
                event.preventDefault()
                choose(item)
              }}
            >
              <Icon name={NOTE[item.kind]} small />
              <code>
                <Hostile text={item.put.trim()} />
              </code>
              <span class="sug__n">
                <Hostile text={item.note} />
              </span>
            </li>
          ))}
        </ul>
        <p class="sug__foot" aria-hidden="true">
          <kbd class="kbd">↑</kbd> <kbd class="kbd">↓</kbd> choose <kbd class="kbd">Tab</kbd> accept{' '}
          <kbd class="kbd">Esc</kbd> close
        </p>
      </div>
    ) : null,
  }
}
