/** One alert: what happened, what to do now, why the rule fired. */
import { useEffect } from 'preact/hooks'
import type { AlertDetail } from '../../../../server/domain/api.ts'
import { toggleMine } from '../../actions.ts'
import { useKeys } from '../../keyboard.ts'
import { togglePause } from '../../live/state.ts'
import { Age, ClockTime } from '../../parts/age.tsx'
import { openCloseMenu, openStatusMenu } from '../../parts/alert-menus.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Marks, StillActive } from '../../parts/marks.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { statusIcon } from '../../parts/status.tsx'
import { Hostile } from '../../parts/text.tsx'
import { isOwn } from '../../own-alert.ts'
import { navigate } from '../../router.ts'
import { mayWrite, whoAmI } from '../../session.ts'
import { factsOf } from '../../text/facts.ts'
import { delaySentence } from '../../text/told.ts'
import { initials, plural, statusWord } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { listWith } from '../alerts/list.ts'
import { openAlerts } from '../overview/list.ts'
import { AboutAccount } from './account.tsx'
import { AboutRule } from './about-rule.tsx'
import { ConflictNotice } from './conflict.tsx'
import { EvidencePanel } from './evidence.tsx'
import { MoreMenu } from './more.tsx'
import { NotesPanel } from './notes.tsx'
import { PlacesPanel } from './places.tsx'
import { RespondPanel } from './respond.tsx'
import { useAlert } from './use-alert.ts'
import { VolumePanel } from './volume.tsx'
import { WhyPanel } from './why.tsx'

export function AlertScreen(props: { id: string }) {
  const { alert, state, retry, set } = useAlert(props.id)
  const around = neighbours(props.id)
  const writing = mayWrite() && alert !== null
  useEffect(() => {
    pageTitle.value = alert?.summary ?? 'Alert'
  }, [alert?.summary])
  useEffect(() => {
    if (alert && location.hash === '#respond') document.getElementById('respond')?.scrollIntoView()
  }, [alert === null])
  useKeys({
    p: togglePause,
    j: () => around.next && navigate(addressOf(around.next)),
    k: () => around.previous && navigate(addressOf(around.previous)),
    ...(writing
      ? { s: () => openStatusMenu([alert]), e: () => openCloseMenu([alert]), a: () => toggleMine(alert) }
      : {}),
  })
  if (!alert) {
    return state.state === 'failed' ? (
      <>
        <h1 class="vh">Alert</h1>
        <Failed what="The alert could not be read" why={state.why} retry={retry} />
      </>
    ) : (
      <>
        <h1 class="vh">Alert</h1>
        <Skeleton rows={8} label="Loading the alert" />
      </>
    )
  }
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="/alerts">Alerts</a>
        <Icon name="right" small />
        <span aria-current="page" class="clip">
          <Hostile text={alert.ruleName} />
        </span>
        <span class="crumbs__pager">
          {around.position ? <span class="dim wide-only">{around.position}</span> : null}
          <Neighbour id={around.previous} label="Previous alert (K)" up />
          <Neighbour id={around.next} label="Next alert (J)" />
        </span>
      </nav>
      <ConflictNotice id={alert.id} />
      <AlertHead alert={alert} writing={writing} />
      {state.state === 'failed' ? (
        <p class="stale" role="status">
          <Icon name="warn" small class="c-warn" />
          This may be old: {state.why}
        </p>
      ) : null}
      <Facts alert={alert} />
      <div class="alert-grid">
        <RespondPanel alert={alert} onAlert={set} />
        {isOwn(alert) ? (
          <div class="stack alert-main">
            <NotesPanel alert={alert} />
          </div>
        ) : (
          <>
            <div class="stack alert-main">
              <EvidencePanel alert={alert} />
              <PlacesPanel alert={alert} />
              <VolumePanel alert={alert} />
              <WhyPanel alert={alert} />
            </div>
            <div class="stack alert-side">
              <AboutAccount alert={alert} />
              <AboutRule alert={alert} />
              <NotesPanel alert={alert} />
            </div>
          </>
        )}
      </div>
    </>
  )
}

function AlertHead(props: { alert: AlertDetail; writing: boolean }) {
  const { alert } = props
  return (
    <header class="page-head alert-head">
      <div class="page-head__text">
        <h1 class="alert-title">
          <Hostile text={alert.summary} />
        </h1>
        <div class="alert-meta">
          <SeverityBadge severity={alert.severity} />
          <StillActive alert={alert} />
          <Marks alert={alert} />
          {alert.techniques.map((technique) => (
            <span class="tag tag--mono" key={technique}>
              <Hostile text={technique} />
            </span>
          ))}
          <span>
            Detected <ClockTime at={alert.raisedAt} />
            {delaySentence(alert)}
          </span>
          {alert.incidentId ? (
            <a href={`/incidents/${encodeURIComponent(alert.incidentId)}`}>Whole story</a>
          ) : null}
          {alert.withdrawReason ? (
            <span>
              Withdrawn: <Hostile text={alert.withdrawReason} />
            </span>
          ) : null}
          {alert.mergedInto ? (
            <span>
              Merged into <a href={addressOf(alert.mergedInto)}>another alert</a>
            </span>
          ) : null}
          {alert.closedAt ? (
            <span>
              Closed <Age at={alert.closedAt} /> ago
            </span>
          ) : null}
        </div>
      </div>
      <div class="page-actions">
        {props.writing ? <AlertButtons alert={alert} /> : null}
        <MoreMenu alert={alert} writing={props.writing} />
      </div>
    </header>
  )
}

function AlertButtons(props: { alert: AlertDetail }) {
  const { alert } = props
  const mine = alert.assignee === whoAmI()
  return (
    <>
      <button class="btn" type="button" aria-haspopup="dialog" onClick={() => openStatusMenu([alert])}>
        <Icon name={statusIcon(alert)} class="c-accent" />
        {statusWord(alert.status, alert.closeReason)}
        <kbd class="kbd">S</kbd>
      </button>
      <button class="btn" type="button" onClick={() => toggleMine(alert)}>
        {alert.assignee === null ? (
          <span class="avatar avatar--none" role="img" aria-label="Unassigned" />
        ) : (
          <span class="avatar" aria-hidden="true">
            {initials(alert.assignee)}
          </span>
        )}
        {mine ? 'Assigned to you' : alert.assignee === null ? 'Assign to me' : 'Take over'}
        <kbd class="kbd">A</kbd>
      </button>
      <button class="btn" type="button" aria-haspopup="dialog" onClick={() => openCloseMenu([alert])}>
        Close as…
        <kbd class="kbd">E</kbd>
      </button>
    </>
  )
}

function Facts(props: { alert: AlertDetail }) {
  return (
    <dl class="facts">
      {factsOf(props.alert).map((fact) => (
        <div class="fact" key={fact.label}>
          <dt class="fact__label">{fact.label}</dt>
          <dd class="fact__value">
            {fact.value.map(([number, unit], i) => (
              <span key={i}>
                {i > 0 ? ' ' : ''}
                {number} {unit ? <small>{unit}</small> : null}
              </span>
            ))}
          </dd>
          {fact.note ? (
            <dd class="fact__note">
              <Hostile text={fact.note} />
            </dd>
          ) : null}
        </div>
      ))}
    </dl>
  )
}

function Neighbour(props: { id: string | null; label: string; up?: boolean }) {
  if (props.id === null) return null
  return (
    <a class="icon-btn" href={addressOf(props.id)} aria-label={props.label} title={props.label}>
      <Icon name="up" small class={props.up ? '' : 'icon--flip'} />
    </a>
  )
}

/** The alerts before and after in the list that one came from, else in that of the overview. */
function neighbours(id: string): { previous: string | null; next: string | null; position: string } {
  const { shown } = (listWith(id) ?? openAlerts).feed.value
  const at = shown.findIndex((alert) => alert.id === id)
  if (at === -1) return { previous: null, next: null, position: '' }
  return {
    previous: shown[at - 1]?.id ?? null,
    next: shown[at + 1]?.id ?? null,
    position: `${at + 1} of ${plural(shown.length, 'alert')}`,
  }
}

function addressOf(id: string): string {
  return `/alerts/${encodeURIComponent(id)}`
}
