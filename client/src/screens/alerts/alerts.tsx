/** Triage: all alerts, by status, severity and account. */
import { useEffect, useMemo } from 'preact/hooks'
import { type AlertsList, createAlertsList, dropLive, keepLive } from '../../live/alerts.ts'
import { byNewest, bySeverity } from '../../live/order.ts'
import { LivePill } from '../../parts/live-pill.tsx'
import { place } from '../../router.ts'
import { SEVERITY_ORDER } from '../../text/words.ts'
import { pageTitle } from '../../title.ts'
import { addressOf, type Filter, readFilter, statusesOf, VIEWS } from './filter.ts'
import { Filters } from './filters.tsx'
import { AlertsTable } from './table.tsx'

const PAGE = 100

// The list of one filter, kept for coming back from an alert.
let kept: { address: string; list: AlertsList; cursor: { current: string | null } } | null = null

export function AlertsScreen() {
  const filter = readFilter(place.value.query)
  const address = addressOf(filter)
  const list = useMemo(() => listFor(filter, address), [address])
  useEffect(() => {
    pageTitle.value = 'Alerts'
  }, [])
  useEffect(() => {
    keepLive(list)
    list.reveal()
    void list.refresh()
    return () => dropLive(list)
  }, [list])
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Alerts</h1>
        </div>
      </header>
      <div class="list-head">
        <div class="tabs-row">
          <nav class="tabs" aria-label="Views">
            {VIEWS.map((view) => (
              <a
                class="tabs__tab"
                key={view.name}
                href={addressOf({ ...filter, view: view.name })}
                aria-current={filter.view === view.name ? 'true' : undefined}
              >
                {view.label}
              </a>
            ))}
          </nav>
        </div>
        <Filters filter={filter} />
        <LivePill waiting={list.feed.value.waiting} onPress={list.reveal} />
      </div>
      <AlertsTable key={address} list={list} filter={filter} cursor={kept!.cursor} />
    </>
  )
}

function listFor(filter: Filter, address: string): AlertsList {
  if (kept?.address === address) return kept.list
  const severity = SEVERITY_ORDER.filter((one) => filter.severity.includes(one))
  const query = { status: statusesOf(filter.view), severity, user: filter.user, size: PAGE }
  const list = createAlertsList(query, filter.view === 'open' ? bySeverity : byNewest)
  kept = { address, list, cursor: { current: null } }
  return list
}
