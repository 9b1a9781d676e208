import { Fragment } from 'preact'
import type { AlertView, IncidentView } from '../../../../server/domain/api.ts'
import { Panel } from '../../parts/panel.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { useSteady } from '../../parts/steady.ts'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, exactTime, longDate, longSpan, sameDay } from '../../text/age.ts'
import { withoutAccount } from '../../text/sentence.ts'

/** What happened, in the order in which it did, with the time between. */
export function StoryPanel(props: { incident: IncidentView; alerts: readonly AlertView[] | null }) {
  const { shown, waits, hold } = useSteady(props.incident.story, tellsTheSame)
  const alerts = new Map((props.alerts ?? []).map((alert) => [alert.id, alert]))
  const first = shown[0]
  return (
    <Panel
      title="How it unfolded"
      note={waits ? 'More has come: it shows when the pointer leaves' : first ? longDate(first.time) : null}
    >
      <ol class="evidence story" {...hold}>
        {shown.map((line, i) => {
          const before = shown[i - 1]
          const alert = alerts.get(line.alertId)
          return (
            <Fragment key={`${line.time} ${line.alertId}`}>
              {before ? <li class="ev-gap">{gap(before.time, line.time)}</li> : null}
              <li class="ev">
                <time class="ev__time" dateTime={line.time} title={exactTime(line.time)}>
                  {clockTime(line.time)}
                </time>
                <span class="ev__icon">{alert ? <SeverityGlyph severity={alert.severity} /> : null}</span>
                <div class="ev__body">
                  <p class="ev__title">
                    <a href={`/alerts/${encodeURIComponent(line.alertId)}`}>
                      <Hostile text={sentenceOf(line.text, props.incident.user)} />
                    </a>
                    {alert?.lateAfterClose ? <span class="tag tag--warn">Late evidence</span> : null}
                  </p>
                </div>
              </li>
            </Fragment>
          )
        })}
      </ol>
    </Panel>
  )
}

function gap(from: string, to: string): string {
  const span = Date.parse(to) - Date.parse(from)
  const day = sameDay(from, to) ? '' : `, ${longDate(to)}`
  return `${span < 1000 ? 'in the same second' : `${longSpan(span)} later`}${day}`
}

type Story = IncidentView['story']

function tellsTheSame(a: Story, b: Story): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The time between stands above it; the account is in the title, an address that attacked it is not. */
function sentenceOf(told: string, account: string | null): string {
  const text = told.replace(/^(?:\d+ (?:s|min|h|d) ){1,2}later: /, '')
  const about = account !== null && text.toLowerCase().startsWith(account.toLowerCase())
  return about ? withoutAccount(text, account) : text
}
