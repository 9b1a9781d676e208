/** API keys: what each may do, when it was used last, and ending one. */
import { useState } from 'preact/hooks'
import { type Scope, SCOPES } from '../../api/scopes.ts'
import type { MadeKey } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { deleteKey, getKeys, type KeyView, postNewKey } from '../../api/settings.ts'
import { now } from '../../clock.ts'
import { Age } from '../../parts/age.tsx'
import { Copy } from '../../parts/copy.tsx'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { shortDate } from '../../text/age.ts'
import { visible } from '../../text/visible.ts'
import { showToast } from '../../toast.ts'

const SCOPE_WORDS: Record<Scope, string> = {
  ingest: 'send events',
  read: 'read',
  write: 'change alerts and rules',
  admin: 'everything',
}
const SOON = 7 * 86_400_000

export function KeysTab() {
  const keys = useRead('keys', getKeys)
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<KeyView | null>(null)
  return (
    <Panel
      title="API keys"
      note="one for each shipper or script"
      aside={
        <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          New key
        </button>
      }
    >
      {!keys.data ? (
        keys.why ? (
          <Failed what="The keys could not be read" why={keys.why} retry={keys.again} />
        ) : (
          <Skeleton rows={4} label="Loading keys" />
        )
      ) : keys.data.length === 0 ? (
        <Empty icon="key" title="There is no key yet">
          A shipper needs one to send logs.
        </Empty>
      ) : (
        <ul class="rows">
          {keys.data.map((key) => (
            <li class="row" key={key.id}>
              <Icon name="key" class="dim" />
              <p class="row__text">
                <b>
                  <Hostile text={key.name} />
                </b>
                <span class="cell-sub">
                  may {key.scopes.map((scope) => SCOPE_WORDS[scope]).join(', ')}. Made by{' '}
                  <Hostile text={key.createdBy} /> on {shortDate(key.createdAt)}
                </span>
              </p>
              <p class="row__state">
                {key.lastUsed ? (
                  <>
                    used <Age at={key.lastUsed} suffix=" ago" />
                    {key.lastUsedFrom ? ` from ${key.lastUsedFrom}` : ''}
                  </>
                ) : (
                  'never used'
                )}
                <Expiry at={key.expires} />
              </p>
              <button class="btn btn--sm btn--danger" type="button" onClick={() => setRevoking(key)}>
                Revoke<span class="vh"> {visible(key.name)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {making ? <NewKey onClose={() => setMaking(false)} onMade={keys.again} /> : null}
      {revoking ? <Revoke of={revoking} onClose={() => setRevoking(null)} onDone={keys.again} /> : null}
    </Panel>
  )
}

function Expiry({ at }: { at: string | null }) {
  if (!at) return null
  const left = Date.parse(at) - now.value
  if (left <= 0) return <span class="cell-sub c-warn">ended {shortDate(at)}: refused since</span>
  return <span class={`cell-sub${left < SOON ? ' c-warn' : ''}`}>ends {shortDate(at)}</span>
}

function NewKey(props: { onClose: () => void; onMade: () => void }) {
  const [scopes, setScopes] = useState<Scope[]>(['ingest'])
  const [made, setMade] = useState<MadeKey | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const make = async (form: HTMLFormElement) => {
    const day = typed(form, 'expires')
    try {
      const expires = day ? new Date(`${day}T23:59:59`).toISOString() : null
      setMade(await postNewKey({ name: typed(form, 'name'), scopes, expires }))
      props.onMade()
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  return (
    <Sheet class="sheet--wide" label="New key" onClose={props.onClose}>
      <h2>New key</h2>
      {made ? (
        <div class="form">
          <p>
            The key of <Hostile text={made.name} />. It is shown here and never again.
          </p>
          <div class="code code--wrap">
            <pre tabIndex={0} role="group" aria-label="The key">
              <code>{made.key}</code>
            </pre>
            <Copy class="code__copy" icon label="Copy the key" text={made.key} />
          </div>
          <div class="page-actions">
            <button class="btn btn--primary" type="button" onClick={props.onClose}>
              Done
            </button>
          </div>
        </div>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void make(event.currentTarget)
          }}
        >
          <label class="field">
            <span class="field__label">For</span>
            <input class="input" name="name" required maxLength={100} placeholder="mail-gateway" />
            <span class="field__hint">Its logs come from a source of this name.</span>
          </label>
          <fieldset class="field">
            <legend class="field__label">It may</legend>
            {SCOPES.map((scope) => (
              <label class="tick" key={scope}>
                <input
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  onChange={() =>
                    setScopes(
                      scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope],
                    )
                  }
                />
                {SCOPE_WORDS[scope]}
              </label>
            ))}
          </fieldset>
          <label class="field">
            <span class="field__label">Until</span>
            <input class="input" type="date" name="expires" />
            <span class="field__hint">Empty: it never ends.</span>
          </label>
          {why ? (
            <p class="field__error" role="alert">
              <Icon name="warn" small />
              {why}
            </p>
          ) : null}
          <div class="page-actions">
            <button class="btn btn--primary" type="submit" disabled={scopes.length === 0}>
              Make the key
            </button>
            <button class="btn" type="button" onClick={props.onClose}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </Sheet>
  )
}

/** Asked first: it cannot be undone, and what uses the key stops at once. */
function Revoke(props: { of: KeyView; onClose: () => void; onDone: () => void }) {
  const { of: key } = props
  const revoke = async () => {
    try {
      await deleteKey(key.id)
      showToast(`Key ${visible(key.name)} revoked`)
      props.onDone()
    } catch (cause) {
      showToast(failureText(cause))
    }
    props.onClose()
  }
  return (
    <Sheet label="Revoke the key" onClose={props.onClose}>
      <h2>
        Revoke the key <Hostile text={key.name} />?
      </h2>
      <p>
        Whatever uses it is refused from now on.{' '}
        {key.lastUsed ? (
          <>
            It was used <Age at={key.lastUsed} suffix=" ago" />.
          </>
        ) : (
          'It was never used.'
        )}{' '}
        This cannot be undone.
      </p>
      <div class="page-actions">
        <button class="btn btn--danger" type="button" onClick={() => void revoke()}>
          Revoke
        </button>
        <button class="btn" type="button" onClick={props.onClose}>
          Keep it
        </button>
      </div>
    </Sheet>
  )
}
