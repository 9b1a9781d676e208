/** By which ways people are told, whether they work, and what was sent. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Severity } from '../../../../server/domain/alert.ts'
import {
  type ChannelChange,
  type ChannelView,
  type DeliveryView,
  getChannels,
  getDeliveries,
  patchChannel,
  testChannel,
  type TestOutcome,
} from '../../api/channels.ts'
import { failureText } from '../../api/request.ts'
import { Age } from '../../parts/age.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { visible } from '../../text/visible.ts'
import { showToast } from '../../toast.ts'
import { targetOf } from './channel-config.ts'
import { ChannelSheet } from './channel-form.tsx'
import { KINDS } from './channel-kinds.ts'
import { DeliveriesPanel } from './deliveries.tsx'

const LOWEST: readonly (readonly [Severity, string])[] = [
  ['critical', 'Critical only'],
  ['high', 'High and up'],
  ['medium', 'Medium and up'],
  ['low', 'Everything'],
]
const RISING: readonly Severity[] = ['low', 'medium', 'high', 'critical']

export function ChannelsTab() {
  const channels = useRead('channels', getChannels)
  const deliveries = useRead('deliveries', getDeliveries)
  const [open, setOpen] = useState<ChannelView | 'new' | null>(null)
  const again = () => {
    channels.again()
    deliveries.again()
  }
  return (
    <>
      <Panel
        title="Notifications"
        note="one message for an incident; what follows joins its thread"
        aside={
          <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setOpen('new')}>
            <Icon name="plus" />
            Add a channel
          </button>
        }
      >
        {!channels.data ? (
          channels.why ? (
            <Failed what="The channels could not be read" why={channels.why} retry={channels.again} />
          ) : (
            <Skeleton rows={3} label="Loading channels" />
          )
        ) : channels.data.length === 0 ? (
          <Empty icon="bell" title="Nobody is told yet">
            Without a channel, an incident is only on this dashboard. Add one that wakes you: a phone push for
            what is critical, an email for the rest.
          </Empty>
        ) : (
          <ul class="rows" aria-label="Channels">
            {channels.data.map((channel) => (
              <Row
                key={channel.id}
                channel={channel}
                deliveries={(deliveries.data ?? []).filter((one) => one.channel === channel.id)}
                onEdit={() => setOpen(channel)}
                onDone={again}
              />
            ))}
          </ul>
        )}
      </Panel>
      {channels.data && channels.data.length > 0 ? (
        <DeliveriesPanel read={deliveries} channels={channels.data} />
      ) : null}
      {open ? (
        <ChannelSheet of={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={again} />
      ) : null}
    </>
  )
}

type RowProps = {
  channel: ChannelView
  /** Its own, newest first. */
  deliveries: readonly DeliveryView[]
  onEdit: () => void
  onDone: () => void
}

function Row({ channel, deliveries, onEdit, onDone }: RowProps) {
  const [outcome, setOutcome] = useState<TestOutcome | 'sending' | null>(null)
  const name = visible(channel.name)
  const change = async (what: ChannelChange, said: string) => {
    try {
      await patchChannel(channel, what)
      showToast(said)
    } catch (cause) {
      showToast(failureText(cause))
    }
    onDone()
  }
  const test = async () => {
    setOutcome('sending')
    try {
      setOutcome(await testChannel(channel.id))
    } catch (cause) {
      setOutcome({ ok: false, detail: failureText(cause), tookMs: 0 })
    }
  }
  const lowest = RISING.find((one) => channel.severities.includes(one)) ?? 'critical'
  return (
    <li class="row row--channel">
      <Icon name={KINDS[channel.kind].icon} class="dim" />
      <p class="row__text">
        <b>
          <Hostile text={channel.name} />
        </b>
        <span class="cell-sub">
          {KINDS[channel.kind].word}, <Hostile text={targetOf(channel)} />
          {hoursOf(channel)}
        </span>
      </p>
      <p class="row__state" role="status">
        <State of={channel} deliveries={deliveries} outcome={outcome} />
      </p>
      <Select
        label={`Lowest severity for ${name}`}
        value={lowest}
        options={LOWEST}
        onChange={(least) =>
          void change({ severities: RISING.slice(RISING.indexOf(least)) }, 'Severity changed')
        }
      />
      <button class="btn btn--sm" type="button" disabled={outcome === 'sending'} onClick={() => void test()}>
        Send test<span class="vh"> over {name}</span>
      </button>
      <button class="btn btn--sm" type="button" aria-haspopup="dialog" onClick={onEdit}>
        Change<span class="vh"> {name}</span>
      </button>
      <Switch
        label={`${name}: on`}
        on={channel.enabled}
        onChange={(on) =>
          void change(
            { enabled: on },
            on ? 'Switched on' : 'Switched off: nobody is told over it of what comes now',
          )
        }
      />
    </li>
  )
}

function hoursOf({ quiet, digest }: ChannelView): string {
  const held = quiet ? `; quiet from ${quiet.from} to ${quiet.to}` : ''
  return digest && digest.severities.length > 0
    ? `${held}; ${digest.severities.join(' and ')} at ${digest.at}`
    : held
}

function State(props: {
  of: ChannelView
  deliveries: readonly DeliveryView[]
  outcome: TestOutcome | 'sending' | null
}) {
  const { of: channel, deliveries, outcome } = props
  if (outcome === 'sending') return <>Sending…</>
  if (outcome?.ok) return <Said icon="check">Delivered in {outcome.tookMs} ms, just now</Said>
  if (outcome) return <Said isBad>{outcome.detail}</Said>
  if (!channel.enabled) return <>off</>
  const ended = deliveries.find(({ state }) => state !== 'waiting')
  const stuck = deliveries.find(({ state, error }) => state === 'waiting' && error !== null)
  if (stuck)
    return (
      <Said isBad>
        <Hostile text={stuck.error ?? ''} /> It is tried again.
      </Said>
    )
  if (ended?.state === 'failed')
    return (
      <Said isBad>
        Given up: <Hostile text={ended.error ?? ''} />
      </Said>
    )
  if (!ended) return <>nothing sent yet</>
  return (
    <Said icon="check">
      Last sent <Age at={ended.finishedAt ?? ended.createdAt} suffix=" ago" />
    </Said>
  )
}

function Said(props: { icon?: 'check'; isBad?: boolean; children: ComponentChildren }) {
  return (
    <span class={`said${props.isBad ? ' c-crit' : ''}`}>
      <Icon name={props.isBad ? 'warn' : (props.icon ?? 'check')} small class={props.isBad ? '' : 'c-ok'} />
      <span>{props.children}</span>
    </span>
  )
}
