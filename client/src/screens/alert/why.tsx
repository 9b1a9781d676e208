import type { AlertDetail, Clause, WhyStep } from '../../../../server/domain/api.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { plainValue } from '../../text/json.ts'
import { plural } from '../../text/words.ts'

const KINDS: Record<AlertDetail['kind'], string> = {
  query: 'single event',
  sequence: 'sequence',
  threshold: 'threshold',
  travel: 'impossible travel',
  new_terms: 'first time seen',
  correlation: 'several rules together',
}

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
              {KINDS[alert.kind]}
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

function ClauseRow(props: { clause: Clause }) {
  const { text, met, values } = props.clause
  return (
    <li class={`clause${met ? '' : ' clause--unmet'}`}>
      <Icon
        name={met ? 'check' : 'x'}
        small
        class={met ? 'c-ok' : 'dim'}
        label={met ? 'Matched' : 'Not matched'}
      />
      <code class="clause__code">
        <Hostile text={text} />
      </code>
      <span class="clause__val">
        <Hostile text={values.map(plainValue).join(', ')} />
      </span>
    </li>
  )
}
