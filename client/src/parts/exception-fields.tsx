/** Why something is left out, and until when. */
import { Icon } from './icon.tsx'

/** `why`: what is wrong with the whole of it. */
export function ExceptionFields({ why }: { why: string | null }) {
  return (
    <>
      <label class="field">
        <span class="field__label">Because</span>
        <input class="input" name="reason" required maxLength={1000} />
        <span class="field__hint">For the people who come after you.</span>
      </label>
      <label class="field">
        <span class="field__label">Until</span>
        <input class="input" type="date" name="expires" />
        <span class="field__hint">Empty: it never ends.</span>
      </label>
      {why ? (
        <p class="field__error" role="alert">
          <Icon name="warn" small />
          {why}
        </p>
      ) : null}
    </>
  )
}
