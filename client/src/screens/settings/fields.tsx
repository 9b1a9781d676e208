/** Parts of forms about access. */
import { Icon } from '../../parts/icon.tsx'

/** Shorter passwords are refused by the server too. */
const SHORTEST = 8

export function NewPassword(props: { label: string }) {
  return (
    <label class="field">
      <span class="field__label">{props.label}</span>
      <input
        class="input"
        type="password"
        name="password"
        required
        minLength={SHORTEST}
        autocomplete="new-password"
      />
      <span class="field__hint">At least {SHORTEST} characters.</span>
    </label>
  )
}

export function Why({ why }: { why: string | null }) {
  return why ? (
    <p class="field__error" role="alert">
      <Icon name="warn" small />
      {why}
    </p>
  ) : null
}
