import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Severity } from '../../../../server/domain/alert.ts'
import { getRules } from '../../api/rules.ts'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Select } from '../../parts/select.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { visible } from '../../text/visible.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { addressOf, DRILL_WORDS, type Filter, isNarrow, SINCE_WORDS, widened } from './filter.ts'

// Names of the rules, once they were read.
const rules = signal<readonly (readonly [string, string])[]>([])

export function Filters(props: { filter: Filter }) {
  const { filter } = props
  useEffect(() => void askRules(), [])
  const go = (change: Partial<Filter>) => navigate(addressOf({ ...filter, ...change }))
  return (
    <div class="filters alerts-filters" role="search" aria-label="Filter alerts">
      <form
        class="filters__search"
        onSubmit={(event) => {
          event.preventDefault()
          go({ user: typed(event.currentTarget, 'account').trim() })
        }}
      >
        <input
          class="input"
          id="account-filter"
          type="search"
          name="account"
          placeholder="Account, then Enter"
          aria-label="Filter by account"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          key={filter.user}
          defaultValue={filter.user}
        />
        <kbd class="kbd">/</kbd>
      </form>
      {filter.user ? (
        <span class="chip chip--on">
          <span>
            Account{' '}
            <b>
              <Hostile text={filter.user} />
            </b>
          </span>
          <button
            class="chip__x"
            type="button"
            aria-label="Remove filter: account"
            onClick={() => go({ user: '' })}
          >
            <Icon name="x" small />
          </button>
        </span>
      ) : null}
      {SEVERITY_ORDER.map((severity) => (
        <button
          class={`chip${filter.severity.includes(severity) ? ' chip--on chip--toggle' : ''}`}
          type="button"
          key={severity}
          aria-pressed={filter.severity.includes(severity)}
          onClick={() => go({ severity: toggled(filter.severity, severity) })}
        >
          <SeverityGlyph severity={severity} silent />
          {SEVERITY_WORDS[severity]}
        </button>
      ))}
      <Select
        label="Rule"
        value={filter.rule}
        options={[['', 'Any rule'], ...ruleOptions(filter.rule)]}
        onChange={(rule) => go({ rule })}
      />
      <Select
        label="Time"
        value={filter.since}
        options={entriesOf(SINCE_WORDS)}
        onChange={(since) => go({ since })}
      />
      <Select
        label="Drills"
        value={filter.drills}
        options={entriesOf(DRILL_WORDS)}
        onChange={(drills) => go({ drills })}
      />
      <button
        class={`chip${filter.blocks ? ' chip--on chip--toggle' : ''}`}
        type="button"
        aria-pressed={filter.blocks}
        title="Alerts that are material for other rules"
        onClick={() => go({ blocks: !filter.blocks })}
      >
        Building blocks
      </button>
      {isNarrow(filter) ? (
        <button class="btn btn--ghost" type="button" onClick={() => go(widened(filter))}>
          Show all
        </button>
      ) : null}
    </div>
  )
}

async function askRules(): Promise<void> {
  try {
    const found = await getRules()
    rules.value = found
      .map((rule) => [rule.id, visible(rule.name)] as const)
      .toSorted((a, b) => a[1].localeCompare(b[1]))
  } catch {
    // The list is whole without them; the next visit asks again.
  }
}

/** A rule that is gone, or not read yet, is still what is filtered by. */
function ruleOptions(chosen: string): readonly (readonly [string, string])[] {
  const known = rules.value.some(([id]) => id === chosen)
  return chosen === '' || known ? rules.value : [[chosen, visible(chosen)], ...rules.value]
}

function entriesOf<Key extends string>(words: Record<Key, string>): [Key, string][] {
  return Object.entries(words) as [Key, string][]
}

function toggled(now: readonly Severity[], severity: Severity): Severity[] {
  return now.includes(severity) ? now.filter((one) => one !== severity) : [...now, severity]
}
