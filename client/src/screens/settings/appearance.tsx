import { compact, toggleDensity } from '../../density.ts'
import { setSingleKeys, singleKeys } from '../../keyboard.ts'
import { notices, setNotices } from '../../live/notify.ts'
import { Panel } from '../../parts/panel.tsx'
import { Switch } from '../../parts/switch.tsx'
import { toggleTheme } from '../../theme.ts'

const NOTICES = {
  impossible: 'This browser has none here: they need HTTPS, or this very machine.',
  blocked: 'The browser blocks them for this page; only its own settings change that.',
  off: 'A critical alert is told by the system while you look at something else.',
  on: 'A critical alert is told by the system while you look at something else.',
} as const

/** Kept in this browser; nobody else is affected. */
export function AppearanceTab() {
  return (
    <Panel title="This browser" note="kept here, for nobody else">
      <ul class="choices">
        <li class="choice">
          <p>
            <b>Theme</b>
            <span class="cell-sub">The system decides, until you do.</span>
          </p>
          <button class="btn" type="button" onClick={toggleTheme}>
            Switch light and dark
          </button>
        </li>
        <Choice
          title="Compact rows"
          hint="More of a list at once."
          on={compact.value}
          onChange={toggleDensity}
        />
        <Choice
          title="Single-letter keys"
          hint="J, K, S and the like. Keys with Ctrl always work; ? lists them."
          on={singleKeys.value}
          onChange={() => setSingleKeys(!singleKeys.value)}
        />
        <Choice
          title="Notices for critical alerts"
          hint={NOTICES[notices.value]}
          on={notices.value === 'on'}
          disabled={notices.value === 'impossible' || notices.value === 'blocked'}
          onChange={() => void setNotices(notices.value !== 'on')}
        />
      </ul>
    </Panel>
  )
}

function Choice(props: {
  title: string
  hint: string
  on: boolean
  disabled?: boolean
  onChange: () => void
}) {
  return (
    <li class="choice">
      <p>
        <b>{props.title}</b>
        <span class="cell-sub">{props.hint}</span>
      </p>
      <Switch
        label={props.title}
        on={props.on}
        disabled={props.disabled ?? false}
        onChange={props.onChange}
      />
    </li>
  )
}
