/** What needs me now, and is the silence real? */
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Age } from '../../parts/age.tsx'
import { lazyScreen } from '../../parts/lazy-screen.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useKeys } from '../../keyboard.ts'
import {
  askOverview,
  lastEventAt,
  overview,
  overviewLoading,
  paused,
  stats,
  togglePause,
} from '../../live/state.ts'
import { headline, remainder } from '../../text/sentence.ts'
import { plural } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { DaysPanel } from './days.tsx'
import { openAlerts } from './list.ts'
import { accountsInCritical, NeedsYou } from './needs-you.tsx'
import { RatePanel } from './rate.tsx'
import { RiskPanel } from './risk.tsx'
import { SourcesPanel } from './sources.tsx'

const ConnectScreen = lazyScreen(() => import('../connect/connect.tsx').then((code) => code.ConnectScreen))

export function OverviewScreen() {
  // Whoever is connecting the first source stays there and sees what came of it.
  const [connecting, setConnecting] = useState(false)
  useEffect(() => {
    pageTitle.value = 'Overview'
  }, [])
  useKeys({ p: togglePause })
  const data = overview.value
  const loading = overviewLoading.value
  // Both at once: what comes later would move what is being read.
  const isListed = openAlerts.feed.value.shown.length > 0 || openAlerts.loading.value.state !== 'loading'
  useEffect(() => void openAlerts.refresh(), [])
  if (!data || !isListed) {
    return loading.state === 'failed' ? (
      <Failed what="The overview could not be read" why={loading.why} retry={() => void askOverview()} />
    ) : (
      <>
        <h1 class="vh">Overview</h1>
        <Skeleton rows={8} label="Loading the overview" />
      </>
    )
  }
  // Drills are no source: while they are all there is, nothing is watched.
  const isEmpty = data.sources.length === 0 && !stats.value?.sources
  if (isEmpty && !connecting) setConnecting(true)
  if (isEmpty || connecting)
    return <ConnectScreen first onDone={isEmpty ? null : () => setConnecting(false)} />
  return (
    <>
      <OverviewHead />
      {loading.state === 'failed' ? (
        <p class="stale" role="status">
          <Icon name="warn" small class="c-warn" />
          Numbers are from <Age at={data.now} suffix=" ago" />: {loading.why}
        </p>
      ) : null}
      <div class="split split--overview">
        <div class="stack">
          <NeedsYou />
          <DaysPanel days={data.alertsPerDay} />
        </div>
        <div class="stack">
          <RatePanel />
          <SourcesPanel sources={data.sources} />
          <RiskPanel riskiest={data.riskiest} />
        </div>
      </div>
    </>
  )
}

function OverviewHead() {
  const { open, sources } = overview.value!
  const accounts = accountsInCritical()
  const critical = Math.max(open.critical, accounts)
  const at = lastEventAt.value
  return (
    <header class="page-head">
      <div class="page-head__text">
        <h1 class="page-title">
          {critical > 0 ? <SeverityGlyph severity="critical" class="sev-glyph--lg" silent /> : null}
          {headline({ ...open, critical }, accounts)}
        </h1>
        <p class="page-sub">
          {remainder(open)} Watching {plural(sources.length, 'source')}
          {at ? (
            <>
              ; last event <Age at={at} /> ago
            </>
          ) : null}
          .
        </p>
      </div>
      <div class="page-actions">
        <button class="btn" type="button" aria-pressed={paused.value} onClick={togglePause}>
          <Icon name={paused.value ? 'play' : 'pause'} />
          {paused.value ? 'Resume live' : 'Pause live'} <kbd class="kbd">P</kbd>
        </button>
      </div>
    </header>
  )
}
