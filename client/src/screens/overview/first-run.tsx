/** In place of the overview until the first event has arrived. */
import { useState } from 'preact/hooks'
import type { MadeKey } from '../../../../server/domain/api.ts'
import { postKey } from '../../api/calls.ts'
import { failureText } from '../../api/request.ts'
import { mayAdmin } from '../../session.ts'
import { eventSnippet } from '../../text/snippet.ts'
import { dotState } from '../../parts/pulse.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'

export function FirstRun() {
  const [key, setKey] = useState<MadeKey | null>(null)
  const [at] = useState(() => new Date().toISOString())
  return (
    <>
      <header class="page-head">
        <div class="page-head__text">
          <h1 class="page-title">Connect your first source</h1>
          <p class="page-sub">
            Nothing has arrived yet, so nothing can be detected. One source is enough to start.
          </p>
        </div>
      </header>
      <div class="split">
        <div class="stack">
          <MakeKey made={key} onMade={setKey} />
          <Snippet
            title="2. Send one event by hand"
            hint="A made-up sign-in. Safe to repeat."
            text={eventSnippet(location.origin, key?.key ?? 'YOUR-KEY', at)}
          />
          <Panel title="3. Point your log shipper here">
            <div class="panel__body soft">
              <p>
                This one port speaks every shipper’s language. Give each shipper a key of its own, as a Bearer
                token, or as the password where it can only do Basic.
              </p>
              <dl class="kv">
                {ADDRESSES.map(([shipper, path]) => (
                  <Address key={shipper} shipper={shipper} path={path} />
                ))}
              </dl>
            </div>
          </Panel>
        </div>
        <div class="stack">
          <Panel title="Listening" note={location.host}>
            <div class="panel__body" role="status">
              <p class="waiting">
                <Icon name="loader" class="spin c-accent" />
                {dotState() === 'live'
                  ? 'Waiting for the first event. This page changes by itself when it comes.'
                  : 'Connecting…'}
              </p>
            </div>
          </Panel>
        </div>
      </div>
    </>
  )
}

// What each shipper calls its way in.
const ADDRESSES: [string, string][] = [
  ['NDJSON, any script', '/api/v1/events'],
  ['Filebeat, rsyslog, Fluent Bit', '/_bulk'],
  ['Splunk forwarders, Vector', '/services/collector/event'],
  ['OpenTelemetry', '/v1/logs'],
  ['systemd journal', '/upload'],
]

function Address(props: { shipper: string; path: string }) {
  return (
    <>
      <dt>{props.shipper}</dt>
      <dd class="mono">{location.origin + props.path}</dd>
    </>
  )
}

function MakeKey(props: { made: MadeKey | null; onMade: (key: MadeKey) => void }) {
  const [failed, setFailed] = useState('')
  const make = async () => {
    setFailed('')
    try {
      props.onMade(await postKey('first source', ['ingest']))
    } catch (cause) {
      setFailed(failureText(cause))
    }
  }
  return (
    <Panel title="1. Make a key that can only send" note="shown once, then only its name">
      <div class="panel__body">
        {props.made ? (
          <div class="code code--wrap">
            <pre tabIndex={0} role="group" aria-label="The key">
              <code>{props.made.key}</code>
            </pre>
            <Copy class="code__copy" icon label="Copy the key" text={props.made.key} />
          </div>
        ) : mayAdmin() ? (
          <button class="btn btn--primary" type="button" onClick={() => void make()}>
            Make a key
          </button>
        ) : (
          <p class="soft">Ask an administrator for one.</p>
        )}
        {failed ? (
          <p class="field__error" role="alert">
            <Icon name="warn" small />
            {failed}
          </p>
        ) : null}
      </div>
    </Panel>
  )
}

function Snippet(props: { title: string; hint: string; text: string }) {
  return (
    <Panel title={props.title} note={props.hint}>
      <div class="panel__body">
        <div class="code code--wrap">
          <pre tabIndex={0} role="group" aria-label={props.title}>
            <code>{props.text}</code>
          </pre>
          <Copy class="code__copy" icon label="Copy the command" text={props.text} />
        </div>
      </div>
    </Panel>
  )
}
