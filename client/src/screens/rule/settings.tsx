/** The settings of a rule file that people change most, beside its text. */
import type { Severity } from '../../../../server/domain/alert.ts'
import { Select } from '../../parts/select.tsx'
import { Switch } from '../../parts/switch.tsx'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { topScalar, withTopScalar } from '../../text/yaml-scalar.ts'

export function Settings(props: { text: string; onText: (text: string) => void }) {
  const { text, onText } = props
  const set = (key: string, value: string | boolean) => onText(withTopScalar(text, key, value))
  const severity = topScalar(text, 'severity') ?? 'medium'
  const summary = topScalar(text, 'summary')
  const on = topScalar(text, 'enabled') !== 'false'
  return (
    <>
      <label class="field">
        <span class="field__label">Name</span>
        <input
          class="input"
          value={topScalar(text, 'name') ?? ''}
          onInput={(event) => set('name', event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field__label">Headline</span>
        <textarea
          class="input"
          rows={3}
          value={summary ?? ''}
          onInput={(event) => set('summary', event.currentTarget.value.replaceAll('\n', ' '))}
        />
        <span class="field__hint">The sentence people read in the list and in notifications.</span>
      </label>
      <Select
        label="Severity"
        shown
        value={severity as Severity}
        options={SEVERITY_ORDER.map((one) => [one, SEVERITY_WORDS[one]] as const)}
        onChange={(next) => set('severity', next)}
      />
      <div class="cond">
        <Switch label="Enabled" on={on} onChange={(next) => set('enabled', next)} />
        {on ? 'On once it is published' : 'Off'}
      </div>
    </>
  )
}
