import type { AccountHistory, SeenValue } from '../../../../server/domain/api.ts'
import { Age } from '../../parts/age.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { formatCount } from '../../text/words.ts'

const SHOWN = 6
const KINDS = {
  country: 'Country',
  network: 'Network',
  address: 'Address',
  app: 'App',
  device: 'Device',
} as const

/** What is usual for the account, and beside it what came for the first time. */
export function Usual({ history }: { history: AccountHistory }) {
  const { usual } = history
  return (
    <>
      {history.new.length > 0 ? (
        <Panel title="First time" note="in the last 7 days">
          <dl class="kv panel__body">
            {history.new.slice(0, 2 * SHOWN).map((one) => (
              <>
                <dt>{KINDS[one.kind]}</dt>
                <dd class="c-crit">
                  <Hostile text={one.value} />, <Age at={one.firstSeen} suffix=" ago" />
                </dd>
              </>
            ))}
          </dl>
        </Panel>
      ) : null}
      <Panel title="Usually seen" note={history.complete ? undefined : 'of the events that were looked at'}>
        <div class="panel__body usual">
          <Values title="Countries" values={usual.countries} />
          <Values title="Networks" values={usual.networks} />
          <Values title="Apps" values={usual.apps} />
          <Values title="Devices" values={usual.devices} />
          <Hours hours={usual.hours} />
          <p class="soft">
            Sends {formatCount(Math.round(usual.mailsPerDay * 10) / 10)} mails a day,{' '}
            {formatCount(usual.mostMailsAnHour)} in its busiest hour.
          </p>
        </div>
      </Panel>
    </>
  )
}

function Values({ title, values }: { title: string; values: readonly SeenValue[] }) {
  if (values.length === 0) return null
  const most = Math.max(...values.map(({ count }) => count))
  return (
    <div>
      <h3 class="others__title">{title}</h3>
      <ul class="topvals">
        {values.slice(0, SHOWN).map(({ value, count }) => (
          <li class="topval" key={value}>
            <span class="clip">
              <Hostile text={value} />
            </span>
            <span class="topval__n">{formatCount(count)}</span>
            <span class="topval__m">
              <span class="meter" aria-hidden="true">
                <svg>
                  <rect class="bar" width={`${(count / most) * 100}%`} height="100%" />
                </svg>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** In the reader's own time; the server counts in UTC. */
function Hours({ hours }: { hours: readonly number[] }) {
  const shift = -Math.round(new Date().getTimezoneOffset() / 60)
  const local = hours.map((_, hour) => hours[(hour - shift + 48) % 24]!)
  const most = Math.max(1, ...local)
  const total = local.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const busiest = local.indexOf(Math.max(...local))
  return (
    <div>
      <h3 class="others__title">Hours of the day, here</h3>
      <svg
        class="spark"
        role="img"
        aria-label={`Events by hour of the day; most of them from ${busiest}:00 to ${busiest + 1}:00`}
      >
        {local.map((count, hour) => (
          <rect
            key={hour}
            class={count === 0 ? 'bar bar--muted' : 'bar'}
            x={`${(hour / 24) * 100 + 0.4}%`}
            width={`${100 / 24 - 0.8}%`}
            y={`${100 - Math.max(4, (count / most) * 100)}%`}
            height={`${Math.max(4, (count / most) * 100)}%`}
          />
        ))}
      </svg>
    </div>
  )
}
