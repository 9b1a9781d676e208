/** Triage: all alerts, by status, severity, rule, account and time. */
import { useEffect, useMemo } from 'preact/hooks'
import { askAssignees } from '../../assignees.ts'
import { dropLive, keepLive } from '../../live/alerts.ts'
import { LivePill } from '../../parts/live-pill.tsx'
import { place } from '../../router.ts'
import { pageTitle } from '../../title.ts'
import { addressOf, readFilter, VIEWS } from './filter.ts'
import { Filters } from './filters.tsx'
import { listFor } from './list.ts'
import { AlertsTable } from './table.tsx'
import { Toolbar } from './toolbar.tsx'

export function AlertsScreen() {
  const filter = readFilter(place.value.query)
  const address = addressOf({ ...filter, grouped: false })
  const { list, cursor } = useMemo(() => listFor(filter), [address])
  useEffect(() => {
    pageTitle.value = 'Alerts'
    void askAssignees()
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
        <Toolbar filter={filter} />
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
      <AlertsTable key={address} list={list} filter={filter} cursor={cursor} />
    </>
  )
}
