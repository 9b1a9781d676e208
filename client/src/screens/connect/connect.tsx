/** Connecting a source: in place of the overview until the first event has come, and later for another one. */
import { useEffect } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { pageTitle } from '../../title.ts'
import { Configuration } from './configuration.tsx'
import { Listening } from './listening.tsx'
import { Simulation } from './simulation.tsx'

const STEPS = ['Account and storage', 'Connect a source', 'Try a simulated attack', 'Choose who gets told']

/** `onDone`: leaves the first run for the overview; null while nothing has come. */
export function ConnectScreen(props: { first?: boolean; onDone?: (() => void) | null }) {
  useEffect(() => {
    pageTitle.value = 'Connect a source'
  }, [])
  return (
    <>
      <header class="page-head">
        <div class="page-head__text">
          <h1 class="page-title">{props.first ? 'Connect your first source' : 'Connect a source'}</h1>
          <p class="page-sub">
            {props.first
              ? 'Nothing has arrived yet, so nothing can be detected. One source is enough to start.'
              : 'One port takes every shipper. Give each a key of its own.'}
          </p>
        </div>
        {props.onDone ? (
          <div class="page-actions">
            <button class="btn btn--primary" type="button" onClick={props.onDone}>
              Go to the overview
            </button>
          </div>
        ) : null}
      </header>
      {props.first ? (
        <ol class="stepper" aria-label="Set-up">
          {STEPS.map((step, i) => (
            <li
              class={`stepper__step${i === 0 ? ' stepper__step--done' : ''}`}
              aria-current={i === 1 ? 'step' : undefined}
              key={step}
            >
              {i === 0 ? <Icon name="check" small label="Done" /> : <b>{i + 1}</b>}
              <span>{step}</span>
            </li>
          ))}
        </ol>
      ) : null}
      <div class="setup-grid">
        <Configuration />
        <div class="stack">
          <Listening />
          <Simulation />
        </div>
      </div>
    </>
  )
}
