import { signal } from '@preact/signals'
import { isApple, setSingleKeys, singleKeys } from '../keyboard.ts'
import { NAVIGATION } from '../navigation.ts'
import { Sheet } from './sheet.tsx'

export const helpOpen = signal(false)

const KEYS: [string, string[]][] = [
  ['Jump to anything', [isApple ? '⌘' : 'Ctrl', 'K']],
  ...NAVIGATION.map(({ label, key }): [string, string[]] => [
    `Go to ${label.toLowerCase()}`,
    ['G', key.toUpperCase()],
  ]),
  ['Next, previous row or alert', ['J', 'K']],
  ['Open', ['Enter']],
  ['Preview beside the list', ['Space']],
  ['Select, select a range', ['X', 'Shift X']],
  ['Set status', ['S']],
  ['Assign', ['A']],
  ['Close as…, then 1 to 6', ['E']],
  ['Filter or query', ['/']],
  ['Show waiting alerts', ['.']],
  ['Pause or resume live updates', ['P']],
  ['Undo the last action', ['Z']],
  ['This list', ['?']],
]

export function HelpSheet() {
  const close = () => (helpOpen.value = false)
  return (
    <Sheet label="Keyboard shortcuts" onClose={close}>
      <h2>Keyboard shortcuts</h2>
      <div class="sheet__cols">
        {KEYS.map(([what, keys]) => (
          <div key={what}>
            {what}
            <span class="keys">
              {keys.map((key) => (
                <kbd class="kbd" key={key}>
                  {key}
                </kbd>
              ))}
            </span>
          </div>
        ))}
      </div>
      <div class="sheet__foot">
        <label class="cond">
          <input
            class="check"
            type="checkbox"
            checked={singleKeys.value}
            onChange={(event) => setSingleKeys(event.currentTarget.checked)}
          />
          Single-key shortcuts on
        </label>
        <button class="btn" type="button" onClick={close}>
          Close
        </button>
      </div>
    </Sheet>
  )
}
