import { useMemo } from 'preact/hooks'
import type { AlertView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { StatusBadge } from '../../parts/status.tsx'
import { Hostile } from '../../parts/text.tsx'
import { withoutAccount } from '../../text/sentence.ts'
import { formatCount, initials, plural } from '../../text/words.ts'
import { Marks } from '../../parts/marks.tsx'
import type { Line } from './groups.ts'

type Props = {
  alert: AlertView
  /** Among all lines, drawn or not. */
  index: number
  tabIndex: 0 | -1
  current: boolean
  selected: boolean
  fresh: boolean
  selectable: boolean
}

// More of a sentence than its row shows; the rest is on the alert's page.
const SHOWN = 400

/** Scrolling draws the list often and changes few of its rows: one that is told the same again is not drawn again. */
export function AlertRow(props: Props) {
  const { alert, index, tabIndex, current, selected, fresh, selectable } = props
  return useMemo(() => drawRow(props), [alert, index, tabIndex, current, selected, fresh, selectable])
}

function drawRow(props: Props) {
  const { alert } = props
  const closed = alert.status === 'closed' || alert.status === 'withdrawn'
  const classes = [closed ? 'is-closed' : '', props.fresh ? 'is-fresh' : ''].filter(Boolean).join(' ')
  const sentence = alert.user === null ? alert.summary : withoutAccount(alert.summary, alert.user)
  return (
    <tr
      class={classes}
      data-index={props.index}
      // The head of the table is the first row.
      aria-rowindex={props.index + 2}
      data-current={props.current ? '' : undefined}
      aria-selected={props.selected}
    >
      {props.selectable ? (
        <td class="col-check">
          <input
            class="check"
            type="checkbox"
            tabIndex={props.tabIndex}
            aria-label={`Select ${cut(alert.summary)}`}
            checked={props.selected}
            data-select={alert.id}
          />
        </td>
      ) : null}
      <td class="col-sev">
        <SeverityBadge severity={alert.severity} />
      </td>
      <td class="col-what">
        <div class="row-text">
          <a
            class="row-link"
            href={`/alerts/${encodeURIComponent(alert.id)}`}
            data-row={alert.id}
            tabIndex={props.tabIndex}
            title={cut(alert.summary)}
          >
            <Hostile text={cut(sentence)} />
          </a>{' '}
          <Marks alert={alert} />
          {alert.buildingBlock ? <span class="tag">Building block</span> : null}
        </div>
      </td>
      <td class="col-acct">
        <div class="row-text">
          <Account alert={alert} />
        </div>
      </td>
      <td class="col-rule">
        <div class="row-text">
          <Hostile text={cut(alert.ruleName)} />
        </div>
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

export function IncidentRow(props: {
  line: Extract<Line, { kind: 'incident' }>
  index: number
  columns: number
}) {
  const { id, about, count } = props.line
  return (
    <tr class="group-row" data-index={props.index} aria-rowindex={props.index + 2}>
      <td colSpan={props.columns}>
        <b>
          <Hostile text={cut(about)} />
        </b>
        : {plural(count, 'alert')} of one incident.{' '}
        <a href={`/incidents/${encodeURIComponent(id)}`}>Whole story</a>
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
        <Hostile text={cut(user.slice(0, at))} />
        <wbr />
        <Hostile text={cut(user.slice(at))} />
      </>
    ) : (
      <Hostile text={cut(user)} />
    )
  }
  return users.length > 1 ? <>{formatCount(users.length)} accounts</> : <Hostile text={cut(entity.value)} />
}

/** Ten thousand characters of a subject are no row. */
function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
