import { useEffect, useState } from 'preact/hooks'
import { session } from '../session.ts'
import { endsSoon, staySignedIn, stopSessionWatch, watchSessionEnd } from '../session-end.ts'
import { shortTime, shortSpan } from '../text/age.ts'
import { Icon } from './icon.tsx'

/** Two minutes before a session ends: when, and one button to stay. */
export function SessionBanner() {
  const expiresAt = session.value.kind === 'in' ? session.value.session.expiresAt : null
  const at = endsSoon.value
  const [, redraw] = useState(0)
  useEffect(() => {
    if (expiresAt !== null) watchSessionEnd(expiresAt)
    return stopSessionWatch
  }, [expiresAt])
  useEffect(() => {
    if (at === null) return
    const second = setInterval(() => redraw((n) => n + 1), 1_000)
    return () => clearInterval(second)
  }, [at])
  if (at === null) return null
  return (
    <div class="banner">
      <Icon name="clock" />
      <p>
        <b role="alert">You are about to be signed out, at {shortTime(at)}.</b> Nothing was done here for a
        long time. What you have typed stays. <span class="num">{shortSpan(at - Date.now())} left.</span>
      </p>
      <button class="btn btn--sm" type="button" onClick={() => void staySignedIn()}>
        Stay signed in
      </button>
    </div>
  )
}
