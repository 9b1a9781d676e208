/** Where logs come from: is each still sending, how late, and what was refused of it. */
import { useEffect } from 'preact/hooks'
import type { SourceView } from '../../../../server/domain/api.ts'
import { getSources } from '../../api/sources.ts'
import { now } from '../../clock.ts'
import { stats } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { longSpan, shortSpan } from '../../text/age.ts'
import { formatCount } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { RejectedPanel } from './rejected.tsx'

// A shorter delay says nothing.
const DELAYED = 60_000

export function SourcesScreen() {
  const sources = useRead('sources', getSources)
  useEffect(() => {
    pageTitle.value = 'Data sources'
  }, [])
  // The live feed tells that something came; the list follows at its pace.
  const beat = stats.value
  useEffect(() => {
    if (beat) sources.again()
  }, [beat])
  const list = (sources.data ?? []).toSorted(
    (a, b) =>
      Number(b.silentSince !== null) - Number(a.silentSince !== null) || (a.dataset < b.dataset ? -1 : 1),
  )
  const silent = list.filter((one) => one.silentSince !== null).length
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Data sources</h1>
          <p class="page-sub">
            {sources.data
              ? list.length === 0
                ? 'Nothing has sent yet.'
                : `${list.length - silent} receiving${silent ? `, ${silent} silent` : ''}. A source is silent when it is quiet for longer than is usual for it.`
              : ' '}
          </p>
        </div>
        {mayWrite() ? (
          <div class="page-actions">
            <a class="btn btn--primary" href="/sources/new">
              <Icon name="plus" />
              Connect a source
            </a>
          </div>
        ) : null}
      </header>
      {sources.data && sources.why ? (
        <p class="stale" role="status">
          <Icon name="warn" small class="c-warn" />
          <span>What is shown may be old: {sources.why}</span>
          <button class="btn btn--sm" type="button" onClick={sources.again}>
            Try again
          </button>
        </p>
      ) : null}
      <div class="stack">
        <section class="panel" aria-label="Sources">
          {!sources.data ? (
            sources.why ? (
              <Failed what="The sources could not be read" why={sources.why} retry={sources.again} />
            ) : (
              <Skeleton rows={6} label="Loading sources" />
            )
          ) : list.length === 0 ? (
            <Empty icon="sources" title="No source has sent anything yet">
              <a href="/sources/new">Connect the first one</a>
            </Empty>
          ) : (
            <Table sources={list} />
          )}
        </section>
        {sources.data || sources.why ? <RejectedPanel /> : null}
        <p class="soft">
          Which rules have the logs that they need is told with each of the <a href="/rules">rules</a>.
        </p>
      </div>
    </>
  )
}

function Table({ sources }: { sources: readonly SourceView[] }) {
  return (
    <table class="table sources-table">
      <caption class="vh">Sources, silent ones first</caption>
      <thead>
        <tr>
          <th scope="col">Logs</th>
          <th scope="col">State</th>
          <th scope="col" class="num">
            Events a minute
          </th>
          <th scope="col">Delay</th>
          <th scope="col" class="num">
            Events
          </th>
          <th scope="col" class="num">
            Rejected
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.map((one) => (
          <Row source={one} key={`${one.source} ${one.dataset}`} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ source }: { source: SourceView }) {
  const silent = source.silentSince !== null
  return (
    <tr>
      <th scope="row">
        <span class="mono">
          <Hostile text={source.dataset} />
        </span>
        <span class="cell-sub">
          from <Hostile text={source.source} />
        </span>
      </th>
      <td>
        <span class="state">
          <Icon name={silent ? 'warn' : 'done'} small class={silent ? 'c-warn' : 'c-ok'} />
          {silent ? 'Silent' : 'Receiving'}
        </span>
        <span class="cell-sub">
          {silent ? (
            silence(source)
          ) : (
            <>
              last <Age at={source.lastReceivedAt} suffix=" ago" />
            </>
          )}
        </span>
      </td>
      <td class="num" data-label="Events a minute">
        {formatCount(source.perMinute)}
        <span class="cell-sub">
          {source.usualPerMinute === null
            ? 'usual not known yet'
            : `usually ${formatCount(source.usualPerMinute)}${source.usualBasis === 'hour-of-week' ? ' at this hour' : ''}`}
        </span>
      </td>
      <td data-label="Delay">
        {source.delay ? shortSpan(source.delay.medianMs) : '—'}
        {source.delay && source.delay.p95Ms > DELAYED ? (
          <span class="cell-sub">1 of 20 takes over {shortSpan(source.delay.p95Ms)}</span>
        ) : null}
      </td>
      <td class="num" data-label="Events">
        {formatCount(source.events)}
      </td>
      <td class="num" data-label="Rejected">
        {source.rejected === 0 ? '0' : <a href="#rejected">{formatCount(source.rejected)}</a>}
        {source.lastRejection ? (
          <span class="cell-sub">
            <Hostile text={source.lastRejection.code} />
          </span>
        ) : null}
      </td>
    </tr>
  )
}

function silence(source: SourceView): string {
  const quiet = longSpan(now.value - Date.parse(source.lastReceivedAt))
  return source.usualPauseMs === null
    ? `quiet for ${quiet}, longer than is usual for it`
    : `usually pauses for up to ${longSpan(source.usualPauseMs)}, quiet for ${quiet}`
}
