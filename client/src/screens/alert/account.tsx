import { useEffect, useState } from 'preact/hooks'
import type { AlertDetail, AlertView } from '../../../../server/domain/api.ts'
import { getAccount } from '../../api/accounts.ts'
import { getAlerts } from '../../api/calls.ts'
import { failureText } from '../../api/request.ts'
import { Age } from '../../parts/age.tsx'
import { AlertLinks } from '../../parts/alert-links.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { formatCount } from '../../text/words.ts'

const OTHERS = 10

/** What else is known of whom the alert is about. */
export function AboutAccount(props: { alert: AlertDetail }) {
  const { alert } = props
  return (
    <Panel
      title={alert.user === null ? 'About this address' : 'About this account'}
      aside={
        alert.user === null ? null : (
          <a class="panel__link" href={`/alerts?view=all&user=${encodeURIComponent(alert.user)}`}>
            All its alerts
          </a>
        )
      }
    >
      <div class="panel__body">
        <dl class="kv">
          <dt>{alert.user === null ? 'Address' : 'Account'}</dt>
          <dd class="mono">
            {alert.user === null ? (
              <Hostile text={alert.entity.value} />
            ) : (
              <a href={`/accounts/${encodeURIComponent(alert.user)}`}>
                <Hostile text={alert.user} />
              </a>
            )}
          </dd>
          <Involved users={alert.users.filter((user) => user !== alert.user)} />
          <dt>First seen</dt>
          <dd>
            <Age at={alert.firstSeen} /> ago
          </dd>
          <dt>Last seen</dt>
          <dd>
            <Age at={alert.lastSeen} /> ago
          </dd>
        </dl>
        {alert.user === null ? null : <Usual key={`usual ${alert.user}`} user={alert.user} />}
        {alert.user === null ? null : <OtherAlerts key={alert.user} user={alert.user} not={alert.id} />}
      </div>
    </Panel>
  )
}

/** Where it is usually seen, and what came for the first time. Silent where nothing is known: the page has its own panel. */
function Usual({ user }: { user: string }) {
  const { data } = useRead(user, (signal) => getAccount(user, signal))
  const history = data?.history
  if (!history) return null
  const countries = history.usual.countries.slice(0, 3).map(({ value }) => value)
  const fresh = history.new.slice(0, 3)
  return (
    <dl class="kv">
      {countries.length > 0 ? (
        <>
          <dt>Usually in</dt>
          <dd>
            <Hostile text={countries.join(', ')} />
          </dd>
        </>
      ) : null}
      {fresh.length > 0 ? (
        <>
          <dt>First time</dt>
          <dd class="c-crit">
            <Hostile text={fresh.map(({ value }) => value).join(', ')} />
          </dd>
        </>
      ) : null}
    </dl>
  )
}

// As many names as fit beside the evidence.
const NAMES = 8

function Involved(props: { users: readonly string[] }) {
  if (props.users.length === 0) return null
  const more = props.users.length - NAMES
  return (
    <>
      <dt>Also involved</dt>
      <dd>
        {props.users.slice(0, NAMES).map((user) => (
          <div class="mono" key={user}>
            <Hostile text={user} />
          </div>
        ))}
        {more > 0 ? `and ${formatCount(more)} more` : null}
      </dd>
    </>
  )
}

function OtherAlerts(props: { user: string; not: string }) {
  const [alerts, setAlerts] = useState<AlertView[] | null>(null)
  const [failed, setFailed] = useState('')
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    getAlerts({ status: [], severity: [], user: props.user, size: OTHERS + 1 }, undefined, abort.signal).then(
      (answer) => setAlerts(answer.alerts.filter((one) => one.id !== props.not).slice(0, OTHERS)),
      (cause: unknown) => {
        if (!abort.signal.aborted) setFailed(failureText(cause))
      },
    )
    return () => abort.abort()
  }, [props.user, props.not, asked])
  if (failed) {
    const retry = () => {
      setFailed('')
      setAsked((n) => n + 1)
    }
    return <Failed what="Its other alerts could not be read" why={failed} retry={retry} />
  }
  if (!alerts) return null
  return (
    <>
      <h3 class="others__title">
        {alerts.length === 0 ? 'No other alert about it' : 'Other alerts about it'}
      </h3>
      <AlertLinks alerts={alerts} />
    </>
  )
}
