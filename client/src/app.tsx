/** Which screen an address shows, and to whom. */
import { useEffect } from 'preact/hooks'
import { useKeys } from './keyboard.ts'
import { startState, stopState } from './live/state.ts'
import { helpOpen } from './parts/help.tsx'
import { Shell } from './parts/shell.tsx'
import { Failed } from './parts/states.tsx'
import { navigate, place } from './router.ts'
import { AlertScreen } from './screens/alert/alert.tsx'
import { AlertsScreen } from './screens/alerts/alerts.tsx'
import { NotFoundScreen } from './screens/not-found/not-found.tsx'
import { OverviewScreen } from './screens/overview/overview.tsx'
import { SetUpScreen } from './screens/set-up/set-up.tsx'
import { SignInScreen } from './screens/sign-in/sign-in.tsx'
import { askSession, session } from './session.ts'
import { undoLast } from './toast.ts'

export function App() {
  const state = session.value
  useEffect(() => void askSession(), [])
  if (state.kind === 'asking') return null
  if (place.value.path === '/setup' && state.kind !== 'in') return <SetUpScreen />
  if (state.kind === 'out') return <SignInScreen ended={state.ended} setupOpen={state.setupOpen} />
  if (state.kind === 'unreachable') {
    return (
      <main class="login" id="main">
        <Failed what="Vedette could not be reached" why={state.why} retry={() => void askSession()} />
      </main>
    )
  }
  return <SignedIn />
}

function SignedIn() {
  useEffect(() => {
    startState()
    return stopState
  }, [])
  useKeys({
    'g o': () => navigate('/'),
    'g a': () => navigate('/alerts'),
    '?': () => (helpOpen.value = true),
    z: undoLast,
  })
  return (
    <Shell>
      <Screen path={place.value.path} />
    </Shell>
  )
}

// The addresses that lead here once someone is signed in.
const OVERVIEW = ['/', '/overview', '/setup', '/login']

function Screen(props: { path: string }) {
  const { path } = props
  if (OVERVIEW.includes(path)) return <OverviewScreen />
  if (path === '/alerts') return <AlertsScreen />
  const alert = /^\/alerts\/([^/]+)$/.exec(path)
  if (alert) {
    const id = decode(alert[1]!)
    if (id !== null) return <AlertScreen id={id} key={id} />
  }
  return <NotFoundScreen />
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
