import { useEffect, useState } from 'preact/hooks'
import type { AlertView } from '../../../../server/domain/api.ts'
import { toggleMine } from '../../actions.ts'
import { useKeys } from '../../keyboard.ts'
import { keepLive } from '../../live/alerts.ts'
import { correlator, graveIncidents, lastEventAt, openCount, overview } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { openCloseMenu, openStatusMenu } from '../../parts/alert-menus.tsx'
import { LivePill } from '../../parts/live-pill.tsx'
import { Marks } from '../../parts/marks.tsx'
import { Panel } from '../../parts/panel.tsx'
import { useRoving } from '../../parts/roving.ts'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { StatusGlyph } from '../../parts/status.tsx'
import { Sentence } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { mayWrite } from '../../session.ts'
import { formatCount, plural } from '../../text/words.ts'
import { Hero, IncidentHero } from './hero.tsx'
import { openAlerts, overviewCursor } from './list.ts'

// As many as are read at a glance; the page of alerts has all.
const ROWS = 12

export function NeedsYou() {
  const list = openAlerts
  useEffect(() => {
    keepLive(list)
    // Nobody has a pointer on it yet: what was closed meanwhile goes, what waited comes.
    list.reveal()
    void list.refresh()
  }, [])
  // Chosen when the list is: one that came by itself would push the rows down.
  const [told, setTold] = useState(() => graveIncidents.peek()[0]?.incidentId)
  const incident = graveIncidents.value.find(({ incidentId }) => incidentId === told)
  const reveal = () => {
    list.reveal()
    setTold(graveIncidents.peek()[0]?.incidentId)
  }
  const { shown, waiting } = list.feed.value
  const loading = list.loading.value
  const hero = heroOf(shown)
  const others = hero ? shown.filter((alert) => alert !== hero) : shown
  const rows = others.slice(0, ROWS)
  const ids = hero ? [hero.id, ...rows.map((alert) => alert.id)] : rows.map((alert) => alert.id)
  const roving = useRoving(ids, overviewCursor)
  const current = () => shown.find((alert) => alert.id === (roving.current ?? ids[0]))
  const writing = mayWrite()
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    '.': reveal,
    Enter: () => listOf(current()).forEach((alert) => navigate(`/alerts/${encodeURIComponent(alert.id)}`)),
    ...(writing
      ? {
          s: () => openStatusMenu(listOf(current())),
          e: () => openCloseMenu(listOf(current())),
          a: () => listOf(current()).forEach(toggleMine),
        }
      : {}),
  })
  return (
    <Panel
      class="now"
      title="Needs you now"
      note={shown.length > 0 ? note(shown, list.nextCursor.value !== null) : null}
      aside={
        <a class="panel__link" href="/alerts">
          All alerts
        </a>
      }
    >
      <LivePill waiting={waiting} onPress={reveal} />
      {loading.state === 'failed' && shown.length === 0 ? (
        <Failed what="The alerts could not be read" why={loading.why} retry={() => void list.reload()} />
      ) : loading.state === 'loading' && shown.length === 0 ? (
        <Skeleton rows={5} label="Loading alerts" />
      ) : shown.length === 0 ? (
        <AllQuiet />
      ) : (
        <div ref={(node) => void (roving.listRef.current = node)} onFocusIn={roving.onFocusIn}>
          {hero ? (
            <Hero alert={hero} tabIndex={roving.tabIndex(hero.id, 0)} />
          ) : incident ? (
            <IncidentHero incident={incident} />
          ) : null}
          {rows.length > 0 ? (
            <ul class="incidents">
              {rows.map((alert, i) => (
                <Row
                  key={alert.id}
                  alert={alert}
                  tabIndex={roving.tabIndex(alert.id, i + 1)}
                  current={roving.current === alert.id}
                  fresh={list.fresh.value.has(alert.id)}
                />
              ))}
            </ul>
          ) : null}
          <More left={others.length - rows.length} andMore={list.nextCursor.value !== null} />
        </div>
      )}
    </Panel>
  )
}

/** `andMore`: there are more than are known here. */
function More(props: { left: number; andMore: boolean }) {
  if (props.left === 0 && !props.andMore) return null
  return (
    <p class="panel__foot">
      <a href="/alerts">
        {formatCount(props.left)}
        {props.andMore ? ' or more' : ''} further {props.left === 1 && !props.andMore ? 'alert' : 'alerts'}
      </a>
    </p>
  )
}

/** Accounts of the open critical incidents, and of the open critical alerts on screen and waiting; a lower bound, as the list has an end. */
export function accountsInCritical(): number {
  const { shown, waiting } = openAlerts.feed.value
  const critical = [...shown, ...waiting].filter(
    (alert) => alert.severity === 'critical' && !alert.drill && isOpen(alert),
  )
  const accounts = critical.map((alert) => alert.user ?? alert.entity.value)
  return new Set([...accounts, ...graveIncidents.value.map(({ user }) => user)]).size
}

function Row(props: { alert: AlertView; tabIndex: 0 | -1; current: boolean; fresh: boolean }) {
  const { alert } = props
  return (
    <li class={`incident${props.fresh ? ' is-fresh' : ''}`}>
      <a
        class="incident__link"
        href={`/alerts/${encodeURIComponent(alert.id)}`}
        data-row={alert.id}
        data-current={props.current ? '' : undefined}
        tabIndex={props.tabIndex}
      >
        <SeverityGlyph severity={alert.severity} />
        <span class="incident__sentence">
          <Sentence summary={alert.summary} about={alert.user ?? alert.entity.value} />
          <Marks alert={alert} />
        </span>
        <StatusGlyph alert={alert} class="incident__status" />
        <Age at={alert.raisedAt} class="incident__age" />
      </a>
    </li>
  )
}

function AllQuiet() {
  const at = lastEventAt.value
  const run = correlator.value
  return (
    <Empty icon="shield" title="All quiet">
      {overview.value ? `${plural(overview.value.events.total, 'event')} watched` : 'Watching'}
      {run ? ` by ${plural(run.rules, 'rule')}` : ''}.{' '}
      {at ? (
        <>
          Last event <Age at={at} /> ago
        </>
      ) : (
        'No event yet'
      )}
      {run?.lastRunAt ? (
        <>
          , last correlator run <Age at={run.lastRunAt} /> ago
        </>
      ) : null}
      .
    </Empty>
  )
}

// Only an open critical alert is drawn large; a real one before a drill.
function heroOf(shown: readonly AlertView[]): AlertView | undefined {
  return shown.find((alert) => alert.severity === 'critical' && isOpen(alert))
}

function isOpen(alert: AlertView): boolean {
  return alert.status === 'open' || alert.status === 'acknowledged'
}

function note(shown: readonly AlertView[], andMore: boolean): string {
  const open = shown.filter(isOpen)
  const drills = open.filter((alert) => alert.drill).length
  const real = andMore ? Math.max(openCount.value, open.length - drills) : open.length - drills
  return `${formatCount(real)} open${drills > 0 ? `, ${plural(drills, 'drill')}` : ''}, most severe first`
}

function listOf(alert: AlertView | undefined): AlertView[] {
  return alert ? [alert] : []
}
