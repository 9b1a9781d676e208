/** What rules leave out, why, until when, and how much that was. */
import { useState } from 'preact/hooks'
import type { ExceptionView, RuleView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { deleteException, postException } from '../../api/rules.ts'
import { now } from '../../clock.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import type { Read } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { exactTime, longDate } from '../../text/age.ts'
import { formatCount } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { AddException } from './add-exception.tsx'

type Props = {
  exceptions: Read<ExceptionView[]>
  rules: readonly RuleView[]
  /** Only those of one rule, and of all rules. */
  ruleId?: string
}

export function ExceptionsPanel(props: Props) {
  const { exceptions, rules, ruleId } = props
  const [adding, setAdding] = useState(false)
  const shown = (exceptions.data ?? []).filter(
    (one) => ruleId === undefined || one.ruleId === ruleId || one.ruleId === '*',
  )
  return (
    <Panel
      title="Exceptions"
      note="what a rule should ignore, why, and until when"
      class="exc"
      id="exceptions"
      aside={
        mayWrite() ? (
          <button class="btn btn--sm" type="button" aria-haspopup="dialog" onClick={() => setAdding(true)}>
            <Icon name="plus" small />
            Add exception
          </button>
        ) : null
      }
    >
      {!exceptions.data ? (
        exceptions.why ? (
          <Failed what="The exceptions could not be read" why={exceptions.why} retry={exceptions.again} />
        ) : (
          <Skeleton rows={2} label="Loading exceptions" />
        )
      ) : shown.length === 0 ? (
        <p class="panel__body soft">
          None. An exception hides events from a rule and deletes nothing: taken back, what it hid counts
          again.
        </p>
      ) : (
        <ExceptionsTable shown={shown} rules={rules} again={exceptions.again} />
      )}
      {adding ? (
        <AddException
          rules={rules}
          ruleId={ruleId ?? null}
          onClose={() => setAdding(false)}
          onAdded={exceptions.again}
        />
      ) : null}
    </Panel>
  )
}

function ExceptionsTable(props: {
  shown: readonly ExceptionView[]
  rules: readonly RuleView[]
  again: () => void
}) {
  const remove = async (exception: ExceptionView) => {
    const { ruleId, language, condition, reason, expires } = exception
    const putBack = async () => {
      try {
        await postException({ ruleId, language, condition, reason, expires })
      } catch (cause) {
        showToast(`Not put back: ${failureText(cause)}`)
      }
      props.again()
    }
    try {
      await deleteException(exception.id)
      showToast('Exception removed; what it hid counts again', () => void putBack())
    } catch (cause) {
      showToast(`Not removed: ${failureText(cause)}`)
    }
    props.again()
  }
  return (
    <div class="table__wrap" tabIndex={0} role="group" aria-label="Exceptions">
      <table class="table exc-table">
        <caption class="vh">Exceptions</caption>
        <thead>
          <tr>
            <th scope="col">Ignore</th>
            <th scope="col">In rule</th>
            <th scope="col">Because</th>
            <th class="wide-only" scope="col">
              Added by
            </th>
            <th scope="col">Until</th>
            <th scope="col" class="num">
              Ignored
            </th>
            <th scope="col">
              <span class="vh">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.shown.map((one) => (
            <tr key={one.id}>
              <td>
                <code>
                  <Hostile text={one.condition} />
                </code>
              </td>
              <td>
                {one.ruleId === '*' ? (
                  'Every rule'
                ) : (
                  <Hostile text={props.rules.find((rule) => rule.id === one.ruleId)?.name ?? one.ruleId} />
                )}
              </td>
              <td class="soft">
                <Hostile text={one.reason} />
              </td>
              <td class="soft wide-only">
                <Hostile text={one.createdBy} />
              </td>
              <td>
                <Until expires={one.expires} />
              </td>
              <td class="num">{formatCount(one.hidden)}</td>
              <td>
                {mayWrite() ? (
                  <button
                    class="icon-btn"
                    type="button"
                    aria-label={`Remove the exception for ${one.reason}`}
                    onClick={() => void remove(one)}
                  >
                    <Icon name="x" small />
                  </button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Until(props: { expires: string | null }) {
  const { expires } = props
  if (expires === null) return <>Never ends</>
  return (
    <time dateTime={expires} title={exactTime(expires)} class={over(expires) ? 'c-warn' : undefined}>
      {over(expires) ? 'Over since ' : ''}
      {longDate(expires)}
    </time>
  )
}

function over(expires: string): boolean {
  return Date.parse(expires) <= now.value
}
