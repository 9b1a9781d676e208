import type { Severity } from '../../../../server/domain/alert.ts'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Hostile } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { addressOf, type Filter } from './filter.ts'

export function Filters(props: { filter: Filter }) {
  const { filter } = props
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
    </div>
  )
}

function toggled(now: readonly Severity[], severity: Severity): Severity[] {
  return now.includes(severity) ? now.filter((one) => one !== severity) : [...now, severity]
}
