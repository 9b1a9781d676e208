/** Why a rule did or did not fire for someone. */
import { useState } from 'preact/hooks'
import type { ExplainView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { postExplain } from '../../api/rules.ts'
import { ClauseRow } from '../../parts/clause.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Select } from '../../parts/select.tsx'
import { Hostile } from '../../parts/text.tsx'
import { exactTime, shortDate, shortTime } from '../../text/age.ts'
import { plural } from '../../text/words.ts'

const RANGES = [
  ['now-24h', 'Last 24 hours'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
] as const
type Range = (typeof RANGES)[number][0]

export function Explain(props: { id: string; entity: string }) {
  const [entity, setEntity] = useState(props.entity)
  const [from, setFrom] = useState<Range>('now-7d')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [found, setFound] = useState<{ about: string; view: ExplainView } | null>(null)
  const ask = async () => {
    const about = entity.trim()
    if (!about || busy) return
    setBusy(true)
    setWhy(null)
    try {
      setFound({ about, view: await postExplain(props.id, about, from) })
    } catch (cause) {
      setWhy(failureText(cause))
    }
    setBusy(false)
  }
  return (
    <Panel title="Why it did or did not fire" note="of the rule as it is published">
      <form
        class="explain panel__body"
        onSubmit={(event) => {
          event.preventDefault()
          void ask()
        }}
      >
        <label class="field">
          <span class="field__label">For this account or address</span>
          <input
            class="input"
            value={entity}
            placeholder="someone@example.org"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setEntity(event.currentTarget.value)}
          />
        </label>
        <Select label="In the" shown value={from} options={RANGES} onChange={setFrom} />
        <button class="btn btn--primary" type="submit" disabled={busy || entity.trim() === ''}>
          {busy ? 'Looking…' : 'Explain'}
        </button>
      </form>
      {why ? (
        <p class="panel__body c-warn" role="alert">
          <Hostile text={why} />
        </p>
      ) : null}
      {found ? <Found view={found.view} busy={busy} /> : null}
    </Panel>
  )
}

function Found(props: { view: ExplainView; busy: boolean }) {
  const { view } = props
  return (
    <div class={`panel__body prose-list${props.busy ? ' is-refreshing' : ''}`} role="status">
      <p>
        <b>
          <Hostile text={view.summary} />
        </b>
      </p>
      {view.alerts.map((id) => (
        <p key={id}>
          <a href={`/alerts/${encodeURIComponent(id)}`}>The alert</a>
        </p>
      ))}
      {view.missing.length > 0 ? (
        <ul class="prose-list">
          {view.missing.map((line) => (
            <li key={line}>
              <Icon name="info" small class="dim inline-icon" /> <Hostile text={line} />
            </li>
          ))}
        </ul>
      ) : null}
      {view.exceptions.map((one) => (
        <p class="c-warn" key={one.id}>
          The exception “<Hostile text={one.reason} />” left out {plural(one.events, 'event')}.
        </p>
      ))}
      {view.steps.map((step) => (
        <section key={step.step} aria-label={`Step ${step.step + 1}`}>
          <p class="why__step">
            {view.steps.length > 1 ? `Step ${step.step + 1}: ` : ''}
            {step.matched === 0 ? 'no event met it' : `${plural(step.matched, 'event')} met it`}
            {step.events.length > 0 ? ', the latest at ' : ''}
            {step.events.slice(-1).map((event) => (
              <Moment at={event.time} key={event.eventId} />
            ))}
          </p>
          {step.nearest.slice(0, 2).map((near) => (
            <div key={near.eventId}>
              <p class="soft">
                What came nearest, at <Moment at={near.time} />
              </p>
              <ol class="clauses">
                {near.clauses.map((clause, i) => (
                  <ClauseRow clause={clause} key={i} />
                ))}
              </ol>
            </div>
          ))}
        </section>
      ))}
    </div>
  )
}

function Moment(props: { at: string }) {
  return (
    <time dateTime={props.at} title={exactTime(props.at)}>
      {shortDate(props.at)} {shortTime(props.at)}
    </time>
  )
}
