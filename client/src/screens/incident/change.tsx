/** What a person does to an incident is done to all of its alerts. */
import { useState } from 'preact/hooks'
import type { AlertPatch, AlertView, IncidentView } from '../../../../server/domain/api.ts'
import { postBulk } from '../../api/calls.ts'
import { getIncident, patchIncident } from '../../api/incidents.ts'
import { Failure, failureText } from '../../api/request.ts'
import { useKeys } from '../../keyboard.ts'
import { Icon } from '../../parts/icon.tsx'
import { Menu } from '../../parts/menu.tsx'
import { statusIcon } from '../../parts/status.tsx'
import { whoAmI } from '../../session.ts'
import { CLOSE_CHOICES, plural, statusWord } from '../../text/words.ts'
import { showToast } from '../../toast.ts'

type Patch = Omit<AlertPatch, 'note'>
type Wanted = { patch: Patch; said: string }
type Props = {
  incident: IncidentView
  alerts: readonly AlertView[]
  receive: (changed: IncidentView) => void
}

export function ChangeIncident(props: Props) {
  const { incident, alerts } = props
  const [menu, setMenu] = useState<'status' | 'close' | null>(null)
  const [refused, setRefused] = useState<Wanted | null>(null)
  const mine = alerts.length > 0 && alerts.every((alert) => alert.assignee === whoAmI())
  const change = async (wanted: Wanted) => {
    const before = alerts
    try {
      props.receive(await patchIncident(incident.id, incident.version, wanted.patch))
      setRefused(null)
      showToast(`${plural(before.length, 'alert')}: ${wanted.said}`, () => void putBack(before))
    } catch (cause) {
      if (!(cause instanceof Failure && cause.status === 412)) {
        showToast(`Not changed: ${failureText(cause)}`)
        return
      }
      setRefused(wanted)
      props.receive(await getIncident(incident.id))
    }
  }
  const setStatus = (status: 'open' | 'acknowledged') => () =>
    void change({ patch: { status }, said: `set to ${statusWord(status, null)}` })
  const assign = () =>
    void change({
      patch: { assignee: mine ? null : whoAmI() },
      said: mine ? 'no longer assigned' : 'assigned to you',
    })
  useKeys({ s: () => setMenu('status'), e: () => setMenu('close'), a: assign })
  return (
    <>
      {refused ? (
        <div class="callout callout--warn conflict" role="alert">
          <Icon name="warn" small />
          <div class="callout__body">
            <b>Someone changed this incident while you looked at it.</b> It is now{' '}
            {statusWord(incident.status, null).toLowerCase()}. Your change was not made.
          </div>
          <button class="btn btn--sm" type="button" onClick={() => void change(refused)}>
            Make it anyway
          </button>
          <button class="btn btn--sm btn--ghost" type="button" onClick={() => setRefused(null)}>
            Keep theirs
          </button>
        </div>
      ) : null}
      <div class="page-actions">
        <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setMenu('status')}>
          <Icon name={statusIcon({ ...incident, closeReason: null })} class="c-accent" />
          {statusWord(incident.status, null)}
          <kbd class="kbd">S</kbd>
        </button>
        <button class="btn" type="button" onClick={assign}>
          {mine ? 'All assigned to you' : 'Assign all to me'}
          <kbd class="kbd">A</kbd>
        </button>
        <button class="btn" type="button" aria-haspopup="dialog" onClick={() => setMenu('close')}>
          Close all as…
          <kbd class="kbd">E</kbd>
        </button>
      </div>
      {menu === 'status' ? (
        <Menu
          title={`Set status of ${plural(alerts.length, 'alert')}`}
          onClose={() => setMenu(null)}
          choices={[
            { icon: 'new', title: 'New', current: incident.status === 'open', choose: setStatus('open') },
            {
              icon: 'half',
              title: 'Investigating',
              current: incident.status === 'acknowledged',
              choose: setStatus('acknowledged'),
            },
            {
              icon: 'done',
              title: 'Close all as…',
              current: incident.status === 'closed',
              choose: () => setMenu('close'),
            },
          ]}
        />
      ) : null}
      {menu === 'close' ? (
        <Menu
          title={`Close ${plural(alerts.length, 'alert')} as`}
          onClose={() => setMenu(null)}
          choices={CLOSE_CHOICES.map(({ reason, title, hint, falsePositive }) => ({
            icon: falsePositive ? 'slash' : reason === 'secured' ? 'done' : 'shield',
            title,
            hint,
            choose: () =>
              void change({
                patch: { status: 'closed', closeReason: reason },
                said: `closed, ${title.toLowerCase()}`,
              }),
          }))}
        />
      ) : null}
    </>
  )
}

/** Each alert as it was: they may have differed. */
async function putBack(before: readonly AlertView[]): Promise<void> {
  const groups = Map.groupBy(before, ({ status, closeReason, assignee }) =>
    JSON.stringify({ status, closeReason, assignee }),
  )
  try {
    for (const alerts of groups.values()) {
      const { status, closeReason, assignee } = alerts[0]!
      // What the system withdrew is not a person's to set.
      if (status === 'withdrawn') continue
      await postBulk(
        alerts.map((alert) => alert.id),
        { status, assignee, ...(status === 'closed' && closeReason ? { closeReason } : {}) },
      )
    }
    showToast('Taken back')
  } catch (cause) {
    showToast(`Not taken back: ${failureText(cause)}`)
  }
}
