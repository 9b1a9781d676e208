/** What must hold before a rule is published. */
import { Icon } from '../../parts/icon.tsx'
import { plural } from '../../text/words.ts'
import type { Drill } from './use-drill.ts'
import type { Reviewed } from './use-review.ts'
import type { Trial } from './use-trial.ts'

export type Check = {
  text: string
  state: 'done' | 'waiting' | 'bad'
  /** Only told; does not stop anyone. */
  told?: true
  act?: { word: string; run: () => void; busy: boolean }
}

// More alerts a day than this, and nobody reads them.
const MOST_A_DAY = 5

export function checksOf(review: Reviewed, trial: Trial, drill: Drill | null, days: number): Check[] {
  const errors = review.problems.filter((one) => one.severity === 'error').length
  const checks: Check[] = [
    review.valid === null
      ? { text: review.why ?? 'The rule is being checked', state: 'waiting' }
      : {
          text: review.valid ? 'The rule is valid' : `${plural(errors, 'error')} in the rule`,
          state: review.valid ? 'done' : 'bad',
        },
    {
      text:
        trial.found && !trial.stale
          ? 'Back-test is up to date'
          : trial.found
            ? 'Back-test is stale'
            : 'Back-test has not run',
      state: trial.found && !trial.stale ? 'done' : 'waiting',
    },
  ]
  if (trial.found && !trial.stale) {
    const aDay = trial.found.alerts.filter((alert) => !alert.drill).length / days
    const calm = aDay <= MOST_A_DAY
    checks.push({
      text: calm ? `Fires at most ${MOST_A_DAY} times a day` : `Fires ${Math.round(aDay)} times a day`,
      state: calm ? 'done' : 'bad',
      told: true,
    })
  }
  if (drill) checks.push(drillCheck(drill, review.valid === true))
  return checks
}

export function isPublishable(checks: readonly Check[]): boolean {
  return checks.every((check) => check.told || check.state === 'done')
}

function drillCheck({ name, shown, run }: Drill, valid: boolean): Check {
  const act = (word: string) =>
    valid ? { act: { word, run: () => void run(), busy: shown.state === 'running' } } : {}
  switch (shown.state) {
    case 'caught':
      return { text: `Attack simulation ${name} is caught`, state: 'done' }
    case 'missed':
      return { text: `Attack simulation ${name} is not caught`, state: 'bad', ...act('Again') }
    case 'failed':
      return {
        text: `Attack simulation ${name} was not played: ${shown.why}`,
        state: shown.possible ? 'bad' : 'waiting',
        ...(shown.possible ? act('Again') : { told: true as const }),
      }
    case 'waiting':
      return { text: `Attack simulation ${name} is caught?`, state: 'waiting', ...act('Play') }
    case 'running':
      return { text: `Attack simulation ${name} is played`, state: 'waiting', ...act('Playing…') }
  }
}

const LOOKS = {
  done: { icon: 'check', class: 'c-ok', label: 'Done' },
  waiting: { icon: 'clock', class: 'dim', label: 'Waiting' },
  bad: { icon: 'x', class: 'c-crit', label: 'Not done' },
} as const

export function Gate(props: { id: string; checks: readonly Check[] }) {
  return (
    <div class="field" id={props.id}>
      <span class="field__label">Before you publish</span>
      <ul class="gate">
        {props.checks.map((check) => {
          const look = LOOKS[check.state]
          return (
            <li key={check.text}>
              <Icon name={look.icon} small class={look.class} label={look.label} />
              <span>{check.text}</span>
              {check.act ? (
                <button class="btn btn--sm" type="button" disabled={check.act.busy} onClick={check.act.run}>
                  {check.act.word}
                </button>
              ) : null}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
