/** What was sent, what waits, and what could not be sent. */
import { type ChannelView, type DeliveryView, retryDelivery } from '../../api/channels.ts'
import { failureText } from '../../api/request.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import type { Read } from '../../parts/use-read.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'

const CHANGES: { [change: string]: string } = {
  escalated: 'Worse: ',
  ongoing: 'Still going on: ',
  resolved: 'Over: ',
  digest: 'Digest: ',
}

type Props = { read: Read<DeliveryView[]>; channels: readonly ChannelView[] }

export function DeliveriesPanel({ read, channels }: Props) {
  const names = new Map(channels.map(({ id, name }) => [id, name]))
  const waiting = (read.data ?? []).filter(({ state }) => state === 'waiting').length
  return (
    <Panel title="What was sent" note={waiting > 0 ? `${plural(waiting, 'message')} to go out` : null}>
      {!read.data ? (
        read.why ? (
          <Failed what="It could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={3} label="Loading what was sent" />
        )
      ) : read.data.length === 0 ? (
        <p class="panel__foot quiet">Nothing yet: a channel is told of what comes after it was made.</p>
      ) : (
        <ul class="rows" aria-label="What was sent">
          {read.data.map((one) => (
            <li class="row" key={one.id}>
              <p class="row__text">
                {CHANGES[one.change] ?? ''}
                <Hostile text={one.sentence} />
                <span class="cell-sub">
                  <Age at={one.createdAt} suffix=" ago" />, over{' '}
                  <Hostile text={names.get(one.channel) ?? 'a channel that is gone'} />
                  {one.error ? (
                    <>
                      . <Hostile text={one.error} />
                    </>
                  ) : null}
                </span>
              </p>
              <p class="row__state">
                <Outcome of={one} />
              </p>
              {one.state === 'failed' ? (
                <button class="btn btn--sm" type="button" onClick={() => void retry(one.id, read.again)}>
                  Try again<span class="vh">: {one.sentence}</span>
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Outcome({ of: one }: { of: DeliveryView }) {
  if (one.state === 'done')
    return (
      <span class="said">
        <Icon name="check" small class="c-ok" />
        sent
      </span>
    )
  if (one.state === 'failed')
    return (
      <span class="said c-crit">
        <Icon name="warn" small />
        not sent after {plural(one.attempts, 'try', 'tries')}
      </span>
    )
  return <>{one.attempts > 0 ? `waits, tried ${plural(one.attempts, 'time')}` : 'waits'}</>
}

async function retry(id: string, again: () => void): Promise<void> {
  try {
    await retryDelivery(id)
    showToast('It is sent again')
  } catch (cause) {
    showToast(failureText(cause))
  }
  again()
}
