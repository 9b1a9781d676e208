import type { AlertView } from '../../../server/domain/api.ts'
import { type StatusLook, statusLook, statusWord } from '../text/words.ts'
import type { IconName } from '../text/icon-name.ts'
import { Icon } from './icon.tsx'

const ICONS: Record<StatusLook, IconName> = { new: 'new', work: 'half', done: 'done', fp: 'slash' }

type Of = Pick<AlertView, 'status' | 'closeReason'>

export function StatusBadge(props: { alert: Of }) {
  const look = statusLook(props.alert.status, props.alert.closeReason)
  return (
    <span class={`status status--${look}`}>
      <Icon name={ICONS[look]} />
      {statusWord(props.alert.status, props.alert.closeReason)}
    </span>
  )
}

export function StatusGlyph(props: { alert: Of; class?: string }) {
  const look = statusLook(props.alert.status, props.alert.closeReason)
  return (
    <span class={`status status--${look}${props.class ? ` ${props.class}` : ''}`}>
      <Icon name={ICONS[look]} label={statusWord(props.alert.status, props.alert.closeReason)} />
    </span>
  )
}

export function statusIcon(alert: Of): IconName {
  return ICONS[statusLook(alert.status, alert.closeReason)]
}
