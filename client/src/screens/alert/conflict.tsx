import { changeAlert, conflict } from '../../actions.ts'
import { Icon } from '../../parts/icon.tsx'
import { Hostile } from '../../parts/text.tsx'
import { statusWord } from '../../text/words.ts'

/** Someone else was faster: what they did, and what to do about it. */
export function ConflictNotice(props: { id: string }) {
  const found = conflict.value
  if (found?.alert.id !== props.id) return null
  const { alert, wanted, said } = found
  return (
    <div class="callout callout--warn conflict" role="alert">
      <Icon name="warn" small />
      <div class="callout__body">
        <b>Someone changed this alert while you looked at it.</b> It is now{' '}
        {statusWord(alert.status, alert.closeReason).toLowerCase()},{' '}
        {alert.assignee === null ? (
          'assigned to nobody'
        ) : (
          <>
            assigned to <Hostile text={alert.assignee} />
          </>
        )}
        . Your change was not made.
      </div>
      <button class="btn btn--sm" type="button" onClick={() => void changeAlert(alert, wanted, said)}>
        Make it anyway
      </button>
      <button class="btn btn--sm btn--ghost" type="button" onClick={() => (conflict.value = null)}>
        Keep theirs
      </button>
    </div>
  )
}
