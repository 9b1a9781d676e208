/** How people sign in here: a second factor for everybody, and a provider such as Entra ID. */
import { useState } from 'preact/hooks'
import { ROLES_DOWN, type Role } from '../../api/scopes.ts'
import { getSignIn, putSignIn, type SignInInput, type SignInView } from '../../api/access.ts'
import { Failure, failureText } from '../../api/request.ts'
import { Copy } from '../../parts/copy.tsx'
import { typed } from '../../parts/form.ts'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Switch } from '../../parts/switch.tsx'
import { useRead } from '../../parts/use-read.ts'
import { showToast } from '../../toast.ts'
import { linesOf } from './channel-config.ts'
import { Why } from './fields.tsx'

export function SignInTab() {
  const read = useRead('sign-in', getSignIn)
  const { data } = read
  const [why, setWhy] = useState<string | null>(null)
  if (!data) {
    return (
      <Panel title="Sign-in">
        {read.why ? (
          <Failed what="It could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={5} label="Loading how people sign in" />
        )}
      </Panel>
    )
  }
  const put = async (input: Partial<SignInInput>, said: string) => {
    try {
      read.set(await putSignIn({ requireCode: data.requireCode, provider: data.provider, ...input }))
      setWhy(null)
      showToast(said)
    } catch (cause) {
      setWhy(sayWhy(cause))
    }
  }
  return (
    <>
      <Panel title="Second factor">
        <div class="rows">
          <div class="row">
            <Switch
              label="Everybody needs a second factor"
              on={data.requireCode}
              onChange={(on) =>
                void put({ requireCode: on }, on ? 'Everybody needs one now' : 'It is up to each person now')
              }
            />
            <p class="row__text">
              <b>Everybody needs one</b>
              <span class="cell-sub">
                Whoever has none sets one up before anything else. People whom a provider vouches for, and
                keys, are left out.
              </span>
            </p>
          </div>
        </div>
      </Panel>
      <ProviderPanel key={String(data.provider?.clientId)} of={data} put={put} />
      <Why why={why} />
    </>
  )
}

type ProviderProps = {
  of: SignInView
  put: (input: Partial<SignInInput>, said: string) => Promise<void>
}
function ProviderPanel({ of: { provider, redirectUri }, put }: ProviderProps) {
  const save = (form: HTMLFormElement) => {
    const secret = typed(form, 'secret')
    const groups = Object.fromEntries(ROLES_DOWN.map((role) => [role, linesOf(typed(form, role))]))
    const clientSecret = secret === '' ? ({ set: true } as const) : secret
    const of = {
      name: typed(form, 'name').trim(),
      issuer: typed(form, 'issuer').trim(),
      clientId: typed(form, 'client').trim(),
      clientSecret,
      groups: groups as Record<Role, string[]>,
    }
    return put({ provider: of }, `People can sign in with ${of.name} now`)
  }
  return (
    <Panel title="Sign in with Microsoft, or another provider" note="OpenID Connect">
      <form
        class="panel__body form"
        onSubmit={(event) => {
          event.preventDefault()
          void save(event.currentTarget)
        }}
      >
        <p class="soft">
          Register Vedette there with this redirect URI: <span class="mono">{redirectUri}</span>{' '}
          <Copy text={redirectUri} label="Copy the redirect URI" icon />
        </p>
        <Text name="name" label="What it is called" value={provider?.name ?? 'Microsoft'} />
        <Text
          name="issuer"
          label="Issuer"
          value={provider?.issuer ?? ''}
          hint="https://login.microsoftonline.com/TENANT-ID/v2.0"
        />
        <Text name="client" label="Application (client) ID" value={provider?.clientId ?? ''} />
        <label class="field">
          <span class="field__label">Client secret</span>
          <input
            class="input"
            type="password"
            name="secret"
            autocomplete="off"
            required={provider === null}
            placeholder={provider ? 'unchanged' : ''}
          />
        </label>
        {ROLES_DOWN.map((role) => (
          <label class="field" key={role}>
            <span class="field__label">Groups that are {WORDS[role]}</span>
            <textarea
              class="input mono"
              name={role}
              rows={2}
              spellcheck={false}
              defaultValue={provider?.groups[role].join('\n') ?? ''}
            />
          </label>
        ))}
        <p class="field__hint">Object IDs of groups, or values of app roles; one a line.</p>
        <div class="page-actions">
          <button class="btn btn--primary" type="submit">
            Save
          </button>
          {provider ? (
            <button
              class="btn btn--danger"
              type="button"
              onClick={() => void put({ provider: null }, 'People sign in with a password only')}
            >
              Remove it
            </button>
          ) : null}
        </div>
      </form>
    </Panel>
  )
}

const WORDS: Record<Role, string> = {
  admin: 'administrators',
  analyst: 'analysts',
  viewer: 'viewers',
}

function Text(props: { name: string; label: string; value: string; hint?: string }) {
  return (
    <label class="field">
      <span class="field__label">{props.label}</span>
      <input
        class="input"
        name={props.name}
        required
        spellcheck={false}
        autocomplete="off"
        defaultValue={props.value}
      />
      {props.hint ? <span class="field__hint">{props.hint}</span> : null}
    </label>
  )
}

function sayWhy(cause: unknown): string {
  const first = cause instanceof Failure ? cause.problem?.errors?.[0] : undefined
  return first ? [first.message, first.hint].filter(Boolean).join(' ') : failureText(cause)
}
