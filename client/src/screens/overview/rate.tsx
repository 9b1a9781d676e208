import { now } from '../../clock.ts'
import { correlator, eventsPerMinute, overview } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { RateSpark } from '../../parts/rate-spark.tsx'
import { longSpan } from '../../text/age.ts'
import { detectionNow } from '../../text/detection.ts'
import { formatCount, plural } from '../../text/words.ts'

export function RatePanel() {
  const events = overview.value!.events
  const usual = events.usual
  const rate = eventsPerMinute.value ?? 0
  const normal = usual === null || (rate >= usual.low && rate <= usual.high)
  return (
    <Panel title="Event rate" note="last hour, live">
      <div class="panel__body rate">
        <p class="rate__now">
          <span class="rate__n">{formatCount(rate)}</span> per min
          {usual ? (
            <span class="rate__usual">
              <Icon name={normal ? 'check' : 'warn'} small class={normal ? 'c-ok' : 'c-warn'} />
              usual is {formatCount(usual.low)} to {formatCount(usual.high)}
            </span>
          ) : null}
        </p>
        <RateSpark events={events} />
      </div>
      <Correlator />
    </Panel>
  )
}

function Correlator() {
  const state = correlator.value
  if (!state) return null
  const { state: how, words } = detectionNow(state, now.value)
  const late = how !== 'fresh'
  return (
    <div class="panel__foot correlator">
      <Icon
        name={late ? 'warn' : 'done'}
        small
        class={late ? 'c-warn' : 'c-ok'}
        label={late ? 'Behind' : 'Healthy'}
      />
      <span>
        <b>{late ? `${words}.` : 'Correlator caught up.'}</b>{' '}
        {state.lastRunAt ? (
          <>
            Ran <Age at={state.lastRunAt} /> ago,{' '}
          </>
        ) : null}
        {plural(state.rules, 'rule')}, lag {longSpan(state.lagMs)}
        {state.pending > 0 ? `, ${plural(state.pending, 'group')} waiting` : ''}
      </span>
    </div>
  )
}
