/** A made-up attack in one click, played through the real way in, and what the rules said of it. */
import { useState } from 'preact/hooks'
import type { AlertView, DrillOutcome } from '../../../../server/domain/api.ts'
import { getAlert } from '../../api/calls.ts'
import { failureText } from '../../api/request.ts'
import { postDrillRun } from '../../api/sources.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { mayWrite } from '../../session.ts'
import { longSpan } from '../../text/age.ts'
import { plural } from '../../text/words.ts'

const SCENARIO = 'full-chain'
// More of them say no more.
const SHOWN = 5

type State =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'done'; outcome: DrillOutcome; alerts: AlertView[] }
  | { state: 'failed'; why: string }

export function Simulation() {
  const [run, setRun] = useState<State>({ state: 'idle' })
  const start = async () => {
    setRun({ state: 'running' })
    try {
      const outcome = await postDrillRun(SCENARIO)
      const alerts = await Promise.all(outcome.raised.slice(0, SHOWN).map((id) => getAlert(id)))
      setRun({ state: 'done', outcome, alerts })
    } catch (cause) {
      setRun({ state: 'failed', why: failureText(cause) })
    }
  }
  return (
    <Panel title="See it catch something" class="sim">
      <div class="panel__body">
        <p class="soft">
          Replays a made-up attack on a made-up account: a risky sign-in, a rule that forwards mail, many
          messages. It goes through the same way as real logs, takes a few seconds, touches nothing in
          Microsoft 365, and is marked as a drill, so it never counts as real.
        </p>
        {mayWrite() ? (
          <button
            class="btn btn--block"
            type="button"
            disabled={run.state === 'running'}
            onClick={() => void start()}
          >
            <Icon
              name={run.state === 'running' ? 'loader' : 'play'}
              class={run.state === 'running' ? 'spin' : ''}
            />
            {run.state === 'idle'
              ? 'Run the simulated attack'
              : run.state === 'running'
                ? 'The attack is running…'
                : 'Run it again'}
          </button>
        ) : (
          <p class="soft">People who may change alerts can run it.</p>
        )}
        <div role="status">
          {run.state === 'done' ? <Outcome outcome={run.outcome} alerts={run.alerts} /> : null}
          {run.state === 'failed' ? (
            <p class="field__error">
              <Icon name="warn" small />
              {run.why}
            </p>
          ) : null}
        </div>
      </div>
    </Panel>
  )
}

function Outcome({ outcome, alerts }: { outcome: DrillOutcome; alerts: AlertView[] }) {
  const told = new Set(alerts.map(({ ruleId }) => ruleId))
  const missing = outcome.raised.length > SHOWN ? [] : outcome.expected.filter((rule) => !told.has(rule))
  return (
    <>
      <p class="sim__told">
        <Icon
          name={missing.length === 0 ? 'done' : 'warn'}
          class={missing.length === 0 ? 'c-ok' : 'c-warn'}
        />
        <b>
          {missing.length === 0
            ? `Caught: ${plural(outcome.raised.length, 'alert')} after ${longSpan(outcome.tookMs)}`
            : `${plural(outcome.raised.length, 'alert')} came, but not of ${missing.join(', ')}`}
        </b>
      </p>
      <ul class="sim__alerts">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <SeverityGlyph severity={alert.severity} />{' '}
            <a href={`/alerts/${encodeURIComponent(alert.id)}`}>
              <Hostile text={alert.summary} />
            </a>{' '}
            <span class="tag">Drill</span>
          </li>
        ))}
      </ul>
    </>
  )
}
