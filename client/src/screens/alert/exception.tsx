/** Leaving out what this alert is about: tried over the stored history before it is made. */
import { useState } from 'preact/hooks'
import type { AlertDetail, BacktestView } from '../../../../server/domain/api.ts'
import { Failure, failureText } from '../../api/request.ts'
import { postException, postExceptionTrial } from '../../api/rules.ts'
import { knownFields } from '../../parts/events.ts'
import { ExceptionFields } from '../../parts/exception-fields.tsx'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { type EditorProblem, QueryEditor } from '../../parts/query-editor.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Hostile } from '../../parts/text.tsx'
import { valueAtPath } from '../../text/evidence.ts'
import { exceptionChoices } from '../../text/exception-choices.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'

const SHOWN = 5

export function ExceptionSheet(props: { alert: AlertDetail; onClose: () => void }) {
  const { alert } = props
  const choices = exceptionChoices(alert, addressOf(alert))
  const [condition, setCondition] = useState(choices[0]?.condition ?? '')
  const [trial, setTrial] = useState<BacktestView | null>(null)
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const [problems, setProblems] = useState<EditorProblem[]>([])
  const [why, setWhy] = useState<string | null>(null)
  const change = (text: string) => {
    setCondition(text)
    setTrial(null)
    setProblems([])
    setWhy(null)
    setSure(false)
  }
  const failed = (cause: unknown) => {
    const errors = cause instanceof Failure ? (cause.problem?.errors ?? []) : []
    setProblems(
      errors
        .filter((one) => one.path === 'condition' && one.line !== null)
        .map((one) => ({ ...one, hint: one.hint ?? null, severity: 'error' })),
    )
    setWhy(failureText(cause))
  }
  const tryIt = async () => {
    setBusy(true)
    try {
      setTrial(await postExceptionTrial(alert.ruleId, { language: 'eql', condition }))
    } catch (cause) {
      failed(cause)
    }
    setBusy(false)
  }
  const add = async (form: HTMLFormElement) => {
    // One plain question, where being wrong is dear.
    if (alert.severity === 'critical' && !sure) return setSure(true)
    const day = typed(form, 'expires')
    try {
      await postException({
        ruleId: alert.ruleId,
        language: 'eql',
        condition,
        reason: typed(form, 'reason'),
        expires: day ? new Date(`${day}T23:59:59`).toISOString() : null,
      })
      showToast('Exception added. Alerts that it explains are taken back')
      props.onClose()
    } catch (cause) {
      failed(cause)
    }
  }
  return (
    <Sheet class="sheet--wide" label="Add an exception" onClose={props.onClose}>
      <h2>Add an exception</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void add(event.currentTarget)
        }}
      >
        <fieldset class="field">
          <legend class="field__label">
            Of <Hostile text={alert.ruleName} />, leave out
          </legend>
          {choices.map((choice) => (
            <label class="tick" key={choice.condition}>
              <input
                type="radio"
                name="choice"
                checked={condition === choice.condition}
                onChange={() => change(choice.condition)}
              />
              <Hostile text={choice.label} />
            </label>
          ))}
        </fieldset>
        <div class="query">
          <QueryEditor
            language="eql"
            label="Condition"
            text={condition}
            onText={change}
            problems={problems}
          />
        </div>
        <div>
          <button
            class="btn"
            type="button"
            disabled={busy || condition.trim() === ''}
            onClick={() => void tryIt()}
          >
            <Icon name={busy ? 'loader' : 'flask'} class={busy ? 'spin' : ''} />
            What would it have hidden?
          </button>
        </div>
        <div role="status">{trial ? <Trial trial={trial} /> : null}</div>
        <ExceptionFields why={problems.length === 0 ? why : null} />
        {sure ? (
          <p class="callout callout--warn" role="alert">
            <Icon name="warn" small />
            <span class="callout__body">
              This alert is critical. Are you sure that it is harmless, and will be every time?
            </span>
          </p>
        ) : null}
        <div class="page-actions">
          <button class="btn btn--primary" type="submit" disabled={condition.trim() === ''}>
            {sure ? 'Yes, add the exception' : 'Add exception'}
          </button>
          <button class="btn" type="button" onClick={props.onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}

function Trial({ trial }: { trial: BacktestView }) {
  const { lost, kept } = trial
  const grave = lost.filter(({ closeReason }) => closeReason === 'secured' || closeReason === 'stopped')
  return (
    <div class={`callout callout--${grave.length > 0 ? 'crit' : lost.length > 0 ? 'warn' : 'ok'}`}>
      <Icon name={lost.length > 0 ? 'warn' : 'done'} small />
      <div class="callout__body">
        <b>
          In the last 30 days it would have hidden{' '}
          {lost.length === 0 ? 'nothing' : plural(lost.length, 'alert')}
        </b>
        {kept.length > 0 ? `, and left ${plural(kept.length, 'alert')}` : ''}.
        {grave.length > 0
          ? ` ${plural(grave.length, 'of them was', 'of them were')} closed as a real attack.`
          : ''}
        <ul>
          {lost.slice(0, SHOWN).map((one, i) => (
            <li key={i}>
              <Hostile text={one.summary} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function addressOf(alert: AlertDetail): string | null {
  const counts = new Map<string, number>()
  for (const { eventId } of alert.evidence) {
    const fields = knownFields(eventId)
    const value = fields ? valueAtPath(fields, 'source.ip') : undefined
    if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null
}
