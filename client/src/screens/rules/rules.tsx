/** All rules: what they look for, whether they can, what came of it, and what is left out of them. */
import { signal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { RuleCoverageView, RuleView } from '../../../../server/domain/api.ts'
import { getActivity, getCoverage, getExceptions, getRules } from '../../api/rules.ts'
import { overview } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { isBlind } from '../../text/rule.ts'
import { plural } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { ExceptionsPanel } from './exceptions.tsx'
import { ALL, type RuleFilter } from './filter.ts'
import { Filters } from './filters.tsx'
import { ImportSheet } from './import.tsx'
import { RulesTable } from './table.tsx'

const DAYS = 30

// Kept for coming back from a rule.
const filter = signal<RuleFilter>(ALL)
const cursor: { current: string | null } = { current: null }

export function RulesScreen() {
  const rules = useRead('rules', getRules)
  const activity = useRead('activity', (signal) => getActivity(DAYS, signal))
  const coverage = useRead('coverage', getCoverage)
  const covered = useMemo(
    () => new Map((coverage.data ?? []).map((one) => [one.ruleId, one])),
    [coverage.data],
  )
  const exceptions = useRead('exceptions', getExceptions)
  const [importing, setImporting] = useState(false)
  useEffect(() => {
    pageTitle.value = 'Rules'
  }, [])
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Rules</h1>
          <p class="page-sub">{rules.data ? <Standing rules={rules.data} covered={covered} /> : ' '}</p>
        </div>
        {mayWrite() ? (
          <div class="page-actions">
            <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setImporting(true)}>
              <Icon name="download" />
              Import
            </button>
            <a class="btn btn--primary" href="/rules/new">
              <Icon name="plus" />
              New rule
            </a>
          </div>
        ) : null}
      </header>
      {rules.data ? (
        <>
          <Filters filter={filter.value} onChange={(next) => (filter.value = next)} />
          {rules.why ? <Stale why={rules.why} again={rules.again} /> : null}
          {activity.why ? (
            <Stale why={`How often rules fired is not known: ${activity.why}`} again={activity.again} />
          ) : null}
          {coverage.why ? (
            <Stale why={`Which rules can fire is not known: ${coverage.why}`} again={coverage.again} />
          ) : null}
          <RulesTable
            rules={rules.data}
            activity={activity.data}
            days={DAYS}
            coverage={covered}
            exceptions={exceptions.data ?? []}
            filter={filter.value}
            onShowAll={() => (filter.value = ALL)}
            cursor={cursor}
            changed={(rule) => rules.set((rules.data ?? []).map((one) => (one.id === rule.id ? rule : one)))}
          />
        </>
      ) : (
        <section class="panel" aria-label="Rules">
          {rules.why ? (
            <Failed what="The rules could not be read" why={rules.why} retry={rules.again} />
          ) : (
            <Skeleton rows={10} label="Loading rules" />
          )}
        </section>
      )}
      {/* Below what is still to come it would move. */}
      {rules.data || rules.why ? <ExceptionsPanel exceptions={exceptions} rules={rules.data ?? []} /> : null}
      {importing ? (
        <ImportSheet
          onClose={() => setImporting(false)}
          onDone={() => {
            rules.again()
            activity.again()
            coverage.again()
          }}
        />
      ) : null}
    </>
  )
}

/** `38 of 40 on, 2 of them cannot fire now. Last run 8 s ago.` */
function Standing(props: { rules: readonly RuleView[]; covered: ReadonlyMap<string, RuleCoverageView> }) {
  const on = props.rules.filter((rule) => rule.enabled)
  const blind = on.filter((rule) => isBlind(rule, props.covered.get(rule.id))).length
  const ran = overview.value?.correlator.lastRunAt
  return (
    <>
      {on.length} of {plural(props.rules.length, 'rule')} on
      {blind > 0 ? `, ${blind} of them cannot fire now` : ''}.{' '}
      {ran ? (
        <>
          Last run <Age at={ran} suffix=" ago" />.
        </>
      ) : null}
    </>
  )
}

function Stale(props: { why: string; again: () => void }) {
  return (
    <p class="stale" role="status">
      <Icon name="warn" small class="c-warn" />
      <span>{props.why}</span>
      <button class="btn btn--sm" type="button" onClick={props.again}>
        Try again
      </button>
    </p>
  )
}
