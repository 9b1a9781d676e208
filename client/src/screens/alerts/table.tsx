/** The alerts of one filter, to move through, select and change. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { AlertView } from '../../../../server/domain/api.ts'
import { useKeys } from '../../keyboard.ts'
import type { AlertsList } from '../../live/alerts.ts'
import { togglePause } from '../../live/state.ts'
import { openAssignMenu, openCloseMenu, openStatusMenu } from '../../parts/alert-menus.tsx'
import { useRoving } from '../../parts/roving.ts'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { useWindowed } from '../../parts/windowed.ts'
import { navigate } from '../../router.ts'
import { mayWrite } from '../../session.ts'
import { plural } from '../../text/words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { addressOf, type Filter, isNarrow, widened } from './filter.ts'
import { linesOf } from './groups.ts'
import { AlertHead, Hints } from './head.tsx'
import { Preview } from './preview.tsx'
import { AlertRow, IncidentRow } from './row.tsx'
import { useSelection } from './selection.ts'

// Shorter lists are drawn whole, each row as high as its sentence needs.
const SHORT = 60
// The next page is asked for this many rows before the end comes into sight.
const EARLY = 60

export function AlertsTable(props: { list: AlertsList; filter: Filter; cursor: { current: string | null } }) {
  const { list, filter } = props
  const { shown } = list.feed.value
  const loading = list.loading.value
  const cursor = list.nextCursor.value
  const writing = mayWrite()
  const lines = useMemo(() => linesOf(shown, filter.grouped), [shown, filter.grouped])
  const ids = useMemo(() => lines.flatMap((line) => (line.kind === 'alert' ? [line.alert.id] : [])), [lines])
  const windowing = lines.length > SHORT || cursor !== null
  const windowed = useWindowed(lines.length, windowing)
  const { from, to } = windowed.span
  const roving = useRoving(ids, props.cursor, (at) =>
    windowed.reveal(lines.findIndex((line) => line.kind === 'alert' && line.alert.id === ids[at])),
  )
  const selection = useSelection(shown)
  const [previewing, setPreviewing] = useState(false)
  const [stuck, setStuck] = useState(false)
  const more = () => void list.more().then((read) => setStuck(!read))
  useEffect(() => {
    if (cursor !== null && !stuck && to > lines.length - EARLY) more()
  }, [cursor, to, lines.length, stuck])

  const marked = useMemo(() => shown.filter((alert) => selection.ids.has(alert.id)), [shown, selection.ids])
  const current = shown.find((alert) => alert.id === roving.current)
  const targets = () => (marked.length > 0 ? marked : current ? [current] : [])
  const onTargets = (open: (alerts: readonly AlertView[], after?: () => void) => void) => () =>
    open(targets(), selection.clear)
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    Home: () => roving.move(-ids.length),
    End: () => roving.move(ids.length),
    Enter: () => current && navigate(`/alerts/${encodeURIComponent(current.id)}`),
    ' ': () => setPreviewing((on) => !on && current !== undefined),
    '.': list.reveal,
    p: togglePause,
    '/': () => document.querySelector<HTMLInputElement>('#account-filter')?.focus(),
    Escape: () => (previewing ? setPreviewing(false) : selection.clear()),
    ...(writing
      ? {
          x: () => roving.current && selection.toggle(roving.current, false),
          'shift x': () => roving.current && selection.toggle(roving.current, true),
          s: onTargets(openStatusMenu),
          e: onTargets(openCloseMenu),
          a: onTargets(openAssignMenu),
        }
      : {}),
  })
  if (shown.length === 0) {
    return (
      <section class="panel" aria-label="Alerts">
        {loading.state === 'failed' ? (
          <Failed what="The alerts could not be read" why={loading.why} retry={() => void list.reload()} />
        ) : loading.state === 'loading' ? (
          <Skeleton rows={8} label="Loading alerts" />
        ) : (
          <NothingFound filter={filter} />
        )}
      </section>
    )
  }
  const drawn = lines.slice(from, to)
  const inSight = drawn.some((line) => line.kind === 'alert' && roving.tabIndex(line.alert.id, 0) === 0)
  const firstDrawn = drawn.find((line) => line.kind === 'alert')?.alert.id
  const classes = [
    'panel alerts-panel',
    windowing ? 'alerts-panel--windowed' : '',
    loading.state === 'loading' ? 'is-refreshing' : '',
  ]
  return (
    <>
      <div class={previewing && current ? 'alerts-split' : undefined}>
        <section
          class={classes.filter(Boolean).join(' ')}
          aria-label="Alerts"
          ref={(node) => void (windowed.boxRef.current = node)}
        >
          <table
            class="table alerts-table"
            // -1: there are more than are known.
            aria-rowcount={cursor === null ? lines.length + 1 : -1}
          >
            <caption class="vh">
              {plural(shown.length, 'alert')}
              {cursor === null ? '' : ' so far'}, {filter.view === 'open' ? 'most severe' : 'newest'} first
            </caption>
            <AlertHead
              writing={writing}
              bySeverity={filter.view === 'open'}
              all={marked.length === shown.length}
              some={marked.length > 0}
              onAll={selection.toggleAll}
            />
            <tbody
              ref={(node) => {
                roving.listRef.current = node
                windowed.rowsRef.current = node
              }}
              onFocusIn={roving.onFocusIn}
              onClick={(event) => {
                const box = event.target instanceof HTMLInputElement ? event.target : null
                const id = box?.dataset['select']
                if (!id) return
                event.preventDefault()
                selection.toggle(id, event.shiftKey)
              }}
            >
              {drawn.map((line, i) =>
                line.kind === 'alert' ? (
                  <AlertRow
                    key={line.alert.id}
                    alert={line.alert}
                    index={from + i}
                    tabIndex={
                      inSight ? roving.tabIndex(line.alert.id, i) : line.alert.id === firstDrawn ? 0 : -1
                    }
                    current={roving.current === line.alert.id}
                    selected={selection.ids.has(line.alert.id)}
                    fresh={list.fresh.value.has(line.alert.id)}
                    selectable={writing}
                  />
                ) : (
                  <IncidentRow
                    key={`incident ${line.id}`}
                    line={line}
                    index={from + i}
                    columns={writing ? 8 : 7}
                  />
                ),
              )}
            </tbody>
          </table>
        </section>
        {previewing && current ? <Preview alert={current} onClose={() => setPreviewing(false)} /> : null}
      </div>
      {stuck && cursor !== null ? (
        <p class="more" role="alert">
          More alerts could not be read.{' '}
          <button class="btn" type="button" onClick={more}>
            Try again
          </button>
        </p>
      ) : null}
      {marked.length > 0 ? (
        <BulkBar
          count={marked.length}
          onStatus={() => openStatusMenu(marked, selection.clear)}
          onAssign={() => openAssignMenu(marked, selection.clear)}
          onClose={() => openCloseMenu(marked, selection.clear)}
          onClear={selection.clear}
        />
      ) : null}
      <Hints />
    </>
  )
}

function NothingFound(props: { filter: Filter }) {
  const { filter } = props
  const narrow = isNarrow(filter)
  if (filter.view === 'open' && !narrow) return <Empty icon="shield" title="Nothing is open" />
  return (
    <Empty icon="info" title="No alert fits this filter">
      {narrow ? (
        <button
          class="btn"
          type="button"
          onClick={() => navigate(addressOf({ ...widened(filter), view: 'all' }))}
        >
          Show all alerts
        </button>
      ) : (
        '0 alerts in this view.'
      )}
    </Empty>
  )
}
