import type { Severity } from '../../../server/domain/alert.ts'
import { SEVERITY_WORDS } from '../text/words.ts'

const SHORT: Record<Severity, string> = { critical: 'crit', high: 'high', medium: 'med', low: 'low' }

/** The shape alone; its name is read out. Shape and colour are two of the three that tell a severity. */
export function SeverityGlyph(props: { severity: Severity; class?: string; silent?: boolean }) {
  const short = SHORT[props.severity]
  return (
    <svg
      class={`sev-glyph c-${short}${props.class ? ` ${props.class}` : ''}`}
      {...(props.silent
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': SEVERITY_WORDS[props.severity] })}
    >
      <use href={`#sev-${short}`} />
    </svg>
  )
}

export function SeverityBadge(props: { severity: Severity }) {
  return (
    <span class={`sev c-${SHORT[props.severity]}`}>
      <SeverityGlyph severity={props.severity} silent />
      <span class="sev__word">{SEVERITY_WORDS[props.severity]}</span>
    </span>
  )
}

export function severityClass(severity: Severity): string {
  return SHORT[severity]
}
