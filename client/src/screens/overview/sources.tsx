import type { SourceView } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, longDate, longSpan, sameDay, shortSpan } from '../../text/age.ts'
import { now } from '../../clock.ts'
import { formatCount } from '../../text/words.ts'

// A shorter delay says nothing.
const DELAYED = 60_000

export function SourcesPanel(props: { sources: readonly SourceView[] }) {
  const silent = props.sources.filter((one) => one.silentSince !== null).length
  return (
    <Panel
      title="Data sources"
      note={`${props.sources.length - silent} receiving${silent ? `, ${silent} silent` : ''}`}
      aside={
        <a class="panel__link" href="/sources">
          Manage
        </a>
      }
    >
      <ul class="sources">
        {props.sources.map((source) => (
          <Source key={`${source.source} ${source.dataset}`} source={source} />
        ))}
      </ul>
    </Panel>
  )
}

function Source(props: { source: SourceView }) {
  const { source } = props
  const silent = source.silentSince !== null
  return (
    <li class={`source${silent ? ' source--silent' : ''}`}>
      <Icon
        name={silent ? 'warn' : 'done'}
        small
        class={silent ? 'c-warn' : 'c-ok'}
        label={silent ? 'Silent' : 'Receiving'}
      />
      <span class="source__name">
        <Hostile text={source.dataset} />
        <span class="source__via">
          from <Hostile text={source.source} />
          {source.delay && source.delay.medianMs > DELAYED
            ? `, ${shortSpan(source.delay.medianMs)} delay`
            : ''}
          {source.rejected > 0 ? `, ${formatCount(source.rejected)} rejected` : ''}
        </span>
      </span>
      <span class="source__rate num">
        {formatCount(source.perMinute)}
        <span class="dim">/min</span>
      </span>
      <Age at={source.lastReceivedAt} class={`source__age num${silent ? ' c-warn' : ''}`} />
      {source.silentSince ? (
        <p class="source__why">
          Silent since {sameDay(source.silentSince, now.value) ? '' : `${longDate(source.silentSince)}, `}
          {clockTime(source.silentSince)}, {usualPause(source)}. <a href="/sources">Check it</a>
        </p>
      ) : null}
    </li>
  )
}

function usualPause(source: SourceView): string {
  return source.usualPauseMs === null
    ? 'longer than is usual for it'
    : `pauses are usually up to ${longSpan(source.usualPauseMs)}`
}
