/** What the rule as it is written would have raised, beside what was raised and how people closed it. */
import type { ComparedAlert } from '../../../../server/domain/api.ts'
import { now } from '../../clock.ts'
import { DayBars } from '../../parts/day-bars.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { StatusBadge } from '../../parts/status.tsx'
import { Hostile } from '../../parts/text.tsx'
import { exactTime, shortDate, shortSpan, shortTime } from '../../text/age.ts'
import { pace, perDay, type TrialRow, trialRows, verdict } from '../../text/trial.ts'
import { formatCount, plural } from '../../text/words.ts'
import { type Trial, TRIAL_DAYS } from './use-trial.ts'

const SHOWN = 50

type Props = {
  trial: Trial
  /** Why it cannot be run now; null: it can. */
  hindrance: string | null
}

export function BackTestPanel(props: Props) {
  const { trial, hindrance } = props
  const { found } = trial
  return (
    <Panel
      title={`Back-test, last ${TRIAL_DAYS} days`}
      class={`backtest${trial.running ? ' is-refreshing' : ''}`}
      note={
        found
          ? `${plural(found.events, 'event')} in ${shortDuration(found.tookMs)}, ${shortSpan(now.value - trial.at)} ago`
          : 'changes nothing'
      }
      aside={
        <button
          class="btn btn--sm"
          type="button"
          disabled={trial.running || hindrance !== null}
          onClick={() => void trial.run()}
        >
          <Icon name="play" small />
          {trial.running ? 'Running…' : found ? 'Run again' : 'Run'}
        </button>
      }
    >
      {trial.stale || trial.why || (hindrance && !found) ? (
        <div class="callout callout--warn" role="status">
          <Icon name="warn" small />
          <div class="callout__body">
            {trial.why ? (
              <>
                It could not be run: <Hostile text={trial.why} />
              </>
            ) : trial.stale ? (
              `Stale: these results are for an earlier text. ${hindrance ?? 'Run it again.'}`
            ) : (
              hindrance
            )}
          </div>
        </div>
      ) : null}
      {found ? (
        <Found trial={trial} />
      ) : trial.why || hindrance ? null : (
        <p class="panel__body soft">
          Runs the rule as it is written over the stored logs, and compares what it would have raised with the
          alerts there are.
        </p>
      )}
    </Panel>
  )
}

function Found(props: { trial: Trial }) {
  const found = props.trial.found!
  const real = found.alerts.filter((alert) => !alert.drill)
  const rows = trialRows(found)
  const accounts = new Set(found.alerts.map((alert) => alert.user ?? alert.entity.value)).size
  const said = verdict(found)
  return (
    <>
      <div class="backtest__sum">
        <Sum value={formatCount(found.alerts.length)} word={found.alerts.length === 1 ? 'alert' : 'alerts'} />
        <Sum value={formatCount(accounts)} word="accounts or addresses" />
        <Sum value={pace(real.length, TRIAL_DAYS)} word="expected alerts" />
        <Sum value={formatCount(found.new.length)} word="new" />
        <Sum value={formatCount(found.lost.length)} word="lost" />
        <Sum value={formatCount(found.kept.length)} word="kept" />
      </div>
      {said ? <p class="panel__body">{said}</p> : null}
      {found.alerts.length > 0 ? (
        <div class="panel__body">
          <DayBars
            counts={perDay(found, TRIAL_DAYS, props.trial.at)}
            class="spark--tall"
            label={`${plural(found.alerts.length, 'alert')} in ${TRIAL_DAYS} days, by day; today last`}
          />
        </div>
      ) : null}
      {rows.length > 0 ? (
        <div class="table__wrap" tabIndex={0} role="group" aria-label="Alerts of the back-test">
          <table class="table">
            <caption class="vh">Alerts of the back-test, those that change first</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What matched</th>
                <th scope="col">Against now</th>
                <th scope="col">You decided</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((row, i) => (
                <Row row={row} key={i} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {rows.length > SHOWN ? (
        <p class="panel__foot">
          {formatCount(SHOWN)} of {formatCount(rows.length)} are shown.
        </p>
      ) : null}
    </>
  )
}

function Sum(props: { value: string; word: string }) {
  return (
    <div>
      <b>{props.value}</b>
      {props.word}
    </div>
  )
}

const CHANGE_WORDS: Record<TrialRow['change'], string> = { new: 'New', lost: 'Lost', kept: 'Kept' }

function Row(props: { row: TrialRow }) {
  const { alert, change } = props.row
  return (
    <tr>
      <td>
        <time dateTime={alert.lastSeen} title={exactTime(alert.lastSeen)}>
          {shortDate(alert.lastSeen)} {shortTime(alert.lastSeen)}
        </time>
      </td>
      <td>
        <Told alert={alert} />
        {alert.drill ? <span class="tag">Drill</span> : null}
      </td>
      <td>
        <span class={`tag${change === 'new' ? ' tag--accent' : change === 'lost' ? ' tag--warn' : ''}`}>
          {CHANGE_WORDS[change]}
        </span>
      </td>
      <td>
        {alert.status === null ? (
          <span class="dim">not raised yet</span>
        ) : (
          <StatusBadge alert={{ status: alert.status, closeReason: alert.closeReason }} />
        )}
      </td>
    </tr>
  )
}

function Told(props: { alert: ComparedAlert }) {
  const { id, summary } = props.alert
  if (id === null) return <Hostile text={summary} />
  return (
    <a class="row-link" href={`/alerts/${encodeURIComponent(id)}`}>
      <Hostile text={summary} />
    </a>
  )
}

function shortDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`
}
