import { useState } from 'preact/hooks'
import type { RuleView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { deleteRule } from '../../api/rules.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { Hostile } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { showToast } from '../../toast.ts'
import { keepDraft } from './draft.ts'

/** Asks first: it cannot be taken back. */
export function DeleteRule(props: { rule: RuleView }) {
  const { rule } = props
  const [open, setOpen] = useState(false)
  const remove = async () => {
    setOpen(false)
    try {
      await deleteRule(rule.id, rule.version)
      keepDraft(rule.id, null)
      showToast('Rule deleted; its alerts stay')
      navigate('/rules')
    } catch (cause) {
      showToast(`Not deleted: ${failureText(cause)}`)
    }
  }
  return (
    <>
      <button class="btn btn--ghost" type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Delete
      </button>
      {open ? (
        <Sheet label="Delete the rule" onClose={() => setOpen(false)}>
          <h2>
            Delete <Hostile text={rule.name} />?
          </h2>
          <p>
            Its alerts stay. The rule itself cannot be brought back: download it first if you may want it
            again.
          </p>
          <div class="sheet__foot">
            <button class="btn" type="button" onClick={() => setOpen(false)}>
              Keep it
            </button>
            <button class="btn btn--primary" type="button" onClick={() => void remove()}>
              Delete it
            </button>
          </div>
        </Sheet>
      ) : null}
    </>
  )
}
