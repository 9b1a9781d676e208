/** The rules of a filter, to move through and switch. */
import { useState } from 'preact/hooks'
import type {
  ExceptionView,
  RuleActivity,
  RuleCoverageView,
  RuleView,
} from '../../../../server/domain/api.ts'
import { useKeys } from '../../keyboard.ts'
import { useRoving } from '../../parts/roving.ts'
import { Empty } from '../../parts/states.tsx'
import { mayWrite } from '../../session.ts'
import { formatCount, plural } from '../../text/words.ts'
import { fits, type RuleFilter } from './filter.ts'
import { NEVER, RuleRow } from './row.tsx'
import { switchRule } from './switch-rule.ts'

type Props = {
  rules: readonly RuleView[]
  /** Null: not known yet. */
  activity: readonly RuleActivity[] | null
  days: number
  /** By rule; empty while it is not known. */
  coverage: ReadonlyMap<string, RuleCoverageView>
  exceptions: readonly ExceptionView[]
  filter: RuleFilter
  onShowAll: () => void
  cursor: { current: string | null }
  changed: (rule: RuleView) => void
}

// Thousands of imported rules are no list to read: more are shown when asked for.
const AT_ONCE = 200

export function RulesTable(props: Props) {
  const [most, setMost] = useState(AT_ONCE)
  const found = props.rules
    .filter((rule) => fits(rule, props.coverage.get(rule.id), props.filter))
    .toSorted((a, b) => Number(b.enabled) - Number(a.enabled) || a.name.localeCompare(b.name))
  const shown = found.slice(0, most)
  const roving = useRoving(
    shown.map((rule) => rule.id),
    props.cursor,
  )
  const writing = mayWrite()
  const turn = (rule: RuleView, on: boolean) => void switchRule(rule, on, props.changed)
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    '/': () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
    ...(writing
      ? {
          x: () => {
            const rule = shown.find((one) => one.id === roving.current)
            if (rule) turn(rule, !rule.enabled)
          },
        }
      : {}),
  })
  const activityOf = (id: string): RuleActivity | null =>
    props.activity &&
    (props.activity.find((one) => one.ruleId === id) ?? {
      ruleId: id,
      perDay: Array.from({ length: props.days }, () => 0),
      closed: 0,
      falsePositives: 0,
      lastSeen: NEVER,
    })
  if (found.length === 0) {
    return (
      <section class="panel" aria-label="Rules">
        <Empty icon="info" title={`None of ${plural(props.rules.length, 'rule')} fits this filter`}>
          <button class="btn" type="button" onClick={props.onShowAll}>
            Show all rules
          </button>
        </Empty>
      </section>
    )
  }
  return (
    <>
      <section class="panel" aria-label="Rules">
        <table class="table rules-table">
          <caption class="vh">{plural(found.length, 'detection rule')}, those that are on first</caption>
          <thead>
            <tr>
              <th class="col-on" scope="col">
                On
              </th>
              <th scope="col">Rule</th>
              <th class="col-sev" scope="col">
                Severity
              </th>
              <th class="col-30" scope="col">
                {props.days} days
              </th>
              <th class="col-last" scope="col">
                Last match
              </th>
              <th class="col-noise" scope="col">
                Noise
              </th>
            </tr>
          </thead>
          <tbody ref={(node) => void (roving.listRef.current = node)} onFocusIn={roving.onFocusIn}>
            {shown.map((rule, i) => (
              <RuleRow
                key={rule.id}
                rule={rule}
                activity={activityOf(rule.id)}
                coverage={props.coverage.get(rule.id) ?? null}
                exceptions={props.exceptions.filter((one) => one.ruleId === rule.id).length}
                tabIndex={roving.tabIndex(rule.id, i)}
                current={roving.current === rule.id}
                onSwitch={writing ? (on) => turn(rule, on) : null}
              />
            ))}
          </tbody>
        </table>
      </section>
      {found.length > most ? (
        <p class="more">
          <button class="btn" type="button" onClick={() => setMost(most + AT_ONCE)}>
            Show {formatCount(Math.min(AT_ONCE, found.length - most))} more of {formatCount(found.length)}
          </button>
        </p>
      ) : null}
      <p class="key-hints list-hints" aria-hidden="true">
        <span>
          <kbd class="kbd">J</kbd>
          <kbd class="kbd">K</kbd> move
        </span>
        <span>
          <kbd class="kbd">Enter</kbd> open
        </span>
        {writing ? (
          <span>
            <kbd class="kbd">X</kbd> on or off
          </span>
        ) : null}
        <span>
          <kbd class="kbd">/</kbd> find
        </span>
      </p>
    </>
  )
}
