/** Which shipper, a key for it, and its configuration with both filled in. */
import { useState } from 'preact/hooks'
import type { MadeKey } from '../../../../server/domain/api.ts'
import { postKey } from '../../api/calls.ts'
import { failureText } from '../../api/request.ts'
import { getSnippet, getSnippets } from '../../api/sources.ts'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Select } from '../../parts/select.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayAdmin } from '../../session.ts'
import { eventSnippet } from '../../text/snippet.ts'
import type { IconName } from '../../text/icon-name.ts'

// Those that most small organisations begin with, in this order; all others stand in the list below.
const CARDS: [string, string, string, IconName][] = [
  ['azure-event-hub', 'Microsoft 365', 'Sign-ins and audit, by Event Hub', 'cloud'],
  ['powershell', 'PowerShell', 'Microsoft 365 without Azure', 'terminal'],
  ['filebeat', 'Filebeat', 'Elastic Agent or Filebeat', 'server'],
  ['vector', 'Vector', 'You already run Vector', 'server'],
  ['rsyslog', 'rsyslog', 'Mail gateway, firewall, Linux', 'terminal'],
  ['curl', 'curl', 'Try one event by hand', 'code'],
]
const PLACEHOLDER = 'YOUR_KEY'

export function Configuration() {
  const [shipper, setShipper] = useState('curl')
  const [key, setKey] = useState<MadeKey | null>(null)
  const heads = useRead('snippets', getSnippets)
  const known = new Set((heads.data ?? []).map((one) => one.shipper))
  const cards = CARDS.filter(([name]) => heads.data === null || known.has(name))
  const others = (heads.data ?? []).filter((one) => !CARDS.some(([name]) => name === one.shipper))
  const isCard = cards.some(([name]) => name === shipper)
  return (
    <Panel title="Where do your logs come from?" class="setup-main">
      <fieldset class="source-cards">
        <legend class="vh">Shipper</legend>
        {cards.map(([name, title, hint, icon]) => (
          <label class="source-card" key={name}>
            <input type="radio" name="shipper" checked={shipper === name} onChange={() => setShipper(name)} />
            <span class="source-card__icon">
              <Icon name={icon} />
            </span>
            <span class="source-card__text">
              <b>{title}</b>
              <span>{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {others.length > 0 ? (
        <div class="panel__body">
          <Select
            label="Another shipper"
            shown
            value={isCard ? '' : shipper}
            options={[['', 'Choose…'], ...others.map((one) => [one.shipper, one.title] as const)]}
            onChange={(name) => name && setShipper(name)}
          />
        </div>
      ) : null}
      <Snippet shipper={shipper} made={key} onMade={setKey} key={shipper} />
    </Panel>
  )
}

function Snippet(props: { shipper: string; made: MadeKey | null; onMade: (key: MadeKey) => void }) {
  const { shipper, made } = props
  const [shown, setShown] = useState(false)
  const read = useRead(shipper, (signal) => getSnippet(shipper, signal))
  const snippet = read.data
  if (!snippet) {
    return read.why ? (
      <Failed what="The configuration could not be read" why={read.why} retry={read.again} />
    ) : (
      <Skeleton rows={5} label="Loading the configuration" />
    )
  }
  const filled = (text: string, key: string) => (made ? text.replaceAll(PLACEHOLDER, key) : text)
  const secret = made ? (shown ? made.key : `${made.key.slice(0, 8)}…`) : PLACEHOLDER
  return (
    <div class="snippets">
      <KeyLine {...props} shown={shown} onShow={() => setShown(!shown)} />
      {shipper === 'curl' ? <OneEvent made={made} secret={secret} /> : null}
      <ol class="snippet__steps">
        {snippet.steps.map((step) => (
          <li key={step}>{filled(step, secret)}</li>
        ))}
      </ol>
      <div class="code">
        <div class="code__head">
          <Icon name={snippet.path ? 'file' : 'terminal'} small />
          <span class="mono clip">{snippet.path || 'Terminal'}</span>
          <Copy label="Copy" text={filled(snippet.text, made?.key ?? PLACEHOLDER)} />
        </div>
        <pre tabIndex={0} role="group" aria-label={`Configuration of ${snippet.title}`}>
          <code>{filled(snippet.text, secret)}</code>
        </pre>
      </div>
      {snippet.notes.length > 0 ? (
        <details class="disclose">
          <summary>
            <Icon name="right" small />
            What it does when this server is away, and known traps
          </summary>
          <ul class="snippet__notes">
            {snippet.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}

/** The quickest proof that the way is open. */
function OneEvent({ made, secret }: { made: MadeKey | null; secret: string }) {
  const [at] = useState(() => new Date().toISOString())
  return (
    <div class="code code--wrap">
      <div class="code__head">
        <Icon name="terminal" small />
        <span class="clip">One made-up sign-in, by hand. Safe to repeat.</span>
        <Copy label="Copy" text={eventSnippet(location.origin, made?.key ?? PLACEHOLDER, at)} />
      </div>
      <pre tabIndex={0} role="group" aria-label="One event by hand">
        <code>{eventSnippet(location.origin, secret, at)}</code>
      </pre>
    </div>
  )
}

type KeyProps = {
  shipper: string
  made: MadeKey | null
  onMade: (key: MadeKey) => void
  shown: boolean
  onShow: () => void
}

function KeyLine({ shipper, made, onMade, shown, onShow }: KeyProps) {
  const [why, setWhy] = useState<string | null>(null)
  const make = async () => {
    setWhy(null)
    try {
      onMade(await postKey(shipper, ['ingest']))
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  if (!mayAdmin()) return <p class="keyline">Ask an administrator for a key that can send events.</p>
  return (
    <>
      <p class="keyline">
        <Icon name="key" small />
        <span>
          {made ? (
            <>
              Key <b class="mono">{made.name}</b> was made. It can only send events. It is shown here and
              never again; Copy includes all of it.
            </>
          ) : (
            'It needs a key that can only send events.'
          )}
        </span>
        {made ? (
          <button class="btn btn--sm btn--ghost" type="button" aria-pressed={shown} onClick={onShow}>
            <Icon name="eye" small />
            Show
          </button>
        ) : (
          <button class="btn btn--sm btn--primary" type="button" onClick={() => void make()}>
            Make a key and fill it in
          </button>
        )}
      </p>
      {why ? (
        <p class="field__error" role="alert">
          <Icon name="warn" small />
          {why}
        </p>
      ) : null}
    </>
  )
}
