/** Alerts per day, stacked by severity with critical on the baseline, so that it can be compared; a table one press away. */
import type { Severity } from '../../../server/domain/alert.ts'
import type { AlertDay } from '../../../server/domain/api.ts'
import { shortDate } from '../text/age.ts'
import { dayTotal, daysFinding, noonOf, scaleTop } from '../text/charts.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../text/words.ts'
import { Icon } from './icon.tsx'
import { SeverityGlyph, severityClass } from './severity.tsx'

export function DaysLegend(props: { days: readonly AlertDay[] }) {
  return (
    <div class="legend">
      {SEVERITY_ORDER.map((severity) => (
        <span class="legend__item" key={severity}>
          <SeverityGlyph severity={severity} silent />
          {SEVERITY_WORDS[severity]} <b>{props.days.reduce((sum, day) => sum + day[severity], 0)}</b>
        </span>
      ))}
    </div>
  )
}

export function DaysChart(props: { days: readonly AlertDay[] }) {
  const { days } = props
  const top = scaleTop(Math.max(0, ...days.map(dayTotal)))
  const slot = 100 / Math.max(1, days.length)
  return (
    <>
      <div class="chart">
        <svg class="chart__y" aria-hidden="true">
          {[0, top / 2, top].map((value) => (
            <text key={value} x="24" y={`${100 - (value / top) * 100}%`} dy="4" class="t-end">
              {value}
            </text>
          ))}
        </svg>
        <svg class="chart__plot" role="img" aria-label={daysFinding(days)}>
          <line class="base-line" x1="0" x2="100%" y1="100%" y2="100%" />
          <line class="grid-line" x1="0" x2="100%" y1="50%" y2="50%" />
          <line class="grid-line" x1="0" x2="100%" y1="0%" y2="0%" />
          {days.flatMap((day, i) => bars(day, i * slot + slot * 0.17, slot * 0.66, top))}
        </svg>
        <svg class="chart__x" aria-hidden="true">
          {days.map((day, i) => (
            <text
              key={day.day}
              x={`${(i + 0.5) * slot}%`}
              y="15"
              class={`t-mid${i % 2 !== (days.length - 1) % 2 ? ' tick--minor' : ''}`}
            >
              {tickWord(day.day, i, days.length)}
            </text>
          ))}
        </svg>
      </div>
      <details class="disclose chart-table">
        <summary>
          <Icon name="right" small />
          Show as table
        </summary>
        <div class="table__wrap" tabIndex={0} role="group" aria-label="Alerts per day">
          <table class="table">
            <caption class="vh">Alerts per day by severity</caption>
            <thead>
              <tr>
                <th scope="col">Day</th>
                {SEVERITY_ORDER.map((severity) => (
                  <th scope="col" class="num" key={severity}>
                    {SEVERITY_WORDS[severity]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day.day}>
                  <th scope="row">{shortDate(noonOf(day.day))}</th>
                  {SEVERITY_ORDER.map((severity) => (
                    <td class="num" key={severity}>
                      {day[severity]}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

function bars(day: AlertDay, x: number, width: number, top: number) {
  let below = 0
  return SEVERITY_ORDER.filter((severity) => day[severity] > 0).map((severity: Severity) => {
    const height = (day[severity] / top) * 100
    below += height
    // A hair less than its share leaves a gap between segments.
    return (
      <rect
        key={`${day.day} ${severity}`}
        class={`bar bar--${severityClass(severity)}`}
        x={`${x}%`}
        width={`${width}%`}
        y={`${100 - below}%`}
        height={`${Math.max(0.6, height - 0.9)}%`}
        rx="1"
      />
    )
  })
}

function tickWord(day: string, index: number, count: number): string {
  if (index === count - 1) return 'Today'
  const word = shortDate(noonOf(day))
  return index === 0 || word.startsWith('1 ') ? word : word.split(' ')[0]!
}
