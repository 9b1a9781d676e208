import { useEffect, useState } from 'preact/hooks'
import { Failure, failureText } from '../../api/request.ts'
import { typed } from '../../parts/form.ts'
import { Brand, Icon } from '../../parts/icon.tsx'
import { ThemeButton } from '../../parts/shell.tsx'
import { navigate } from '../../router.ts'
import { setUp } from '../../session.ts'
import { pageTitle } from '../../title.ts'

/** Shorter passwords are refused by the server too. */
const SHORTEST = 8

// Read once, then taken out of the address, so that it stays in no history and no screenshot.
let token = ''

/** The one-time link `/setup#token=...` of a first start. */
export function SetUpScreen() {
  const [failed, setFailed] = useState('')
  const [mismatch, setMismatch] = useState('')
  const [busy, setBusy] = useState(false)
  const [hasToken] = useState(takeToken)
  useEffect(() => {
    pageTitle.value = 'Set up'
  }, [])
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const form = event.currentTarget
    const password = typed(form, 'password')
    setFailed('')
    setMismatch('')
    if (password.length < SHORTEST) return setMismatch(`Use at least ${SHORTEST} characters.`)
    if (password !== typed(form, 'again')) return setMismatch('The two passwords differ.')
    setBusy(true)
    try {
      await setUp(token, typed(form, 'user'), password)
      token = ''
      navigate('/')
    } catch (cause) {
      setFailed(sayWhy(cause))
      setBusy(false)
    }
  }
  return (
    <main class="login" id="main">
      <ThemeButton class="login__theme" />
      <div class="login__card">
        <div class="login__head">
          <Brand />
          <h1>Set up Vedette</h1>
          <p>{location.host}</p>
        </div>
        {hasToken ? (
          <form class="login__form" onSubmit={(event) => void submit(event)}>
            <p class="soft">Make the first account. It may do everything; more people can be added later.</p>
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
                defaultValue="admin"
              />
            </label>
            <div class="field">
              <label class="field__label" for="set-up-password">
                Password
              </label>
              <input
                class="input"
                id="set-up-password"
                type="password"
                name="password"
                autocomplete="new-password"
                required
                aria-describedby="set-up-hint"
              />
              <span class="field__hint" id="set-up-hint">
                At least {SHORTEST} characters. A few words are easier to keep than signs.
              </span>
            </div>
            <label class="field">
              <span class="field__label">Password again</span>
              <input
                class="input"
                type="password"
                name="again"
                autocomplete="new-password"
                required
                {...(mismatch ? { 'aria-invalid': true, 'aria-describedby': 'set-up-mismatch' } : {})}
              />
            </label>
            {mismatch || failed ? (
              <p class="field__error" id="set-up-mismatch" role="alert">
                <Icon name="warn" small />
                {mismatch || failed}
              </p>
            ) : null}
            <button class="btn btn--primary btn--block login__big" type="submit" disabled={busy}>
              {busy ? 'Setting up…' : 'Create account'}
            </button>
          </form>
        ) : (
          <p class="callout callout--warn" role="alert">
            <Icon name="warn" small />
            <span>
              This address has no token. Open the whole link that the server printed when it started.
            </span>
          </p>
        )}
      </div>
      <p class="login__foot">
        The link works once. Already set up? <a href="/">Sign in</a>.
      </p>
    </main>
  )
}

function takeToken(): boolean {
  const found = new URLSearchParams(location.hash.slice(1)).get('token')
  if (found) {
    token = found
    history.replaceState(history.state, '', location.pathname)
  }
  return token !== ''
}

function sayWhy(cause: unknown): string {
  if (cause instanceof Failure && cause.status === 409) return 'The set-up is done already. Sign in instead.'
  return failureText(cause)
}
