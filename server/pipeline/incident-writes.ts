/** Reads what placing alerts into incidents needs, and makes the writes of it. */
import type { Alert, Incident } from '../domain/alert.ts'
import type { Millis } from '../domain/time.ts'
import { othersEntered } from '../detect/incident/phrase.ts'
import { aboutOf, INCIDENT_GAP, placeInIncidents } from '../detect/incidents.ts'
import type { IncidentWrite, Page, Store } from '../store/store.ts'

export type IncidentWrites = {
  /** The given alerts, and others whose incident ended in another, with the ids of their incidents. */
  alerts: Alert[]
  incidents: IncidentWrite[]
}

type IncidentStore = Pick<Store, 'incident' | 'incidentsNear' | 'alert' | 'alerts'>

export async function incidentWrites(
  store: IncidentStore,
  changed: readonly Alert[],
  now: Millis,
): Promise<IncidentWrites> {
  if (changed.length === 0) return { alerts: [], incidents: [] }
  const blocks = await blocksNear(store, changed)
  const incidents = await incidentsOf(store, [...changed, ...blocks])
  const members = (await Promise.all(incidents.map(({ id }) => membersOf(store, id)))).flat()
  const names = new Set(incidents.flatMap(({ related }) => related ?? []))
  const related = (await Promise.all([...names].map((id) => store.alert(id)))).filter((one) => one !== null)
  const placed = placeInIncidents({ changed, incidents, members: [...blocks, ...members], related, now })
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
  for (const alert of changed) {
    const { user, entity, drill, firstSeen, lastSeen, incidentId } = alert
    const [from, to] = [firstSeen - INCIDENT_GAP, lastSeen + INCIDENT_GAP]
    const abouts = [
      user === null ? { entity: entity.value } : { user },
      ...othersEntered(alert).map((other) => ({ user: other })),
    ]
    const near = (
      await Promise.all(abouts.map((about) => store.incidentsNear(about, drill, from, to)))
    ).flat()
    const own = incidentId === null ? null : await store.incident(incidentId)
    for (const incident of own && !own.mergedInto ? [...near, own] : near) found.set(incident.id, incident)
  }
  return [...found.values()]
}

/** Alerts of building-block rules about the same accounts that the changed ones may give an incident to. */
async function blocksNear(store: IncidentStore, changed: readonly Alert[]): Promise<Alert[]> {
  const found = new Map<string, Alert>()
  for (const alert of changed) {
    if (alert.buildingBlock || alert.mergedInto !== null) continue
    const about = aboutOf(alert)
    const filter = {
      buildingBlock: true,
      drill: alert.drill,
      from: alert.firstSeen - INCIDENT_GAP,
      to: alert.lastSeen + INCIDENT_GAP,
      ...(alert.user === null ? {} : { user: alert.user }),
      size: 1000,
    }
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<Alert> = await store.alerts({ ...filter, ...(cursor ? { cursor } : {}) })
      for (const one of page.items) if (aboutOf(one) === about) found.set(one.id, one)
      cursor = page.nextCursor
    }
  }
  return [...found.values()]
}
