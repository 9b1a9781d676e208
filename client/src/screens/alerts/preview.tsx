/** What an alert says, beside the list: enough to decide whether to open it. */
import type { AlertView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Marks } from '../../parts/marks.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { StatusBadge } from '../../parts/status.tsx'
import { Hostile } from '../../parts/text.tsx'
import { exactTime, shortDate, shortTime } from '../../text/age.ts'
import { describeEvidence, foldEvidence } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { formatCount, plural } from '../../text/words.ts'

const EVENTS = 6
const FIELDS = 4
const LONGEST_VALUE = 200

export function Preview(props: { alert: AlertView; onClose: () => void }) {
  const { alert } = props
  const runs = foldEvidence(alert.evidence)
  return (
    <aside class="panel preview" aria-label="Preview">
      <div class="panel__head">
        <SeverityBadge severity={alert.severity} />
        <StatusBadge alert={alert} />
        <div class="panel__aside">
          <button class="icon-btn" type="button" aria-label="Close the preview" onClick={props.onClose}>
            <Icon name="x" small />
          </button>
        </div>
      </div>
      <div class="panel__body">
        <p class="preview__title">
          <Hostile text={alert.summary} /> <Marks alert={alert} />
        </p>
        <dl class="kv">
          <dt>Account</dt>
          <dd class="mono">
            <Hostile text={alert.user ?? alert.entity.value} />
          </dd>
          <dt>Rule</dt>
          <dd>
            <Hostile text={alert.ruleName} />
          </dd>
          <dt>Raised</dt>
          <dd>
            <Age at={alert.raisedAt} /> ago
          </dd>
          <dt>Evidence</dt>
          <dd>{plural(alert.count, 'event')}</dd>
          {alert.assignee === null ? null : (
            <>
              <dt>Assigned to</dt>
              <dd>
                <Hostile text={alert.assignee} />
              </dd>
            </>
          )}
        </dl>
        <ol class="preview__events">
          {runs.slice(0, EVENTS).map((run) => (
            <li key={run.first.eventId + run.first.step}>
              <time dateTime={run.first.time} title={exactTime(run.first.time)}>
                {shortDate(run.first.time)} {shortTime(run.first.time)}
              </time>{' '}
              {run.events.length > 1 ? `${formatCount(run.events.length)} × ` : ''}
              <Hostile text={describeEvidence(run.first, null).title} />
              <span class="ev__fields">
                {run.first.matched.slice(0, FIELDS).map((one, i) => (
                  <mark class="hit" key={i}>
                    <span class="hit__k">
                      <Hostile text={one.field} />
                    </span>{' '}
                    <Hostile text={plainValue(one.value).slice(0, LONGEST_VALUE)} />
                  </mark>
                ))}
              </span>
            </li>
          ))}
        </ol>
        <a class="btn" href={`/alerts/${encodeURIComponent(alert.id)}`}>
          Open <kbd class="kbd">Enter</kbd>
        </a>
      </div>
    </aside>
  )
}
