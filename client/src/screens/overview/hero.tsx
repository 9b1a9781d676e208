/** The open critical alert, or incident: the one coloured block of the page. */
import { useEffect } from 'preact/hooks'
import type { AlertView, Overview } from '../../../../server/domain/api.ts'
import { toggleMine } from '../../actions.ts'
import { Age } from '../../parts/age.tsx'
import { askEvent, knownFields } from '../../parts/events.ts'
import { Marks, StillActive } from '../../parts/marks.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { mayWrite, whoAmI } from '../../session.ts'
import { exactTime, longSpan, shortTime } from '../../text/age.ts'
import { describeEvidence, type EvidenceRun, foldEvidence } from '../../text/evidence.ts'
import { formatCount } from '../../text/words.ts'

const LINKS = 4

export function Hero(props: { alert: AlertView; tabIndex: 0 | -1 }) {
  const { alert } = props
  const href = `/alerts/${encodeURIComponent(alert.id)}`
  return (
    <article class="hero" aria-labelledby="hero-title">
      <div class="hero__top">
        <SeverityBadge severity={alert.severity} />
        <StillActive alert={alert} />
        <Marks alert={alert} />
        <span class="hero__age">
          <Age at={alert.raisedAt} /> ·{' '}
          {alert.assignee === null ? 'unassigned' : <Hostile text={alert.assignee} />}
        </span>
      </div>
      <h3 class="hero__sentence" id="hero-title">
        <a href={href} data-row={alert.id} tabIndex={props.tabIndex}>
          <Hostile text={alert.summary} />
        </a>
      </h3>
      <Chain alert={alert} />
      <div class="hero__actions">
        <a class="btn btn--primary" href={`${href}#respond`}>
          What to do now
        </a>
        <a class="btn" href={href}>
          Open alert <kbd class="kbd">Enter</kbd>
        </a>
        {alert.incidentId ? (
          <a class="btn btn--ghost" href={`/incidents/${encodeURIComponent(alert.incidentId)}`}>
            Whole story
          </a>
        ) : null}
        {mayWrite() ? (
          <button class="btn btn--ghost" type="button" onClick={() => toggleMine(alert)}>
            {alert.assignee === whoAmI() ? 'Assigned to you' : 'Assign to me'} <kbd class="kbd">A</kbd>
          </button>
        ) : null}
      </div>
    </article>
  )
}

/** Alerts that are each less than critical, and together are an account that looks taken over. */
export function IncidentHero(props: { incident: Overview['riskiest'][number] }) {
  const { incidentId, severity, riskScore, summary } = props.incident
  const href = `/incidents/${encodeURIComponent(incidentId)}`
  return (
    <article class="hero" aria-labelledby="hero-title">
      <div class="hero__top">
        <SeverityBadge severity={severity} />
        <span class="hero__age">Risk {Math.round(riskScore)}</span>
      </div>
      <h3 class="hero__sentence" id="hero-title">
        <a href={href}>
          <Hostile text={summary} />
        </a>
      </h3>
      <div class="hero__actions">
        <a class="btn btn--primary" href={href}>
          Whole story
        </a>
      </div>
    </article>
  )
}

function Chain(props: { alert: AlertView }) {
  const runs = links(foldEvidence(props.alert.evidence))
  useEffect(() => {
    for (const run of runs) void askEvent(run.first.eventId)
  }, [props.alert.id, runs.length])
  if (runs.length === 0) return null
  const gapKm = props.alert.kind === 'travel' ? props.alert.facts['km'] : undefined
  return (
    <ol class="chain" aria-label="How it unfolded">
      {runs.map((run, i) => {
        const before = runs[i - 1]
        const said = describeEvidence(run.first, knownFields(run.first.eventId))
        const gap = before ? Date.parse(run.first.time) - Date.parse(before.last.time) : null
        return (
          <li
            class={`chain__step chain__step--bad${i === runs.length - 1 ? ' chain__step--live' : ''}`}
            key={run.first.eventId}
          >
            {gap === null ? null : (
              <span class="chain__gap">
                {longSpan(gap)}
                {typeof gapKm === 'number' ? `, ${formatCount(Math.round(gapKm))} km` : ''}
              </span>
            )}
            <time class="chain__time" dateTime={run.first.time} title={exactTime(run.first.time)}>
              {shortTime(run.first.time)}
              {run.events.length > 1 ? ` to ${shortTime(run.last.time)}` : ''}
            </time>
            <b>
              <Hostile
                text={
                  run.events.length > 1 ? `${formatCount(run.events.length)} × ${said.short}` : said.short
                }
              />
            </b>
            <span>
              <Hostile text={said.detail} />
            </span>
          </li>
        )
      })}
    </ol>
  )
}

// The chain has room for four: where there are more, the first and the last three.
function links(runs: EvidenceRun[]): EvidenceRun[] {
  return runs.length <= LINKS ? runs : [runs[0]!, ...runs.slice(1 - LINKS)]
}
