import { Fragment } from 'preact'
import type { Json } from '../../../../server/domain/json.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { shortDate, shortTime } from '../../text/age.ts'
import { blastRows } from '../../text/blast-radius.ts'
import { formatCount } from '../../text/words.ts'

/** What the account did and reached between the first and the last event of the incident. */
export function BlastRadiusPanel(props: { blast: { [name: string]: Json } }) {
  const { since, until, complete } = props.blast
  const rows = blastRows(props.blast)
  return (
    <Panel
      title="What was reached"
      note={
        typeof since === 'string' && typeof until === 'string'
          ? `${shortDate(since)} ${shortTime(since)} to ${shortDate(until)} ${shortTime(until)}`
          : null
      }
    >
      {rows.length === 0 ? (
        <Empty icon="check" title="Nothing but what the alerts tell" />
      ) : (
        <dl class="kv panel__body">
          {rows.map((row) => (
            <Fragment key={row.label}>
              <dt>{row.label}</dt>
              <dd>
                {row.counts.length > 0 ? <div>{row.counts.join(', ')}</div> : null}
                {row.items.map((item, i) => (
                  <div key={i}>
                    <Hostile text={item} />
                  </div>
                ))}
                {row.more > 0 ? <div class="dim">and {formatCount(row.more)} more</div> : null}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {complete === false ? (
        <p class="panel__foot">
          <Icon name="warn" small class="c-warn" />
          Not all events could be looked at: there may be more.
        </p>
      ) : null}
    </Panel>
  )
}
