/** Which screen an address shows, and to whom. */
import type { ComponentChild } from 'preact'
import { useEffect, useErrorBoundary } from 'preact/hooks'
import { useKeys } from './keyboard.ts'
import { startState, stopState } from './live/state.ts'
import { NAVIGATION } from './navigation.ts'
import { helpOpen } from './parts/help.tsx'
import { lazyScreen } from './parts/lazy-screen.tsx'
import { Shell } from './parts/shell.tsx'
import { Failed } from './parts/states.tsx'
import { openPalette } from './parts/palette/palette.tsx'
import { navigate, place } from './router.ts'
import { NotFoundScreen } from './screens/not-found/not-found.tsx'
import { OverviewScreen } from './screens/overview/overview.tsx'
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
  return state.session.mustEnrol ? <EnrolScreen /> : <SignedIn />
}

function SignedIn() {
  useEffect(() => {
    startState()
    return stopState
  }, [])
  useKeys({
    ...Object.fromEntries(NAVIGATION.map(({ key, href }) => [`g ${key}`, () => navigate(href)])),
    'ctrl k': openPalette,
    '?': () => (helpOpen.value = true),
    z: undoLast,
  })
  return (
    <Shell>
      <Guarded address={place.value.path + place.value.query.toString()}>
        <Screen path={place.value.path} />
      </Guarded>
    </Shell>
  )
}

/** A screen that fails says so, and leaves the rest of the page as it is. */
function Guarded(props: { address: string; children: ComponentChild }) {
  const [error, again] = useErrorBoundary((met: unknown) => console.error(met)) as [unknown, () => void]
  useEffect(again, [props.address])
  if (error === undefined) return <>{props.children}</>
  return (
    <Failed
      what="This page failed"
      why={error instanceof Error ? error.message : 'No reason was given.'}
      retry={again}
    />
  )
}

const SetUpScreen = lazyScreen(() => import('./screens/set-up/set-up.tsx').then((code) => code.SetUpScreen))
const EnrolScreen = lazyScreen(() => import('./screens/settings/enrol.tsx').then((code) => code.EnrolScreen))
const AlertsScreen = lazyScreen(() => import('./screens/alerts/alerts.tsx').then((code) => code.AlertsScreen))
const AlertScreen = lazyScreen(() => import('./screens/alert/alert.tsx').then((code) => code.AlertScreen))
const IncidentScreen = lazyScreen(() =>
  import('./screens/incident/incident.tsx').then((code) => code.IncidentScreen),
)
const RulesScreen = lazyScreen(() => import('./screens/rules/rules.tsx').then((code) => code.RulesScreen))
const RuleScreen = lazyScreen(() => import('./screens/rule/rule.tsx').then((code) => code.RuleScreen))
const SearchScreen = lazyScreen(() => import('./screens/search/search.tsx').then((code) => code.SearchScreen))
const SourcesScreen = lazyScreen(() =>
  import('./screens/sources/sources.tsx').then((code) => code.SourcesScreen),
)
const ConnectScreen = lazyScreen(() =>
  import('./screens/connect/connect.tsx').then((code) => code.ConnectScreen),
)
const SettingsScreen = lazyScreen(() =>
  import('./screens/settings/settings.tsx').then((code) => code.SettingsScreen),
)
const AccountsScreen = lazyScreen(() =>
  import('./screens/accounts/accounts.tsx').then((code) => code.AccountsScreen),
)
const AccountScreen = lazyScreen(() =>
  import('./screens/account/account.tsx').then((code) => code.AccountScreen),
)
const NewRuleScreen = lazyScreen(() =>
  import('./screens/rule/new-rule.tsx').then((code) => code.NewRuleScreen),
)

type Route = {
  /** Its groups are given to `show`, decoded. */
  path: RegExp
  show: (...parts: string[]) => ComponentChild
}

// The first that fits. Screens beyond the overview are fetched when they are opened.
const ROUTES: Route[] = [
  // The other addresses lead here once someone is signed in.
  { path: /^\/(?:overview|setup|login)?$/, show: () => <OverviewScreen /> },
  { path: /^\/alerts$/, show: () => <AlertsScreen /> },
  { path: /^\/alerts\/([^/]+)$/, show: (id) => <AlertScreen id={id!} key={id} /> },
  { path: /^\/incidents\/([^/]+)$/, show: (id) => <IncidentScreen id={id!} key={id} /> },
  { path: /^\/search$/, show: () => <SearchScreen /> },
  { path: /^\/accounts$/, show: () => <AccountsScreen /> },
  { path: /^\/accounts\/([^/]+)$/, show: (address) => <AccountScreen address={address!} key={address} /> },
  { path: /^\/sources$/, show: () => <SourcesScreen /> },
  { path: /^\/sources\/new$/, show: () => <ConnectScreen /> },
  { path: /^\/settings(?:\/([^/]+))?$/, show: (tab) => <SettingsScreen tab={tab ?? ''} /> },
  { path: /^\/rules$/, show: () => <RulesScreen /> },
  { path: /^\/rules\/new$/, show: () => <NewRuleScreen key={place.value.query.toString()} /> },
  { path: /^\/rules\/([^/]+)$/, show: (id) => <RuleScreen id={id!} key={id} /> },
]

function Screen(props: { path: string }) {
  for (const { path, show } of ROUTES) {
    const found = path.exec(props.path)
    if (!found) continue
    const parts = found.slice(1).map((part) => decode(part ?? ''))
    if (!parts.includes(null)) return <>{show(...(parts as string[]))}</>
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
