/** What is kept and for how long, what went, and the backups. */
import { getBackups, getRetention, type RetentionView } from '../../api/keeping.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { session } from '../../session.ts'
import { shortDate } from '../../text/age.ts'
import { bytesWord } from '../../text/bytes.ts'
import { plural } from '../../text/words.ts'
import { BackupsPanel } from './backups.tsx'

export function DataTab() {
  const kept = useRead('retention', getRetention)
  const state = session.value
  const isAdmin = state.kind === 'in' && state.session.scopes.includes('admin')
  const backups = useRead(`backups ${isAdmin}`, (signal) =>
    isAdmin ? getBackups(signal) : Promise.resolve(null),
  )
  const copies = backups.data?.backups.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
  return (
    <>
      <Panel title="Retention and storage" note={kept.data ? used(kept.data) : null}>
        {kept.data ? (
          <Kept of={kept.data} copies={copies} />
        ) : kept.why ? (
          <Failed what="It could not be read" why={kept.why} retry={kept.again} />
        ) : (
          <Skeleton rows={4} label="Loading what is kept" />
        )}
      </Panel>
      {isAdmin ? <BackupsPanel read={backups} onMade={kept.again} /> : null}
    </>
  )
}

function used({ bytes, maxDisk }: RetentionView): string {
  return `${bytesWord(bytes)}${maxDisk === null ? '' : ` of ${bytesWord(maxDisk)}`} used`
}

function Kept(props: { of: RetentionView; copies: number }) {
  const { of: kept, copies } = props
  const { maxDisk, bytes, removed } = kept
  const share = (part: number) => Math.min(100, (part / (maxDisk ?? bytes)) * 100)
  const logs = share(bytes - copies)
  return (
    <>
      <div class="panel__body stack">
        {maxDisk === null ? null : (
          <span class="meter" role="img" aria-label={`${Math.round(share(bytes))} % of the room is used`}>
            <svg>
              <rect class="bar" width={`${logs}%`} height="100%" />
              <rect class="bar bar--alt" x={`${logs}%`} width={`${share(copies)}%`} height="100%" />
            </svg>
          </span>
        )}
        <dl class="kv">
          <dt>Logs</dt>
          <dd>
            {bytesWord(bytes - copies)}
            {copies > 0 ? `, and ${bytesWord(copies)} of backups` : ''}
          </dd>
          <dt>Events are kept for</dt>
          <dd>{kept.retention === null ? 'ever' : `${spanWords(kept.retention)} from their receipt`}</dd>
          <dt>Incidents and alerts</dt>
          <dd>
            {kept.incidents === null ? 'for ever' : `for ${spanWords(kept.incidents)}`}, with the evidence
            that they copied
          </dd>
          <dt>Oldest event</dt>
          <dd>
            {kept.oldestEvent === null ? (
              'none yet'
            ) : (
              <>
                received <time dateTime={kept.oldestEvent}>{shortDate(kept.oldestEvent)}</time>
                {kept.next ? `; it goes on ${shortDate(kept.next.at)}` : ''}
              </>
            )}
          </dd>
          <dt>When the room is used up</dt>
          <dd>
            old backups go first, then the oldest events, never those of the last day.{' '}
            <span class="dim">VEDETTE_RETENTION and VEDETTE_MAX_DISK set the limits.</span>
          </dd>
        </dl>
        {kept.short ? (
          <p class="field__error">
            <Icon name="warn" small />
            One day of logs does not fit into the room. They stay, but nothing older can be kept: raise
            VEDETTE_MAX_DISK or free some of the disk.
          </p>
        ) : null}
      </div>
      {removed.length === 0 ? (
        <p class="panel__foot quiet">Nothing was removed in the last 30 days.</p>
      ) : (
        <ul class="rows" aria-label="What was removed in the last 30 days">
          {removed.map((one) => (
            <li class="row" key={one.at + one.reason}>
              <p class="row__text">
                <b>{shortDate(one.at)}</b>: {parts(one)}
                <span class="cell-sub">
                  {one.reason === 'age' ? 'They were old.' : 'The room was used up.'}
                  {one.from && one.to ? ` Events of ${shortDate(one.from)} to ${shortDate(one.to)}.` : ''}
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function parts({ events, incidents, rejected }: RetentionView['removed'][number]): string {
  const told = [
    events > 0 ? plural(events, 'event') : '',
    incidents > 0 ? plural(incidents, 'incident') : '',
    rejected > 0 ? plural(rejected, 'rejected record') : '',
  ]
  return told.filter((text) => text !== '').join(', ')
}

/** `90d` as `90 days`. */
function spanWords(span: string): string {
  const days = Number(/^(\d+)d$/.exec(span)?.[1])
  if (!days) return span
  return days % 365 === 0 ? plural(days / 365, 'year') : plural(days, 'day')
}
