/** The menus of an alert, or of several: set status, close as. */
import { signal } from '@preact/signals'
import type { AlertView } from '../../../server/domain/api.ts'
import { changeMany, closeAs, setStatus } from '../actions.ts'
import { CLOSE_CHOICES, plural, reasonWord, statusWord } from '../text/words.ts'
import { Menu } from './menu.tsx'

type Open = { kind: 'status' | 'close'; alerts: readonly AlertView[]; after?: () => void }

const open = signal<Open | null>(null)

export function openStatusMenu(alerts: readonly AlertView[], after?: () => void): void {
  if (alerts.length > 0) open.value = { kind: 'status', alerts, ...(after ? { after } : {}) }
}

export function openCloseMenu(alerts: readonly AlertView[], after?: () => void): void {
  if (alerts.length > 0) open.value = { kind: 'close', alerts, ...(after ? { after } : {}) }
}

export function AlertMenus() {
  const now = open.value
  if (!now) return null
  const close = () => (open.value = null)
  return now.kind === 'status' ? <StatusMenu {...now} close={close} /> : <CloseMenu {...now} close={close} />
}

type Props = Omit<Open, 'kind'> & { close: () => void }

function StatusMenu(props: Props) {
  const [first] = props.alerts
  const set = (status: 'open' | 'acknowledged') => () => {
    if (props.alerts.length === 1) setStatus(first!, status)
    else void changeMany(props.alerts, { status }, `set to ${statusWord(status, null)}`)
    props.after?.()
  }
  const isNow = (status: string) => props.alerts.length === 1 && first!.status === status
  return (
    <Menu
      title={
        props.alerts.length === 1 ? 'Set status' : `Set status of ${plural(props.alerts.length, 'alert')}`
      }
      onClose={props.close}
      choices={[
        { icon: 'new', title: 'New', current: isNow('open'), choose: set('open') },
        { icon: 'half', title: 'Investigating', current: isNow('acknowledged'), choose: set('acknowledged') },
        {
          icon: 'done',
          title: 'Close as…',
          current: isNow('closed'),
          choose: () => openCloseMenu(props.alerts, props.after),
        },
      ]}
    />
  )
}

function CloseMenu(props: Props) {
  const [first] = props.alerts
  return (
    <Menu
      title={props.alerts.length === 1 ? 'Close as' : `Close ${plural(props.alerts.length, 'alert')} as`}
      onClose={props.close}
      choices={CLOSE_CHOICES.map((choice) => ({
        icon: choice.falsePositive ? 'slash' : choice.reason === 'secured' ? 'done' : 'shield',
        title: choice.title,
        hint: choice.hint,
        choose() {
          if (props.alerts.length === 1) closeAs(first!, choice.reason)
          else {
            const patch = { status: 'closed', closeReason: choice.reason } as const
            void changeMany(props.alerts, patch, `closed, ${reasonWord(choice.reason).toLowerCase()}`)
          }
          props.after?.()
        },
      }))}
    />
  )
}
