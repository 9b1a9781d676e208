/** A short list to choose from, by pointer, arrows or number keys. */
import type { IconName } from '../text/icon-name.ts'
import { Icon } from './icon.tsx'
import { Sheet } from './sheet.tsx'

export type Choice = { icon: IconName; title: string; hint?: string; current?: boolean; choose: () => void }

export function Menu(props: { title: string; choices: Choice[]; onClose: () => void }) {
  const pick = (choice: Choice | undefined) => {
    if (!choice) return
    props.onClose()
    choice.choose()
  }
  return (
    <Sheet class="sheet--menu" label={props.title} onClose={props.onClose}>
      <div
        onKeyDown={(event) => {
          if (/^[1-9]$/.test(event.key)) pick(props.choices[Number(event.key) - 1])
          else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event)
        }}
      >
        <p class="palette__group">{props.title}</p>
        {props.choices.map((choice, i) => (
          <button
            class="palette__item"
            type="button"
            key={choice.title}
            aria-current={choice.current ? 'true' : undefined}
            onClick={() => pick(choice)}
          >
            <Icon name={choice.icon} />
            <span>
              {choice.title}
              {choice.hint ? <span class="palette__hint">{choice.hint}</span> : null}
            </span>
            <span class="keys">
              <kbd class="kbd">{i + 1}</kbd>
            </span>
          </button>
        ))}
      </div>
    </Sheet>
  )
}

function move(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  event.preventDefault()
  const items = [...event.currentTarget.querySelectorAll('button')]
  const at = items.findIndex((item) => item === document.activeElement)
  const next = at + (event.key === 'ArrowDown' ? 1 : -1)
  items[(next + items.length) % items.length]?.focus()
}
