/** What a rule file holds beside the query: what it needs, when it is wrong, what to do, where to look next. */
import type { RuleView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { queryAddress } from '../../text/search-address.ts'
import { plural } from '../../text/words.ts'

/** Warnings of a single rule hold what its data says too, which is shown apart. */
function isToldOfData({ health }: RuleView, message: string): boolean {
  return [...(health?.reasons ?? []), ...(health?.warnings ?? [])].some((text) => text.startsWith(message))
}

export function Guide(props: { rule: RuleView }) {
  const { rule } = props
  return (
    <div class="split">
      <div class="stack">
        <Panel title="Data it needs" note={rule.health?.canFire ? 'it can fire now' : undefined}>
          <div class="panel__body prose-list">
            {rule.health && !rule.health.canFire ? (
              <div class="callout callout--warn">
                <Icon name="warn" small />
                <div class="callout__body">
                  <b>It cannot fire now.</b> <Hostile text={rule.health.reasons.join(' ')} />
                </div>
              </div>
            ) : null}
            {rule.health?.newestData ? (
              <p class="soft">
                Its newest log is <Age at={rule.health.newestData} /> old.
                {rule.health.completeUpTo ? (
                  <>
                    {' '}
                    What happened until <Age at={rule.health.completeUpTo} /> ago has come and is looked at.
                  </>
                ) : null}
              </p>
            ) : null}
            {(rule.health?.warnings ?? []).map((warning) => (
              <p class="c-warn" key={warning}>
                <Hostile text={warning} />
              </p>
            ))}
            {rule.warnings
              .filter(({ message }) => !isToldOfData(rule, message))
              .map(({ message, hint }) => (
                <p class="soft" key={message}>
                  <Icon name="info" small class="inline-icon" /> <Hostile text={message} />
                  {hint ? (
                    <>
                      {'. '}
                      <Hostile text={hint} />
                    </>
                  ) : null}
                </p>
              ))}
            {(rule.data ?? []).map(({ dataset, needs }) => (
              <p key={dataset}>
                <code>
                  <Hostile text={dataset} />
                </code>{' '}
                <span class="soft">
                  <Hostile text={needs} />
                </span>
              </p>
            ))}
            {(rule.data ?? []).length === 0 ? <p class="soft">The rule does not say.</p> : null}
          </div>
        </Panel>
        <Panel title="When it is wrong">
          <div class="panel__body prose-list">
            <Lines lines={rule.false_positives} none="No false alarms are known." />
            {(rule.tuning ?? []).map(({ setting, hides }) => (
              <div key={setting}>
                <b>
                  <Hostile text={setting} />
                </b>{' '}
                <span class="soft">
                  Hides: <Hostile text={hides} />
                </span>
              </div>
            ))}
            {rule.heeds && rule.heeds.length > 0 ? (
              <p class="soft">
                Of the <a href="/settings">organisation’s settings</a> it heeds{' '}
                {rule.heeds.map((one) => one.replaceAll('-', ' ')).join(', ')}
                {rule.may ? (
                  <>
                    ; service accounts that may <code>{rule.may}</code> are expected to do this
                  </>
                ) : null}
                .
              </p>
            ) : (
              <p class="soft">It heeds no settings of the organisation: it fires as written.</p>
            )}
          </div>
        </Panel>
        {rule.investigate ? (
          <Panel title="How to look into it">
            <div class="panel__body prose">
              {rule.investigate
                .trim()
                .split('\n')
                .map((line, i) => (
                  <span key={i}>
                    <Hostile text={line} />
                    {'\n'}
                  </span>
                ))}
            </div>
          </Panel>
        ) : null}
      </div>
      <div class="stack">
        {rule.hunt.length > 0 ? (
          <Panel title="Hunts" note="searches for more of it">
            <ul class="panel__body prose-list">
              {rule.hunt.map(({ title, language, query }) => (
                <li key={title}>
                  <a href={queryAddress(language, query)}>
                    <Hostile text={title} />
                  </a>{' '}
                  <span class="dim">{language.toUpperCase()}</span>
                </li>
              ))}
            </ul>
          </Panel>
        ) : null}
        {rule.respond.length > 0 ? (
          <Panel title="What to do" note={plural(rule.respond.length, 'step')}>
            <ol class="panel__body prose-list">
              {rule.respond.map((step) => (
                <li key={step}>{step[0]!.toUpperCase() + step.slice(1).replaceAll('-', ' ')}</li>
              ))}
              <li class="dim">Its alerts show each with the commands for the account.</li>
            </ol>
          </Panel>
        ) : null}
        <Panel title="About it">
          <div class="panel__body prose-list">
            <Tags words={rule.attack} title="MITRE ATT&CK" />
            <Tags words={rule.tags} title="Tags" />
            {rule.related.length > 0 ? (
              <div>
                <span class="dim">Related rules</span>
                <ul>
                  {rule.related.map((id) => (
                    <li key={id}>
                      <a href={`/rules/${encodeURIComponent(id)}`}>
                        <Hostile text={id} />
                      </a>
                    </li>
                  ))}
                </ul>
              </div>
            ) : null}
            {rule.author.length > 0 ? (
              <p class="soft">
                By <Hostile text={rule.author.join(', ')} />
                {rule.license ? (
                  <>
                    , under <Hostile text={rule.license} />
                  </>
                ) : null}
              </p>
            ) : null}
          </div>
        </Panel>
      </div>
    </div>
  )
}

function Lines(props: { lines: readonly string[]; none: string }) {
  if (props.lines.length === 0) return <p class="soft">{props.none}</p>
  return (
    <>
      {props.lines.map((line) => (
        <p key={line}>
          <Hostile text={line.trim()} />
        </p>
      ))}
    </>
  )
}

function Tags(props: { title: string; words: readonly string[] }) {
  if (props.words.length === 0) return null
  return (
    <div>
      <span class="dim">{props.title}</span>
      <div class="tags">
        {props.words.map((word) => (
          <span class="tag" key={word}>
            <Hostile text={word} />
          </span>
        ))}
      </div>
    </div>
  )
}
