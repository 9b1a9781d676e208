import type { AlertView } from '../../../../server/domain/api.ts'
import { useKeys } from '../../keyboard.ts'
import { Age } from '../../parts/age.tsx'
import { Marks } from '../../parts/marks.tsx'
import { Panel } from '../../parts/panel.tsx'
import { useRoving } from '../../parts/roving.ts'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Skeleton } from '../../parts/states.tsx'
import { StatusGlyph } from '../../parts/status.tsx'
import { useSteady } from '../../parts/steady.ts'
import { Hostile } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { bySeverity } from '../../live/order.ts'
import { withoutAccount } from '../../text/sentence.ts'
import { plural } from '../../text/words.ts'

// Where the keys were in each incident's list, for coming back.
const cursors = new Map<string, { current: string | null }>()

export function ItsAlerts(props: { incident: string; alerts: readonly AlertView[] | null }) {
  const sorted = props.alerts?.toSorted(bySeverity) ?? null
  // Only a change of which they are would move rows; the rows themselves change in place.
  const order = useSteady((sorted ?? []).map((alert) => alert.id).join(' '))
  const byId = new Map((sorted ?? []).map((alert) => [alert.id, alert]))
  const shown = order.shown.split(' ').flatMap((id) => byId.get(id) ?? [])
  const ids = shown.map((alert) => alert.id)
  const roving = useRoving(ids, cursorOf(props.incident))
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    Enter: () => {
      const id = roving.current ?? ids[0]
      if (id) navigate(`/alerts/${encodeURIComponent(id)}`)
    },
  })
  return (
    <Panel title="Its alerts" note={sorted ? plural(sorted.length, 'alert') : null}>
      {sorted ? (
        <ul
          class="incidents"
          ref={(node) => void (roving.listRef.current = node)}
          onFocusIn={roving.onFocusIn}
          {...order.hold}
        >
          {shown.map((alert, i) => (
            <li class="incident" key={alert.id}>
              <a
                class="incident__link"
                href={`/alerts/${encodeURIComponent(alert.id)}`}
                data-row={alert.id}
                data-current={roving.current === alert.id ? '' : undefined}
                tabIndex={roving.tabIndex(alert.id, i)}
              >
                <SeverityGlyph severity={alert.severity} />
                <span class="incident__sentence">
                  <Hostile text={withoutAccount(alert.summary, alert.user)} />
                  <Marks alert={alert} />
                </span>
                <StatusGlyph alert={alert} class="incident__status" />
                <Age at={alert.raisedAt} class="incident__age" />
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <Skeleton rows={3} label="Loading its alerts" />
      )}
    </Panel>
  )
}

function cursorOf(incident: string): { current: string | null } {
  const known = cursors.get(incident) ?? { current: null }
  cursors.set(incident, known)
  return known
}
