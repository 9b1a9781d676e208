import type { RuleActivity, RuleCoverageView, RuleView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { DayBars } from '../../parts/day-bars.tsx'
import { Icon } from '../../parts/icon.tsx'
import { SeverityBadge } from '../../parts/severity.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Hostile } from '../../parts/text.tsx'
import { isBehind, isBlind, ORIGIN_WORDS, originOf, ruleLine } from '../../text/rule.ts'
import { formatCount, plural } from '../../text/words.ts'

type Props = {
  rule: RuleView
  /** Null: not known. */
  activity: RuleActivity | null
  /** Null: not known. */
  coverage: RuleCoverageView | null
  exceptions: number
  tabIndex: 0 | -1
  current: boolean
  onSwitch: ((on: boolean) => void) | null
}

export function RuleRow(props: Props) {
  const { rule, activity, coverage } = props
  const origin = originOf(rule)
  const total = activity ? activity.perDay.reduce((sum, count) => sum + count, 0) : 0
  return (
    <tr class={rule.enabled ? undefined : 'is-off'} data-current={props.current ? '' : undefined}>
      <td class="col-on">
        <Switch
          label={`${rule.name}: enabled`}
          on={rule.enabled}
          disabled={!props.onSwitch}
          tabIndex={props.tabIndex}
          onChange={(on) => props.onSwitch?.(on)}
        />
      </td>
      <td class="col-rule">
        <a
          class="row-link rule-name"
          href={`/rules/${encodeURIComponent(rule.id)}`}
          data-row={rule.id}
          tabIndex={props.tabIndex}
        >
          <Hostile text={rule.name} />
        </a>
        <span class="rule-desc">
          <Hostile text={ruleLine(rule)} />
          {origin === 'built-in' ? null : `, ${ORIGIN_WORDS[origin].toLowerCase()}`}
          {rule.building_block ? ', material for other rules' : ''}
          {props.exceptions > 0 ? `, ${plural(props.exceptions, 'exception')}` : ''}
        </span>
        {isBlind(rule, coverage) ? (
          <span class="rule-desc c-warn">
            <Icon name="warn" small /> Cannot fire now. <Hostile text={coverage!.reasons[0] ?? ''} />
          </span>
        ) : null}
        {isBehind(rule, coverage) ? (
          <span class="rule-desc c-warn">
            Looked at up to <Age at={coverage!.completeUpTo!} suffix=" ago" /> only: newer logs have not come
          </span>
        ) : null}
        {rule.warnings.length > 0 && !rule.builtIn ? (
          <span class="rule-desc">{plural(rule.warnings.length, 'warning')} about the rule</span>
        ) : null}
      </td>
      <td class="col-sev">
        <SeverityBadge severity={rule.severity} />
      </td>
      <td class="col-30">
        {activity ? (
          <div>
            <DayBars
              counts={activity.perDay}
              label={`${plural(total, 'alert')} in ${activity.perDay.length} days`}
            />
            <span class="num" aria-hidden="true">
              {formatCount(total)}
            </span>
          </div>
        ) : null}
      </td>
      <td class="col-last">
        {activity && activity.lastSeen !== NEVER ? (
          <Age at={activity.lastSeen} suffix=" ago" />
        ) : activity ? (
          'never'
        ) : null}
      </td>
      <td class="col-noise">{activity ? <Noise activity={activity} total={total} /> : null}</td>
    </tr>
  )
}

/** Of a rule that never raised an alert. */
export const NEVER = ''

// From here on a rule costs more than it tells.
const NOISY = 0.5
const ENOUGH = 4

function Noise(props: { activity: RuleActivity; total: number }) {
  const { closed, falsePositives } = props.activity
  if (props.total === 0) return <span class="dim">no alerts yet</span>
  if (closed === 0) return <span class="dim">none closed yet</span>
  const bad = closed >= ENOUGH && falsePositives / closed > NOISY
  return (
    <span class={`noise${bad ? ' noise--bad' : ''}`}>
      <span class="meter" aria-hidden="true">
        <svg>
          <rect
            class={`bar ${bad ? 'bar--med' : 'bar--alt'}`}
            width={`${Math.max(2, (falsePositives / closed) * 100)}%`}
            height="100%"
          />
        </svg>
      </span>
      <span>
        {falsePositives} of {closed} closed false
      </span>
    </span>
  )
}
