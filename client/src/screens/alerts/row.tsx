import type { AlertView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { StatusBadge } from '../../parts/status.tsx'
import { Hostile } from '../../parts/text.tsx'
import { withoutAccount } from '../../text/sentence.ts'
import { formatCount, initials } from '../../text/words.ts'
import { Marks } from '../../parts/marks.tsx'

type Props = {
  alert: AlertView
  tabIndex: 0 | -1
  current: boolean
  selected: boolean
  fresh: boolean
  onSelect: ((range: boolean) => void) | null
}

export function AlertRow(props: Props) {
  const { alert } = props
  const closed = alert.status === 'closed' || alert.status === 'withdrawn'
  const classes = [closed ? 'is-closed' : '', props.fresh ? 'is-fresh' : ''].filter(Boolean).join(' ')
  return (
    <tr class={classes} data-current={props.current ? '' : undefined} aria-selected={props.selected}>
      {props.onSelect ? (
        <td class="col-check">
          <input
            class="check"
            type="checkbox"
            tabIndex={props.tabIndex}
            aria-label={`Select ${alert.summary}`}
            checked={props.selected}
            onClick={(event) => {
              event.preventDefault()
              props.onSelect?.(event.shiftKey)
            }}
          />
        </td>
      ) : null}
      <td class="col-sev">
        <SeverityBadge severity={alert.severity} />
      </td>
      <td class="col-what">
        <a
          class="row-link"
          href={`/alerts/${encodeURIComponent(alert.id)}`}
          data-row={alert.id}
          tabIndex={props.tabIndex}
          title={alert.summary}
        >
          <Hostile text={alert.user === null ? alert.summary : withoutAccount(alert.summary, alert.user)} />
        </a>
        <Marks alert={alert} />
      </td>
      <td class="col-acct">
        <Account alert={alert} />
      </td>
      <td class="col-rule">
        <Hostile text={alert.ruleName} />
      </td>
      <td class="col-status">
        <StatusBadge alert={alert} />
      </td>
      <td class="col-who">
        {alert.assignee === null ? (
          <span class="avatar avatar--none" role="img" aria-label="Unassigned" title="Unassigned" />
        ) : (
          <span class="avatar" role="img" aria-label={alert.assignee} title={alert.assignee}>
            {initials(alert.assignee)}
          </span>
        )}
      </td>
      <td class="col-age num">
        <Age at={alert.raisedAt} />
      </td>
    </tr>
  )
}

function Account(props: { alert: AlertView }) {
  const { user, users, entity } = props.alert
  if (user !== null) {
    // A long address may break before its domain.
    const at = user.lastIndexOf('@')
    return at > 0 ? (
      <>
        <Hostile text={user.slice(0, at)} />
        <wbr />
        <Hostile text={user.slice(at)} />
      </>
    ) : (
      <Hostile text={user} />
    )
  }
  return users.length > 1 ? <>{formatCount(users.length)} accounts</> : <Hostile text={entity.value} />
}
