/** Alerts of one account, each as a link with what it says of the account. */
import type { AlertView } from '../../../server/domain/api.ts'
import { withoutAccount } from '../text/sentence.ts'
import { Age } from './age.tsx'
import { SeverityGlyph } from './severity.tsx'
import { StatusGlyph } from './status.tsx'
import { Hostile } from './text.tsx'

export function AlertLinks(props: { alerts: readonly AlertView[]; class?: string }) {
  return (
    <ul class={`others${props.class ? ` ${props.class}` : ''}`}>
      {props.alerts.map((alert) => (
        <li key={alert.id}>
          <a class="others__link" href={`/alerts/${encodeURIComponent(alert.id)}`}>
            <SeverityGlyph severity={alert.severity} />
            <span>
              <Hostile text={withoutAccount(alert.summary, alert.user)} />
            </span>
            <StatusGlyph alert={alert} />
            <Age at={alert.raisedAt} class="incident__age" />
          </a>
        </li>
      ))}
    </ul>
  )
}
