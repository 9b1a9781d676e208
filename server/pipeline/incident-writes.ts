/** Reads what placing alerts into incidents needs, and makes the writes of it. */
import type { Alert, Incident } from '../domain/alert.ts'
import type { Millis } from '../domain/time.ts'
import { INCIDENT_GAP, placeInIncidents } from '../detect/incidents.ts'
import type { IncidentWrite, Store } from '../store/store.ts'

export type IncidentWrites = {
  /** The given alerts, and others whose incident ended in another, with the ids of their incidents. */
  alerts: Alert[]
  incidents: IncidentWrite[]
}

type IncidentStore = Pick<Store, 'incident' | 'incidentsNear' | 'alerts'>

export async function incidentWrites(
  store: IncidentStore,
  changed: readonly Alert[],
  now: Millis,
): Promise<IncidentWrites> {
  if (changed.length === 0) return { alerts: [], incidents: [] }
  const incidents = await incidentsOf(store, changed)
  const members = (await Promise.all(incidents.map(({ id }) => membersOf(store, id)))).flat()
  const placed = placeInIncidents({ changed, incidents, members, now })
  const writes: IncidentWrite[] = []
  for (const { change, incident } of placed.incidents) {
    const stored = change === 'raised' ? await store.incident(incident.id) : null
    // One that its alerts left, and that ended in another, stands again when they come back.
    const revision = stored?.revision ?? (incident.revision || null)
    writes.push({
      expect: revision,
      change,
      incident: stored ? { ...incident, raisedAt: stored.raisedAt } : incident,
    })
  }
  return { alerts: placed.alerts, incidents: writes }
}

/** Every unmerged alert of an incident. */
export async function membersOf(store: Pick<Store, 'alerts'>, incident: string): Promise<Alert[]> {
  const members: Alert[] = []
  for (let cursor: string | null = null; ;) {
    const page = await store.alerts({ incident, size: 1000, ...(cursor === null ? {} : { cursor }) })
    members.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) return members
  }
}

async function incidentsOf(store: IncidentStore, changed: readonly Alert[]): Promise<Incident[]> {
  const found = new Map<string, Incident>()
  for (const { user, entity, drill, firstSeen, lastSeen, incidentId } of changed) {
    const about = user === null ? { entity: entity.value } : { user }
    const near = await store.incidentsNear(about, drill, firstSeen - INCIDENT_GAP, lastSeen + INCIDENT_GAP)
    const own = incidentId === null ? null : await store.incident(incidentId)
    for (const incident of own && !own.mergedInto ? [...near, own] : near) found.set(incident.id, incident)
  }
  return [...found.values()]
}
