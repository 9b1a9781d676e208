import { useState } from 'preact/hooks'
import type { RuleView } from '../../../../server/domain/api.ts'
import { Failure, failureText } from '../../api/request.ts'
import { postException } from '../../api/rules.ts'
import { ExceptionFields } from '../../parts/exception-fields.tsx'
import { typed } from '../../parts/form.ts'
import { type EditorProblem, QueryEditor } from '../../parts/query-editor.tsx'
import { Select } from '../../parts/select.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { visible } from '../../text/visible.ts'
import { showToast } from '../../toast.ts'

type Props = {
  rules: readonly RuleView[]
  /** The rule it begins with; null: every rule. */
  ruleId: string | null
  onClose: () => void
  onAdded: () => void
}

export function AddException(props: Props) {
  const [ruleId, setRuleId] = useState(props.ruleId ?? '*')
  const [condition, setCondition] = useState('')
  const [problems, setProblems] = useState<EditorProblem[]>([])
  const [why, setWhy] = useState<string | null>(null)
  const rules = props.rules.toSorted((a, b) => a.name.localeCompare(b.name))
  const add = async (form: HTMLFormElement) => {
    const day = typed(form, 'expires')
    try {
      await postException({
        ruleId,
        language: 'eql',
        condition,
        reason: typed(form, 'reason'),
        // Until the end of that day here.
        expires: day ? new Date(`${day}T23:59:59`).toISOString() : null,
      })
      showToast('Exception added')
      props.onAdded()
      props.onClose()
    } catch (cause) {
      const errors = cause instanceof Failure ? (cause.problem?.errors ?? []) : []
      setProblems(
        errors
          .filter((one) => one.path === 'condition')
          .map((one) => ({ ...one, hint: one.hint ?? null, severity: 'error' })),
      )
      setWhy(failureText(cause))
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
        <Select
          label="In rule"
          shown
          value={ruleId}
          options={[['*', 'Every rule'], ...rules.map((rule) => [rule.id, visible(rule.name)] as const)]}
          onChange={setRuleId}
        />
        <div class="field">
          <span class="field__label">Ignore events that meet</span>
          <div class="query">
            <QueryEditor
              language="eql"
              label="Ignore events that meet"
              text={condition}
              onText={(text) => {
                setCondition(text)
                setProblems([])
                setWhy(null)
              }}
              problems={problems}
            />
          </div>
          <span class="field__hint">
            EQL, such as <code>user.email == "scanner@example.org"</code>. As narrow as you can: an attacker
            may use what you leave out.
          </span>
        </div>
        <ExceptionFields why={problems.length === 0 ? why : null} />
        <div class="page-actions">
          <button class="btn btn--primary" type="submit" disabled={condition.trim() === ''}>
            Add exception
          </button>
          <button class="btn" type="button" onClick={props.onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}
