import { useState } from 'preact/hooks'
import type { SearchEvent } from '../../../../server/domain/api/search.ts'
import { now } from '../../clock.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, longSpan, shortSpan } from '../../text/age.ts'
import { describeEvidence, valueAtPath } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { plural } from '../../text/words.ts'
import { useListener } from './use-listener.ts'

/** What came since the page was opened, or what was wrong with it and how to mend it. */
export function Listening() {
  const heard = useListener()
  const [opened] = useState(() => Date.now())
  const waited = Math.max(0, now.value - opened)
  const got = heard.sources[0]
  return (
    <>
      <Panel
        title="Listening"
        note={location.host}
        class="listen"
        aside={<span class="panel__note">{shortSpan(waited)}</span>}
      >
        <div role="status">
          <ol class="listen__steps">
            <Step done={got !== undefined || heard.rejected !== null} title="Something was sent here" />
            {heard.wrongKeys && !got ? (
              <Wrong title="The key was not known">
                {plural(heard.wrongKeys.refused, 'request')} came
                {heard.wrongKeys.lastFrom ? ` from ${heard.wrongKeys.lastFrom}` : ''} with a key that is
                mistyped, revoked or expired. Copy it anew with the button beside the configuration.
              </Wrong>
            ) : null}
            {heard.rejected ? (
              <Wrong title="A record could not be kept">
                <Hostile text={`${heard.rejected.detail} (${heard.rejected.code})`} /> It is kept and can be
                sent through again: <a href="/sources#rejected">rejected records</a>.
              </Wrong>
            ) : null}
            {got ? (
              <Step
                done
                title={`Logs of ${got.dataset} arrived`}
                note={`from the source “${got.source}”`}
                at={got.lastReceivedAt}
              />
            ) : (
              <li class="listen__step is-now">
                <Icon name="loader" class="spin c-accent" />
                <span>
                  <b>Waiting for the first event…</b>
                  <span>
                    Shippers send in batches, most of them within 10 s. This page says it by itself.
                  </span>
                </span>
              </li>
            )}
          </ol>
          {heard.why ? <p class="stale">{heard.why} It is asked again.</p> : null}
        </div>
        <details class="disclose listen__help">
          <summary>
            <Icon name="right" small />
            Nothing after a minute?
          </summary>
          <ul>
            <li>
              Can the other machine reach this port? There: <code>curl -v {location.origin}/healthz</code>
            </li>
            <li>Does the shipper read the file or log that you mean? Its own log says so.</li>
            <li>Old logs are welcome: age is counted from the moment at which they arrive.</li>
          </ul>
        </details>
      </Panel>
      {got ? (
        <Panel title="First event received" note="how it was read" class="listen--got">
          <div class="panel__body">
            {heard.example ? <Example event={heard.example} /> : <p class="soft">It is being fetched…</p>}
          </div>
        </Panel>
      ) : null}
    </>
  )
}

function Step(props: { done: boolean; title: string; note?: string; at?: string }) {
  return (
    <li class={`listen__step${props.done ? ' is-done' : ''}`}>
      <Icon
        name={props.done ? 'done' : 'new'}
        class={props.done ? 'c-ok' : 'dim'}
        label={props.done ? 'Done' : 'Next'}
      />
      <span>
        <b>
          <Hostile text={props.title} />
        </b>
        {props.note ? (
          <span>
            <Hostile text={props.note} />
          </span>
        ) : null}
      </span>
      {props.at ? <time dateTime={props.at}>{clockTime(props.at)}</time> : null}
    </li>
  )
}

function Wrong(props: { title: string; children: preact.ComponentChildren }) {
  return (
    <li class="listen__step is-now">
      <Icon name="warn" class="c-warn" label="Problem" />
      <span>
        <b>{props.title}</b>
        <span>{props.children}</span>
      </span>
    </li>
  )
}

function Example({ event }: { event: SearchEvent }) {
  const text = (path: string) => {
    const value = valueAtPath(event.fields, path)
    const first = Array.isArray(value) ? value[0] : value
    return first === undefined || first === null || typeof first === 'object' ? null : plainValue(first)
  }
  const said = describeEvidence({ dataset: event.dataset, matched: [] }, event.fields)
  const rows: [string, string | null][] = [
    ['What', said.title],
    ['Account', text('user.email') ?? text('user.name')],
    ['Address', text('source.ip')],
    ['Happened', clockTime(event.time)],
    ['Delay', `${longSpan(Date.parse(event.receivedAt) - Date.parse(event.time))} from the event to here`],
  ]
  return (
    <dl class="kv">
      {rows.map(([name, value]) =>
        value === null ? null : (
          <>
            <dt>{name}</dt>
            <dd>
              <Hostile text={value} />
            </dd>
          </>
        ),
      )}
    </dl>
  )
}
