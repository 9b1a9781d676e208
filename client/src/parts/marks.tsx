/** What sets an alert apart besides its severity. */
import type { AlertView } from '../../../server/domain/api.ts'
import { now } from '../clock.ts'
import { isOwn } from '../own-alert.ts'
import { shortSpan } from '../text/age.ts'

export function Marks(props: { alert: AlertView }) {
  const { alert } = props
  return (
    <>
      {alert.drill ? <span class="tag tag--accent">Drill</span> : null}
      {alert.fromHistory ? <span class="tag">From history</span> : null}
      {alert.lateAfterClose ? <span class="tag tag--warn">Late evidence</span> : null}
    </>
  )
}

// With an event this recent, whatever it is goes on.
const STILL_ACTIVE = 15 * 60_000

export function StillActive(props: { alert: AlertView }) {
  const since = now.value - Date.parse(props.alert.lastSeen)
  const isOpen = props.alert.status === 'open' || props.alert.status === 'acknowledged'
  if (since > STILL_ACTIVE || !isOpen || isOwn(props.alert)) return null
  return (
    <span class="hero__active">
      <span class="hero__beat" aria-hidden="true" />
      Still active: last event {shortSpan(since)} ago
    </span>
  )
}
