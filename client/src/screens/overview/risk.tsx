import type { Overview } from '../../../../server/domain/api.ts'
import { Panel } from '../../parts/panel.tsx'
import { severityClass } from '../../parts/severity.tsx'
import { Empty } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { withoutAccount } from '../../text/sentence.ts'

export function RiskPanel(props: { riskiest: Overview['riskiest'] }) {
  return (
    <Panel
      title="Riskiest accounts"
      note="with something open"
      aside={
        <a class="panel__link" href="/accounts">
          All
        </a>
      }
    >
      {props.riskiest.length === 0 ? (
        <Empty icon="check" title="No account stands out" />
      ) : (
        <ol class="risks">
          {props.riskiest.map((one) => (
            <li class="risk" key={one.incidentId}>
              <a class="risk__link" href={`/incidents/${encodeURIComponent(one.incidentId)}`}>
                <span class="risk__score num">{Math.round(one.riskScore)}</span>
                <span class="risk__who">
                  <Hostile text={one.user} />
                  <span class="risk__why">
                    <Hostile text={withoutAccount(one.summary, one.user)} />
                  </span>
                </span>
                <span class="risk__meter">
                  <span class="meter" aria-hidden="true">
                    <svg>
                      <rect
                        class={`bar bar--${severityClass(one.severity)}`}
                        width={`${one.riskScore}%`}
                        height="100%"
                      />
                    </svg>
                  </span>
                </span>
              </a>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
