import type { AlertDetail } from '../../../../server/domain/api.ts'
import { getRule } from '../../api/rules.ts'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { queryAddress } from '../../text/search-address.ts'

/** What the rule file says to whoever has to decide: is it a false alarm, and where to look next. */
export function AboutRule({ alert }: { alert: AlertDetail }) {
  const rule = useRead(alert.ruleId, (signal) => getRule(alert.ruleId, signal))
  const place = `/rules/${encodeURIComponent(alert.ruleId)}`
  const { data } = rule
  return (
    <Panel
      title="To decide"
      aside={
        <a class="panel__link" href={`${place}?tab=guide`}>
          The rule
        </a>
      }
    >
      <div class="panel__body prose-list">
        {!data ? (
          rule.why ? (
            <Failed what="The rule could not be read" why={rule.why} retry={rule.again} />
          ) : (
            <Skeleton rows={4} label="Loading the rule" />
          )
        ) : (
          <>
            {data.false_positives.length > 0 ? (
              <div>
                <b>It may be harmless</b>
                {data.false_positives.map((line) => (
                  <p class="soft" key={line}>
                    <Hostile text={line.trim()} />
                  </p>
                ))}
              </div>
            ) : null}
            {data.investigate ? (
              <div>
                <b>How to look into it</b>
                <div class="prose soft">
                  {data.investigate
                    .trim()
                    .split('\n')
                    .map((line, i) => (
                      <span key={i}>
                        <Hostile text={line} />
                        {'\n'}
                      </span>
                    ))}
                </div>
              </div>
            ) : null}
            {data.hunt.length > 0 ? (
              <div>
                <b>Look for more of it</b>
                <ul>
                  {data.hunt.map(({ title, language, query }) => (
                    <li key={title}>
                      <a href={queryAddress(language, query, 'now-30d')}>
                        <Hostile text={title} />
                      </a>
                    </li>
                  ))}
                </ul>
              </div>
            ) : null}
            <p>
              <a href={`${place}?tab=explain`}>Why did it not fire for someone else?</a>
            </p>
          </>
        )}
      </div>
    </Panel>
  )
}
