import { useId } from 'preact/hooks'
import { KIND_WORDS, ORIGIN_WORDS } from '../../text/rule.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { Select } from '../../parts/select.tsx'
import { ALL, isNarrow, type RuleFilter } from './filter.ts'

type Props = { filter: RuleFilter; onChange: (filter: RuleFilter) => void }

export function Filters(props: Props) {
  const { filter, onChange } = props
  const id = useId()
  return (
    <div class="filters rules-filters" role="search" aria-label="Filter rules">
      <div class="filters__search">
        <input
          class="input"
          id={id}
          data-filter
          type="search"
          placeholder="Name, tag, technique, log"
          aria-label="Find a rule"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={filter.text}
          onInput={(event) => onChange({ ...filter, text: event.currentTarget.value })}
        />
        <kbd class="kbd">/</kbd>
      </div>
      <Select
        label="Severity"
        value={filter.severity}
        options={[['', 'Any severity'], ...SEVERITY_ORDER.map((one) => [one, SEVERITY_WORDS[one]] as const)]}
        onChange={(severity) => onChange({ ...filter, severity })}
      />
      <Select
        label="Kind"
        value={filter.kind}
        options={[['', 'Any kind'], ...entriesOf(KIND_WORDS)]}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <Select
        label="Origin"
        value={filter.origin}
        options={[['', 'Any origin'], ...entriesOf(ORIGIN_WORDS)]}
        onChange={(origin) => onChange({ ...filter, origin })}
      />
      <Select
        label="State"
        value={filter.state}
        options={[
          ['', 'On or off'],
          ['on', 'On'],
          ['off', 'Off'],
          ['blind', 'Cannot fire now'],
        ]}
        onChange={(state) => onChange({ ...filter, state })}
      />
      {isNarrow(filter) ? (
        <button class="btn btn--ghost" type="button" onClick={() => onChange(ALL)}>
          Show all
        </button>
      ) : null}
    </div>
  )
}

function entriesOf<Key extends string>(words: Record<Key, string>): [Key, string][] {
  return (Object.entries(words) as [Key, string][]).map(([key, word]) => [
    key,
    word[0]!.toUpperCase() + word.slice(1),
  ])
}
