/** The alerts of one filter, to move through, select and change. */
import { useRef, useState } from 'preact/hooks'
import type { AlertView } from '../../../../server/domain/api.ts'
import { changeMany, toggleMine } from '../../actions.ts'
import { useKeys } from '../../keyboard.ts'
import type { AlertsList } from '../../live/alerts.ts'
import { togglePause } from '../../live/state.ts'
import { openCloseMenu, openStatusMenu } from '../../parts/alert-menus.tsx'
import { useRoving } from '../../parts/roving.ts'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { navigate } from '../../router.ts'
import { mayWrite, whoAmI } from '../../session.ts'
import { CLOSE_CHOICES, formatCount, plural } from '../../text/words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { addressOf, type Filter } from './filter.ts'
import { AlertRow } from './row.tsx'

export function AlertsTable(props: { list: AlertsList; filter: Filter; cursor: { current: string | null } }) {
  const { list } = props
  const { shown } = list.feed.value
  const loading = list.loading.value
  const writing = mayWrite()
  const roving = useRoving(
    shown.map((alert) => alert.id),
    props.cursor,
  )
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string | null>(null)
  const marked = shown.filter((alert) => selected.has(alert.id))
  const current = () => shown.find((alert) => alert.id === roving.current)
  const targets = () => (marked.length > 0 ? marked : [current()].filter((one) => one !== undefined))
  const clear = () => setSelected(new Set())
  const select = (id: string, range: boolean) => {
    setSelected((before) => selection(before, shown, id, range ? anchor.current : null))
    anchor.current = id
  }
  const assign = () => {
    if (marked.length > 0) {
      void changeMany(marked, { assignee: whoAmI() }, 'assigned to you')
      clear()
    } else targets().forEach(toggleMine)
  }
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    '.': list.reveal,
    p: togglePause,
    '/': () => document.querySelector<HTMLInputElement>('#account-filter')?.focus(),
    ...(writing
      ? {
          x: () => roving.current && select(roving.current, false),
          'shift x': () => roving.current && select(roving.current, true),
          s: () => openStatusMenu(targets(), clear),
          e: () => openCloseMenu(targets(), clear),
          a: assign,
          Escape: clear,
        }
      : {}),
  })
  if (loading.state === 'failed' && shown.length === 0) {
    return (
      <section class="panel" aria-label="Alerts">
        <Failed what="The alerts could not be read" why={loading.why} retry={() => void list.reload()} />
      </section>
    )
  }
  if (loading.state === 'loading' && shown.length === 0) {
    return (
      <section class="panel" aria-label="Alerts">
        <Skeleton rows={8} label="Loading alerts" />
      </section>
    )
  }
  if (shown.length === 0) {
    return (
      <section class="panel" aria-label="Alerts">
        <NothingFound filter={props.filter} />
      </section>
    )
  }
  return (
    <>
      <section
        class={`panel alerts-panel${loading.state === 'loading' ? ' is-refreshing' : ''}`}
        aria-label="Alerts"
      >
        <table class="table alerts-table">
          <caption class="vh">
            {plural(shown.length, 'alert')}
            {list.nextCursor.value === null ? '' : ' so far'},{' '}
            {props.filter.view === 'open' ? 'most severe' : 'newest'} first
          </caption>
          <thead>
            <tr>
              {writing ? (
                <th class="col-check" scope="col">
                  <input
                    class="check"
                    type="checkbox"
                    aria-label="Select all shown"
                    checked={marked.length === shown.length}
                    indeterminate={marked.length > 0 && marked.length < shown.length}
                    onChange={() =>
                      setSelected(
                        marked.length === shown.length ? new Set() : new Set(shown.map((one) => one.id)),
                      )
                    }
                  />
                </th>
              ) : null}
              <th
                class="col-sev"
                scope="col"
                aria-sort={props.filter.view === 'open' ? 'descending' : undefined}
              >
                Severity
              </th>
              <th scope="col">What happened</th>
              <th class="col-acct" scope="col">
                Account
              </th>
              <th class="col-rule" scope="col">
                Rule
              </th>
              <th class="col-status" scope="col">
                Status
              </th>
              <th class="col-who" scope="col">
                <span class="vh">Assignee</span>
              </th>
              <th
                class="col-age num"
                scope="col"
                aria-sort={props.filter.view === 'open' ? undefined : 'descending'}
              >
                Age
              </th>
            </tr>
          </thead>
          <tbody ref={(node) => void (roving.listRef.current = node)} onFocusIn={roving.onFocusIn}>
            {shown.map((alert, i) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                tabIndex={roving.tabIndex(alert.id, i)}
                current={roving.current === alert.id}
                selected={selected.has(alert.id)}
                fresh={list.fresh.value.has(alert.id)}
                onSelect={writing ? (range) => select(alert.id, range) : null}
              />
            ))}
          </tbody>
        </table>
      </section>
      {list.nextCursor.value === null ? null : (
        <p class="more">
          <button class="btn" type="button" onClick={() => void list.more()}>
            Show more
          </button>
        </p>
      )}
      {marked.length > 0 ? (
        <BulkBar
          count={marked.length}
          onStatus={() => openStatusMenu(marked, clear)}
          onAssign={assign}
          onClose={() => openCloseMenu(marked, clear)}
          onClear={clear}
        />
      ) : null}
      <p class="key-hints list-hints" aria-hidden="true">
        {HINTS.map(([keys, what]) => (
          <span key={what}>
            {keys.map((key) => (
              <kbd class="kbd" key={key}>
                {key}
              </kbd>
            ))}{' '}
            {what}
          </span>
        ))}
      </p>
    </>
  )
}

const HINTS: [string[], string][] = [
  [['J', 'K'], 'move'],
  [['X'], 'select'],
  [['Enter'], 'open'],
  [['S'], 'status'],
  [['A'], 'assign'],
  [['E'], `close, 1 to ${CLOSE_CHOICES.length}`],
  [['?'], 'all shortcuts'],
]

function NothingFound(props: { filter: Filter }) {
  const { filter } = props
  const narrowed = filter.severity.length > 0 || filter.user !== ''
  if (filter.view === 'open' && !narrowed) return <Empty icon="shield" title="Nothing is open" />
  return (
    <Empty icon="info" title="No alert fits this filter">
      {narrowed ? (
        <button
          class="btn"
          type="button"
          onClick={() => navigate(addressOf({ view: 'all', severity: [], user: '' }))}
        >
          Show all alerts
        </button>
      ) : (
        `${formatCount(0)} alerts in this view.`
      )}
    </Empty>
  )
}

function selection(
  before: ReadonlySet<string>,
  shown: readonly AlertView[],
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const after = new Set(before)
  const ids = shown.map((alert) => alert.id)
  if (from !== null && ids.includes(from)) {
    const [a, b] = [ids.indexOf(from), ids.indexOf(id)].toSorted((x, y) => x - y)
    for (const one of ids.slice(a, b! + 1)) after.add(one)
  } else if (!after.delete(id)) after.add(id)
  return after
}
