/** After five seconds without a connection: since when, when it is tried again, and that nothing is lost. */
import { useEffect, useState } from 'preact/hooks'
import { connection, retryNow } from '../live/socket.ts'
import { clockTime } from '../text/age.ts'
import { Icon } from './icon.tsx'

const AFTER = 5_000

export function ConnectionBanner() {
  const state = connection.value
  const since = state.state === 'lost' ? state.since : null
  const [late, setLate] = useState(false)
  const [, redraw] = useState(0)
  useEffect(() => {
    setLate(false)
    if (since === null) return
    const timer = setTimeout(() => setLate(true), Math.max(0, since + AFTER - Date.now()))
    const second = setInterval(() => redraw((n) => n + 1), 1_000)
    return () => {
      clearTimeout(timer)
      clearInterval(second)
    }
  }, [since])
  if (state.state !== 'lost' || !late) return null
  const wait = Math.ceil((state.retryAt - Date.now()) / 1000)
  return (
    <div class="banner" role="status">
      <Icon name="wifi-off" />
      <p>
        <b>Not connected since {clockTime(state.since)}.</b> What you see may be old. Detection keeps running
        on the server, and what was missed is fetched on return.{' '}
        <span class="num">{wait > 0 ? `Next try in ${wait} s.` : 'Trying now.'}</span>
      </p>
      <button class="btn btn--sm" type="button" onClick={retryNow}>
        Try now
      </button>
    </div>
  )
}
