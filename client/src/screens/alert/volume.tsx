/** How much it did in each hour beside what is usual for it: for alerts that count. */
import type { AlertDetail } from '../../../../server/domain/api.ts'
import { getRule } from '../../api/rules.ts'
import { postHistogram } from '../../api/search.ts'
import { CountsTable } from '../../parts/counts-table.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { shortDate } from '../../text/age.ts'
import { scaleTop } from '../../text/charts.ts'
import { withClause } from '../../text/query-clause.ts'
import { formatCount } from '../../text/words.ts'

const HOUR = 3_600_000
// As many stretches as the server gives: one an hour.
const HOURS = 96

type Bar = { from: string; count: number; during: boolean }

export function VolumePanel({ alert }: { alert: AlertDetail }) {
  if (alert.kind !== 'threshold' || alert.user === null) return null
  return <Volume alert={alert} user={alert.user} />
}

function Volume({ alert, user }: { alert: AlertDetail; user: string }) {
  const end = Math.ceil((Date.parse(alert.lastSeen) + 1) / HOUR) * HOUR
  const read = useRead(`${alert.id} ${end}`, async (signal): Promise<Bar[]> => {
    const rule = await getRule(alert.ruleId, signal)
    const wish = { field: 'user.email', value: user, exclude: false }
    const language = rule.language === 'kql' ? 'kql' : 'eql'
    const query = rule.language === 'sigma' ? null : withClause(language, rule.query, wish)
    if (query === null) return []
    const range = { from: new Date(end - HOURS * HOUR).toISOString(), to: new Date(end - 1).toISOString() }
    const { buckets } = await postHistogram({ language, query, ...range }, signal)
    return buckets.map(({ from, to, count }) => ({
      from,
      count,
      during: to > alert.firstSeen && from <= alert.lastSeen,
    }))
  })
  const bars = read.data ?? []
  if (read.data && bars.length === 0) return null
  const threshold = typeof alert.facts['threshold'] === 'number' ? alert.facts['threshold'] : null
  const usual = Math.max(0, ...bars.filter(({ during }) => !during).map(({ count }) => count))
  const peak = Math.max(0, ...bars.filter(({ during }) => during).map(({ count }) => count))
  const top = scaleTop(Math.max(peak, usual, threshold ?? 0))
  const slot = 100 / Math.max(1, bars.length)
  const finding = `${formatCount(peak)} in the busiest stretch of this alert; before it, at most ${formatCount(usual)} in four days.`
  return (
    <Panel title="How much" note="counted as the rule counts, over four days">
      <div class="panel__body">
        {!read.data ? (
          read.why ? (
            <Failed what="It could not be counted" why={read.why} retry={read.again} />
          ) : (
            <Skeleton rows={3} label="Counting" />
          )
        ) : (
          <>
            <div class="chart">
              <svg class="chart__y" aria-hidden="true">
                {[0, top / 2, top].map((value) => (
                  <text key={value} x="24" y={`${100 - (value / top) * 100}%`} dy="4" class="t-end">
                    {value}
                  </text>
                ))}
              </svg>
              <svg class="chart__plot" role="img" aria-label={finding}>
                <line class="base-line" x1="0" x2="100%" y1="100%" y2="100%" />
                {threshold === null ? null : (
                  <>
                    <line
                      class="threshold"
                      x1="0"
                      x2="100%"
                      y1={`${100 - (threshold / top) * 100}%`}
                      y2={`${100 - (threshold / top) * 100}%`}
                    />
                    <text x="2" y={`${100 - (threshold / top) * 100}%`} dy="-4">
                      the rule’s limit, {formatCount(threshold)}
                    </text>
                  </>
                )}
                {bars.map(({ from, count, during }, i) =>
                  count === 0 ? null : (
                    <rect
                      key={from}
                      class={during ? 'bar bar--crit' : 'bar'}
                      x={`${i * slot + slot * 0.12}%`}
                      width={`${slot * 0.76}%`}
                      y={`${100 - Math.max(1.5, (count / top) * 100)}%`}
                      height={`${Math.max(1.5, (count / top) * 100)}%`}
                    />
                  ),
                )}
              </svg>
              <svg class="chart__x" aria-hidden="true">
                {bars.map(({ from }, i) =>
                  i % 24 === 12 ? (
                    <text key={from} x={`${(i + 0.5) * slot}%`} y="15" class="t-mid">
                      {shortDate(from)}
                    </text>
                  ) : null,
                )}
              </svg>
            </div>
            <p class="soft">{finding}</p>
            <details class="disclose chart-table">
              <summary>
                <Icon name="right" small />
                Show as table
              </summary>
              <CountsTable
                label="How much, as a table"
                caption="Counts, without the stretches that have none"
                heading="Count"
                bars={bars}
              />
            </details>
          </>
        )}
      </div>
    </Panel>
  )
}
