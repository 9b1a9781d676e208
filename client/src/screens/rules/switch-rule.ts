/** Switches a rule at once, with a way back. */
import type { RuleView } from '../../../../server/domain/api.ts'
import { getRule, patchRule } from '../../api/rules.ts'
import { Failure, failureText } from '../../api/request.ts'
import { visible } from '../../text/visible.ts'
import { showToast } from '../../toast.ts'

/** `changed` is told what the server holds afterwards, also when someone else was faster. */
export async function switchRule(
  rule: RuleView,
  on: boolean,
  changed: (rule: RuleView) => void,
  undoable = true,
): Promise<void> {
  try {
    const after = await patchRule(rule.id, rule.version, { enabled: on })
    changed(after)
    showToast(
      `${visible(rule.name)} is ${on ? 'on' : 'off'}`,
      undoable ? () => void switchRule(after, !on, changed, false) : null,
    )
  } catch (cause) {
    if (cause instanceof Failure && cause.status === 412) {
      changed(await getRule(rule.id))
      showToast(`Not changed: someone changed ${visible(rule.name)} meanwhile. This is how it is now.`)
    } else showToast(`Not changed: ${failureText(cause)}`)
  }
}
