/** Proof, on every page, that silence means nothing happened: the connection, the flow and the age of the newest event. */
import { now } from '../clock.ts'
import { connection } from '../live/socket.ts'
import {
  correlator,
  eventsPerMinute,
  held,
  lastEventAt,
  overview,
  paused,
  silentSources,
  stats,
} from '../live/state.ts'
import { exactTime, shortSpan } from '../text/age.ts'
import { detectionNow } from '../text/detection.ts'
import { formatCount } from '../text/words.ts'
import { Age } from './age.tsx'
import { Icon } from './icon.tsx'

export function Pulse(props: { brief?: boolean }) {
  const silent = silentSources.value
  const detection = correlator.value ? detectionNow(correlator.value, now.value) : null
  const late = detection !== null && detection.state !== 'fresh' && !isWaitingForData()
  if (props.brief) {
    return (
      <a class="pulse" href="/sources" data-connection={connection.value.state}>
        <span class={`live-dot live-dot--${dotState()}`} />
        <span class="pulse__text">
          <b>{stateWord()}</b>
          <Lately />
        </span>
        {late ? <Icon name="warn" small class="c-warn" label={detection.words} /> : null}
      </a>
    )
  }
  return (
    <a class="pulse" href="/sources" data-connection={connection.value.state}>
      <span class={`live-dot live-dot--${dotState()}`} />
      <span class="pulse__text">
        <b>{stateWord()}</b>
        <Flow />
      </span>
      {silent === 0 ? null : (
        <>
          <Icon name="warn" small class="c-warn" />
          <span class="pulse__text">
            {silent} of {totalSources()} sources silent
          </span>
        </>
      )}
      <Newest />
      {detection === null ? null : (
        <>
          {late ? <Icon name="warn" small class="c-warn" /> : <span />}
          <span class={`pulse__text${late ? '' : ' dim'}`} title={exactRun()}>
            {detection.words}
          </span>
        </>
      )}
    </a>
  )
}

function exactRun(): string | undefined {
  const at = correlator.value?.lastRunAt
  return at ? exactTime(at) : undefined
}

function Flow() {
  const rate = eventsPerMinute.value
  if (connection.value.state === 'lost') return <> for {shortSpan(now.value - connection.value.since)}</>
  if (isWaitingForData()) return null
  return rate === null ? null : <> · {formatCount(rate)} events/min</>
}

/** The age of the newest event where there is no room for words. */
function Lately() {
  const at = lastEventAt.value
  if (!at || dotState() === 'lost') return null
  return (
    <>
      {' · '}
      <span class="vh">last event </span>
      <Age at={at} />
      <span class="vh"> ago</span>
    </>
  )
}

function Newest() {
  const at = lastEventAt.value
  return (
    <>
      <span />
      <span class="pulse__text dim">{at ? <>Last event {<Age at={at} />} ago</> : 'No event yet'}</span>
    </>
  )
}

export function dotState(): 'live' | 'lost' | 'paused' | 'waiting' {
  const state = connection.value.state
  if (state === 'lost') return 'lost'
  if (state !== 'live') return 'waiting'
  return paused.value ? 'paused' : 'live'
}

function stateWord(): string {
  switch (dotState()) {
    case 'lost':
      return 'Reconnecting'
    case 'waiting':
      return 'Connecting'
    case 'paused':
      return held.value.length > 0 ? `Paused, ${held.value.length} held` : 'Paused'
    case 'live':
      return isWaitingForData() ? 'Waiting for data' : 'Live'
  }
}

function isWaitingForData(): boolean {
  return overview.value?.events.total === 0 && !lastEventAt.value
}

function totalSources(): number {
  return stats.value?.sources ?? overview.value?.sources.length ?? 0
}
