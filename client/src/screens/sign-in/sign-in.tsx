import { useEffect, useState } from 'preact/hooks'
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
  useEffect(() => {
    pageTitle.value = 'Sign in'
  }, [])
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const form = event.currentTarget
    setBusy(true)
    setFailed('')
    try {
      await signIn(typed(form, 'user'), typed(form, 'password'))
    } catch (cause) {
      setFailed(sayWhy(cause))
      setBusy(false)
      form.querySelector<HTMLInputElement>('[name="password"]')?.select()
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
      </div>
      <p class="login__foot">Every sign-in is written to the audit log.</p>
    </main>
  )
}

function sayWhy(cause: unknown): string {
  if (cause instanceof Failure && cause.status === 401) return 'Wrong user or password.'
  if (cause instanceof Failure && cause.status === 429) {
    return cause.retryAfter
      ? `Too many tries. Try again in ${cause.retryAfter} s.`
      : 'Too many tries. Try again in a few minutes.'
  }
  return failureText(cause)
}
