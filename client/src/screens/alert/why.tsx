import type { AlertDetail, WhyStep } from '../../../../server/domain/api.ts'
import { ClauseRow } from '../../parts/clause.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { KIND_WORDS } from '../../text/rule.ts'
import { plural } from '../../text/words.ts'

export function WhyPanel(props: { alert: AlertDetail }) {
  const { alert } = props
  return (
    <Panel title="Why it fired" note="every condition, with the value that met it">
      <div class="panel__body">
        <details class="why" open>
          <summary>
            <Icon name="right" small />
            <b>
              <Hostile text={alert.ruleName} />
            </b>
            <span class="panel__note">
              {KIND_WORDS[alert.kind]}
              {alert.why.length > 1 ? `, ${plural(alert.why.length, 'step')}` : ''}
            </span>
            <SeverityBadge severity={alert.severity} />
          </summary>
          {alert.why.length === 0 ? (
            <p class="soft">
              The rule has changed or is gone since; the matched fields above are what it saw.
            </p>
          ) : (
            alert.why.map((step) => <Step key={step.step} step={step} many={alert.why.length > 1} />)
          )}
        </details>
      </div>
    </Panel>
  )
}

function Step(props: { step: WhyStep; many: boolean }) {
  return (
    <>
      {props.many ? <p class="why__step">Step {props.step.step + 1}</p> : null}
      <ol class="clauses">
        {props.step.clauses.map((clause, i) => (
          <ClauseRow key={i} clause={clause} />
        ))}
      </ol>
    </>
  )
}
