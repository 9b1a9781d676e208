import { useEffect, useState } from 'preact/hooks'
import type { AlertDetail, EvidenceView } from '../../../../server/domain/api.ts'
import { Copy } from '../../parts/copy.tsx'
import { askEvent, eventState, knownFields } from '../../parts/events.ts'
import { Icon } from '../../parts/icon.tsx'
import { JsonCode } from '../../parts/json-code.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, exactTime, longDate, longSpan, sameDay } from '../../text/age.ts'
import { describeEvidence, type EvidenceRun, foldEvidence, lateBy } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { formatCount, plural } from '../../text/words.ts'

// Titles come from the whole event; so many are fetched at once, the rest when they are opened.
const FETCH_AHEAD = 12

export function EvidencePanel(props: { alert: AlertDetail }) {
  const { alert } = props
  const runs = foldEvidence(alert.evidence)
  const ahead = runs.slice(0, FETCH_AHEAD).map((run) => run.first.eventId)
  useEffect(() => {
    for (const id of ahead) void askEvent(id)
  }, [ahead.join('\n')])
  const left = alert.count - alert.evidence.length
  const first = alert.evidence[0]
  return (
    <Panel
      title="What happened"
      note={
        <>
          {first ? `${longDate(first.time)}. ` : ''}
          <mark>Highlighted</mark> fields are what the rule matched.
        </>
      }
    >
      <ol class="evidence">
        {runs.map((run, i) => (
          <Run
            key={run.first.eventId + run.first.step}
            alert={alert}
            run={run}
            before={runs[i - 1] ?? null}
          />
        ))}
        {left > 0 && runs.length > 0 ? (
          <li class="ev-gap">{plural(left, 'more event')} between the first and the last hundred</li>
        ) : null}
      </ol>
    </Panel>
  )
}

function Run(props: { alert: AlertDetail; run: EvidenceRun; before: EvidenceRun | null }) {
  const { alert, run, before } = props
  const { first, last, events } = run
  const said = describeEvidence(first, knownFields(first.eventId))
  const many = events.length > 1
  return (
    <>
      {before ? <Gap alert={alert} from={before.last} to={first} /> : null}
      <li class="ev ev--hit">
        <time class="ev__time" dateTime={first.time} title={exactTime(first.time)}>
          {clockTime(first.time)}
          {many ? (
            <>
              <br /> to {clockTime(last.time)}
            </>
          ) : null}
        </time>
        <span class="ev__icon">
          <Icon name={said.icon} />
        </span>
        <div class="ev__body">
          <p class="ev__title">
            {many ? `${formatCount(events.length)} × ` : ''}
            <Hostile text={said.title} />{' '}
            {alert.kind === 'sequence' ? <span class="tag tag--crit">Step {first.step + 1}</span> : null}
            <Late evidence={first} />
          </p>
          <Matched evidence={first} />
          <RawEvent evidence={first} />
          {many ? <Rest events={events.slice(1)} /> : null}
        </div>
      </li>
    </>
  )
}

function Gap(props: { alert: AlertDetail; from: EvidenceView; to: EvidenceView }) {
  const gap = Date.parse(props.to.time) - Date.parse(props.from.time)
  const km = props.alert.facts['km']
  const travelled =
    typeof km === 'number' &&
    props.alert.facts['fromEvent'] === props.from.eventId &&
    props.alert.facts['toEvent'] === props.to.eventId
  return (
    <li class="ev-gap">
      {gap === 0 ? 'in the same second' : `${longSpan(gap)} later`}
      {travelled ? `, ${formatCount(km)} km away` : ''}
      {sameDay(props.from.time, props.to.time) ? '' : `, ${longDate(props.to.time)}`}
    </li>
  )
}

function Late(props: { evidence: EvidenceView }) {
  const late = lateBy(props.evidence)
  if (late === null) return null
  return (
    <span class="tag tag--warn" title={`Received ${exactTime(props.evidence.receivedAt)}`}>
      Arrived {longSpan(late)} late
    </span>
  )
}

function Matched(props: { evidence: EvidenceView }) {
  if (props.evidence.matched.length === 0) return null
  return (
    <p class="ev__fields">
      {props.evidence.matched.map((one, i) => (
        <mark class="hit" key={i}>
          <span class="hit__k">
            <Hostile text={one.field} />
          </span>{' '}
          <Hostile text={plainValue(one.value)} />
        </mark>
      ))}
    </p>
  )
}

function Rest(props: { events: EvidenceView[] }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="disclose" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" small />
        {plural(props.events.length, 'more event')}
      </summary>
      {open ? (
        <ol class="rest">
          {props.events.map((evidence) => (
            <li key={evidence.eventId}>
              <time dateTime={evidence.time} title={exactTime(evidence.time)}>
                {clockTime(evidence.time)}
              </time>
              <div>
                <Late evidence={evidence} />
                <RawEvent evidence={evidence} />
              </div>
            </li>
          ))}
        </ol>
      ) : null}
    </details>
  )
}

function RawEvent(props: { evidence: EvidenceView }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="disclose" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" small />
        Raw event
      </summary>
      {open ? <EventJson evidence={props.evidence} /> : null}
    </details>
  )
}

function EventJson(props: { evidence: EvidenceView }) {
  const id = props.evidence.eventId
  const known = eventState(id).value
  useEffect(() => void askEvent(id), [id])
  if (known.state === 'unasked' || known.state === 'loading') return <p class="dim">Fetching the event…</p>
  if (known.state === 'failed') {
    return (
      <p class="field__error" role="alert">
        <Icon name="warn" small />
        {known.why}
        <button class="btn btn--sm" type="button" onClick={() => void askEvent(id)}>
          Try again
        </button>
      </p>
    )
  }
  const { event } = known
  const hits = new Set(props.evidence.matched.map((one) => one.field))
  return (
    <div class="code ev__json">
      <div class="code__head">
        <span class="clip">
          <Hostile text={`${event.dataset}, from ${event.source}`} />
        </span>
        <Copy label="Copy JSON" text={JSON.stringify(event.fields, null, 2)} />
        <Copy label="Copy as sent" text={event.raw} />
      </div>
      <JsonCode document={event.fields} hits={hits} label="Event as JSON" />
    </div>
  )
}
