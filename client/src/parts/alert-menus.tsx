/** The menus of an alert, or of several: set status, assign, close as. */
import { signal } from '@preact/signals'
import type { AlertView } from '../../../server/domain/api.ts'
import { assignTo, changeMany, closeAs, setStatus, toggleMine } from '../actions.ts'
import { assignees } from '../assignees.ts'
import { whoAmI } from '../session.ts'
import { CLOSE_CHOICES, plural, reasonWord, statusWord } from '../text/words.ts'
import { Menu } from './menu.tsx'

type Open = { kind: 'status' | 'close' | 'assign'; alerts: readonly AlertView[]; after?: () => void }

const open = signal<Open | null>(null)

export function openStatusMenu(alerts: readonly AlertView[], after?: () => void): void {
  if (alerts.length > 0) open.value = { kind: 'status', alerts, ...(after ? { after } : {}) }
}

export function openCloseMenu(alerts: readonly AlertView[], after?: () => void): void {
  if (alerts.length > 0) open.value = { kind: 'close', alerts, ...(after ? { after } : {}) }
}

/** Where there is nobody else, it is a matter of one key: mine, or nobody's. */
export function openAssignMenu(alerts: readonly AlertView[], after?: () => void): void {
  const [first] = alerts
  if (!first) return
  if (assignees().length > 1) {
    open.value = { kind: 'assign', alerts, ...(after ? { after } : {}) }
    return
  }
  if (alerts.length === 1) toggleMine(first)
  else void changeMany(alerts, { assignee: whoAmI() }, 'assigned to you')
  after?.()
}

const MENUS = { status: StatusMenu, close: CloseMenu, assign: AssignMenu }

export function AlertMenus() {
  const now = open.value
  if (!now) return null
  const Chosen = MENUS[now.kind]
  return <Chosen {...now} close={() => (open.value = null)} />
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

function AssignMenu(props: Props) {
  const [first] = props.alerts
  const one = props.alerts.length === 1
  const give = (assignee: string | null, word: string) => () => {
    if (one) assignTo(first!, assignee)
    else void changeMany(props.alerts, { assignee }, word)
    props.after?.()
  }
  return (
    <Menu
      title={one ? 'Assign to' : `Assign ${plural(props.alerts.length, 'alert')} to`}
      onClose={props.close}
      choices={[
        ...assignees().map((name) => ({
          icon: 'users' as const,
          title: name,
          ...(name === whoAmI() ? { hint: 'you' } : {}),
          current: one && first!.assignee === name,
          choose: give(name, `assigned to ${name}`),
        })),
        {
          icon: 'x' as const,
          title: 'Nobody',
          current: one && first!.assignee === null,
          choose: give(null, 'no longer assigned'),
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
