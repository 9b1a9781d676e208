/** One account in trouble: what happened to it in order, how bad it is, and one change for all of its alerts. */
import { useEffect } from 'preact/hooks'
import type { AlertView, IncidentView } from '../../../../server/domain/api.ts'
import { useKeys } from '../../keyboard.ts'
import { togglePause } from '../../live/state.ts'
import { Icon } from '../../parts/icon.tsx'
import { SeverityBadge, severityClass } from '../../parts/severity.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { mayWrite } from '../../session.ts'
import { exactTime, longSpan, shortDate, shortTime } from '../../text/age.ts'
import { formatCount, statusWord } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { BlastRadiusPanel } from './blast-radius.tsx'
import { ChangeIncident } from './change.tsx'
import { ItsAlerts } from './its-alerts.tsx'
import { StoryPanel } from './story.tsx'
import { useIncident } from './use-incident.ts'

export function IncidentScreen(props: { id: string }) {
  const { incident, alerts, state, retry, receive } = useIncident(props.id)
  useEffect(() => {
    pageTitle.value = incident?.summary ?? 'Incident'
  }, [incident?.summary])
  useKeys({ p: togglePause })
  if (!incident) {
    return (
      <>
        <h1 class="vh">Incident</h1>
        {state.state === 'failed' ? (
          <Failed what="The incident could not be read" why={state.why} retry={retry} />
        ) : (
          <Skeleton rows={8} label="Loading the incident" />
        )}
      </>
    )
  }
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="/alerts">Alerts</a>
        <Icon name="right" small />
        {incident.user === null ? null : (
          <>
            <a href={`/accounts/${encodeURIComponent(incident.user)}`} class="clip">
              <Hostile text={incident.user} />
            </a>
            <Icon name="right" small />
          </>
        )}
        <span aria-current="page">Incident</span>
      </nav>
      <IncidentHead incident={incident} alerts={alerts} receive={receive} />
      {state.state === 'failed' ? (
        <p class="stale" role="status">
          <Icon name="warn" small class="c-warn" />
          This may be old: {state.why}
        </p>
      ) : null}
      <Facts incident={incident} alerts={alerts ?? []} />
      <div class="split">
        <div class="stack">
          <StoryPanel incident={incident} alerts={alerts} />
          {incident.blastRadius ? <BlastRadiusPanel blast={incident.blastRadius} /> : null}
        </div>
        <div class="stack">
          <ItsAlerts incident={incident.id} alerts={alerts} />
        </div>
      </div>
    </>
  )
}

type Shown = { incident: IncidentView; alerts: readonly AlertView[] | null }

function IncidentHead(props: Shown & { receive: (changed: IncidentView) => void }) {
  const { incident, alerts } = props
  return (
    <header class="page-head alert-head">
      <div class="page-head__text">
        <h1 class="alert-title">
          <Hostile text={incident.summary} />
        </h1>
        <div class="alert-meta">
          <SeverityBadge severity={incident.severity} />
          {incident.drill ? <span class="tag tag--accent">Drill</span> : null}
          {techniquesOf(alerts ?? []).map((technique) => (
            <span class="tag tag--mono" key={technique}>
              <Hostile text={technique} />
            </span>
          ))}
          {mayWrite() ? null : <span>{statusWord(incident.status, null)}</span>}
          {incident.mergedInto ? (
            <span>
              Merged into{' '}
              <a href={`/incidents/${encodeURIComponent(incident.mergedInto)}`}>another incident</a>
            </span>
          ) : null}
        </div>
      </div>
      {mayWrite() && alerts ? (
        <ChangeIncident incident={incident} alerts={alerts} receive={props.receive} />
      ) : null}
    </header>
  )
}

function Facts(props: { incident: IncidentView; alerts: readonly AlertView[] }) {
  const { incident, alerts } = props
  const open = alerts.filter((alert) => alert.status === 'open' || alert.status === 'acknowledged').length
  return (
    <dl class="facts">
      <div class="fact">
        <dt class="fact__label">Risk score</dt>
        <dd class="fact__value">
          {Math.round(incident.riskScore)} <small>of 100</small>
        </dd>
        <dd class="fact__note">
          <span class="meter" aria-hidden="true">
            <svg>
              <rect
                class={`bar bar--${severityClass(incident.severity)}`}
                width={`${incident.riskScore}%`}
                height="100%"
              />
            </svg>
          </span>
        </dd>
      </div>
      <div class="fact">
        <dt class="fact__label">Alerts</dt>
        <dd class="fact__value">{formatCount(incident.alertIds.length)}</dd>
        <dd class="fact__note">{formatCount(open)} open</dd>
      </div>
      <div class="fact">
        <dt class="fact__label">From the first to the last event</dt>
        <dd class="fact__value">
          {longSpan(Date.parse(incident.lastSeen) - Date.parse(incident.firstSeen))}
        </dd>
        <dd class="fact__note">
          <Moment at={incident.firstSeen} /> to <Moment at={incident.lastSeen} />
        </dd>
      </div>
      <div class="fact">
        <dt class="fact__label">Told</dt>
        <dd class="fact__value">{shortTime(incident.raisedAt)}</dd>
        <dd class="fact__note">{shortDate(incident.raisedAt)}</dd>
      </div>
    </dl>
  )
}

function Moment(props: { at: string }) {
  return (
    <time dateTime={props.at} title={exactTime(props.at)}>
      {shortDate(props.at)} {shortTime(props.at)}
    </time>
  )
}

function techniquesOf(alerts: readonly AlertView[]): string[] {
  return [...new Set(alerts.flatMap((alert) => alert.techniques))].toSorted()
}
