import { useEffect, useState } from 'preact/hooks'
import { getWays, type SignInWays } from '../../api/access.ts'
import { Failure, failureText } from '../../api/request.ts'
import { typed } from '../../parts/form.ts'
import { Brand, Icon } from '../../parts/icon.tsx'
import { ThemeButton } from '../../parts/shell.tsx'
import { signIn } from '../../session.ts'
import { pageTitle } from '../../title.ts'

/** In place of any page while nobody is signed in; the address stays, so signing in leads back to it. */
export function SignInScreen(props: { ended: boolean; setupOpen: boolean }) {
  const [failed, setFailed] = useState('')
  const [busy, setBusy] = useState(false)
  // The server asks for it once the password was right.
  const [needsCode, setNeedsCode] = useState(false)
  const [provider, setProvider] = useState<SignInWays['provider']>(null)
  useEffect(() => {
    pageTitle.value = 'Sign in'
    // Without an answer there is still the password.
    getWays().then(
      (ways) => setProvider(ways.provider),
      () => undefined,
    )
  }, [])
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const form = event.currentTarget
    setBusy(true)
    setFailed('')
    try {
      await signIn(typed(form, 'user'), typed(form, 'password'), typed(form, 'code').trim() || undefined)
    } catch (cause) {
      setBusy(false)
      if (asksForCode(cause) && !needsCode) return setNeedsCode(true)
      setFailed(needsCode ? sayWhy(cause, 'Wrong password or code.') : sayWhy(cause))
      form.querySelector<HTMLInputElement>(`[name="${needsCode ? 'code' : 'password'}"]`)?.select()
    }
  }
  return (
    <main class="login" id="main">
      <ThemeButton class="login__theme" />
      <div class="login__card">
        <div class="login__head">
          <Brand />
          <h1>Sign in to Vedette</h1>
          <p>{location.host}</p>
        </div>
        {props.ended ? (
          <p class="callout callout--warn" role="status">
            <Icon name="info" small />
            Your session has ended. Sign in to go on where you were.
          </p>
        ) : null}
        {props.setupOpen ? (
          <p class="callout">
            <Icon name="info" small />
            <span>No account exists yet. Open the set-up link that the server printed when it started.</span>
          </p>
        ) : null}
        <form class="login__form" onSubmit={(event) => void submit(event)}>
          <label class="field">
            <span class="field__label">User</span>
            <input
              class="input"
              name="user"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
              autoFocus
            />
          </label>
          <label class="field">
            <span class="field__label">Password</span>
            <input
              class="input"
              type="password"
              name="password"
              autocomplete="current-password"
              required
              {...(failed ? { 'aria-invalid': true, 'aria-describedby': 'sign-in-error' } : {})}
            />
          </label>
          {needsCode ? (
            <label class="field">
              <span class="field__label">Code</span>
              <input
                class="input"
                name="code"
                autocomplete="one-time-code"
                autocapitalize="none"
                spellcheck={false}
                required
                ref={focus}
              />
              <span class="field__hint">From your authenticator app, or one of your recovery codes.</span>
            </label>
          ) : null}
          {failed ? (
            <p class="field__error" id="sign-in-error" role="alert">
              <Icon name="warn" small />
              {failed}
            </p>
          ) : null}
          <button class="btn btn--primary btn--block login__big" type="submit" disabled={busy}>
            {busy ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
        {provider ? (
          <a
            class="btn btn--block login__big"
            // With a target it is the browser's own: the provider is elsewhere.
            target="_self"
            href={`${provider.path}?to=${encodeURIComponent(location.pathname + location.search)}`}
          >
            Sign in with {provider.name}
          </a>
        ) : null}
      </div>
      <p class="login__foot">Every sign-in is written to the audit log.</p>
    </main>
  )
}

/** Of one identity, so that it is called when the field appears, and not again. */
function focus(input: HTMLInputElement | null): void {
  input?.focus()
}

function asksForCode(cause: unknown): boolean {
  return cause instanceof Failure && cause.problem?.type === '/problems/code-required'
}

function sayWhy(cause: unknown, refused = 'Wrong user or password.'): string {
  if (cause instanceof Failure && cause.status === 401) return refused
  if (cause instanceof Failure && cause.status === 429) {
    return cause.retryAfter
      ? `Too many tries. Try again in ${cause.retryAfter} s.`
      : 'Too many tries. Try again in a few minutes.'
  }
  return failureText(cause)
}
