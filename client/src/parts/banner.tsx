/** After five seconds without a connection: since when, when it is tried again, and that nothing is lost. */
import { useEffect, useState } from 'preact/hooks'
import { connection, retryNow } from '../live/socket.ts'
import { clockTime } from '../text/age.ts'
import { storage } from '../live/state.ts'
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

/** While the disk of the server is full: since when, what that means, and what to do. */
export function StorageBanner() {
  const state = storage.value
  if (!state?.full) return null
  const { since, freeBytes } = state
  return (
    <div class="banner" role="alert">
      <Icon name="warn" />
      <p>
        <b>The server's disk is full{since ? ` since ${clockTime(since)}` : ''}.</b> New logs are refused;
        shippers keep them and send them again. Nothing stored is lost. Free some space on the disk that holds
        VEDETTE_DATA, or enlarge it: logs are taken again within seconds.
        {freeBytes === null ? null : <span class="num"> {Math.floor(freeBytes / 1e6)} MB free.</span>}
      </p>
    </div>
  )
}
