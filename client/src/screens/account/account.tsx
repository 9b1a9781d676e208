/** One account: does it look compromised, what is usual for it, what is new, and what it did last. */
import { useEffect, useState } from 'preact/hooks'
import type { AccountView } from '../../../../server/domain/api.ts'
import { getAccount } from '../../api/accounts.ts'
import { Failure } from '../../api/request.ts'
import { postSearch } from '../../api/search.ts'
import { Age } from '../../parts/age.tsx'
import { AlertLinks } from '../../parts/alert-links.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { clockTime, exactTime, sameDay, shortDate } from '../../text/age.ts'
import { describeEvidence } from '../../text/evidence.ts'
import { kqlText } from '../../text/query-clause.ts'
import { queryAddress } from '../../text/search-address.ts'
import { withoutAccount } from '../../text/sentence.ts'
import { formatCount, initials, plural } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { Usual } from './usual.tsx'

const LAST = 25

export function AccountScreen({ address }: { address: string }) {
  const [isGone, setGone] = useState(false)
  const account = useRead(address, async (signal) => {
    try {
      return await getAccount(address, signal)
    } catch (cause) {
      setGone(cause instanceof Failure && cause.status === 404)
      throw cause
    }
  })
  useEffect(() => {
    pageTitle.value = address
  }, [address])
  const query = `user.email: ${kqlText(address)}`
  const { data } = account
  const open = data?.alerts[0]
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="/accounts">Accounts</a>
        <Icon name="right" small />
        <span aria-current="page" class="clip">
          <Hostile text={address} />
        </span>
      </nav>
      <header class="page-head">
        <span class="avatar" aria-hidden="true">
          {initials(address)}
        </span>
        <div class="page-head__text">
          <h1 class="page-title">
            <Hostile text={address} />
          </h1>
          <p class="page-sub">{data ? <Standing account={data} /> : ' '}</p>
        </div>
        <div class="page-actions">
          <a class="btn" href={queryAddress('kql', query, 'now-30d')}>
            <Icon name="search" />
            Search its events
          </a>
          {open ? (
            <a class="btn btn--primary" href={`/alerts/${encodeURIComponent(open.id)}#respond`}>
              What to do
            </a>
          ) : null}
        </div>
      </header>
      {!data ? (
        isGone ? (
          <section class="panel" aria-label="Account">
            <Empty icon="search-x" title="No event of this account is stored">
              It may be written differently, or its logs do not come here.
            </Empty>
          </section>
        ) : account.why ? (
          <Failed what="The account could not be read" why={account.why} retry={account.again} />
        ) : (
          <Skeleton rows={8} label="Loading the account" />
        )
      ) : (
        <>
          {data.incidents[0] ? (
            <p class="callout callout--crit">
              <Icon name="warn" />
              <span class="callout__body">
                <b>
                  <Hostile text={withoutAccount(data.incidents[0].summary, data.account)} />
                </b>{' '}
                Risk {data.incidents[0].riskScore} of 100.{' '}
                <a href={`/incidents/${encodeURIComponent(data.incidents[0].id)}`}>The whole story</a>
              </span>
            </p>
          ) : null}
          <div class="split">
            <div class="stack">
              <Alerts account={data} />
              <LastEvents query={query} address={address} />
            </div>
            <div class="stack">
              {data.history ? (
                <Usual history={data.history} />
              ) : (
                <Panel title="Usually seen">
                  <Empty icon="search-x" title="No event of this account is stored">
                    It may be written differently, or its logs do not come here.
                  </Empty>
                </Panel>
              )}
            </div>
          </div>
        </>
      )}
    </>
  )
}

function Standing({ account }: { account: AccountView }) {
  const { history, alerts } = account
  if (!history) return <>Nothing of it is stored.</>
  return (
    <>
      {alerts.length === 0 ? 'No open alert. ' : `${plural(alerts.length, 'open alert')}. `}
      Last seen <Age at={history.lastSeen} suffix=" ago" />, known since {shortDate(history.firstSeen)},{' '}
      {history.complete ? '' : 'more than '}
      {plural(history.events, 'event')}.
    </>
  )
}

function Alerts({ account }: { account: AccountView }) {
  return (
    <Panel
      title="Open alerts"
      aside={
        <a class="panel__link" href={`/alerts?view=all&user=${encodeURIComponent(account.account)}`}>
          All its alerts
        </a>
      }
    >
      {account.alerts.length === 0 ? (
        <Empty icon="done" title="None" />
      ) : (
        <AlertLinks alerts={account.alerts} class="panel__body" />
      )}
    </Panel>
  )
}

function LastEvents({ query, address }: { query: string; address: string }) {
  const read = useRead(`events ${address}`, (signal) =>
    postSearch({ language: 'kql', query, from: '', to: '' }, { size: LAST }, signal),
  )
  const events = read.data?.events ?? []
  return (
    <Panel title="What it did last" note="newest first">
      {!read.data ? (
        read.why ? (
          <Failed what="Its events could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={5} label="Loading its events" />
        )
      ) : events.length === 0 ? (
        <Empty icon="search-x" title="Nothing is stored" />
      ) : (
        <ol class="trail">
          {events.map((event, i) => {
            const said = describeEvidence({ dataset: event.dataset, matched: [] }, event.fields)
            const before = events[i - 1]
            return (
              <li class="trail__entry" key={event.id}>
                <time dateTime={event.time} title={exactTime(event.time)}>
                  {before && sameDay(before.time, event.time) ? '' : `${shortDate(event.time)} `}
                  {clockTime(event.time)}
                </time>
                <Icon name={said.icon} small class="dim" />
                <div>
                  <Hostile text={said.title} />
                </div>
              </li>
            )
          })}
        </ol>
      )}
      {read.data && read.data.total.value > LAST ? (
        <p class="panel__foot">
          {read.data.total.exact ? '' : 'More than '}
          {formatCount(read.data.total.value)} in all:{' '}
          <a href={queryAddress('kql', query, 'now-30d')}>search them</a>
        </p>
      ) : null}
    </Panel>
  )
}
