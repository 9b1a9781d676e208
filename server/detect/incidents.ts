/**
 * Incidents: the episode function once more, over alerts by account. One account, one incident, revised as evidence
 * arrives. An alert about an address alone is an incident of its own until one of its accounts signs in from there;
 * then it belongs to that account's. Victims are never joined by a shared address alone.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Alert, Entity, Incident } from '../domain/alert.ts'
import type { Account } from '../domain/event.ts'
import { DAY, type Millis } from '../domain/time.ts'
import { incidentId } from './alert-id.ts'
import { summariseIncident } from './incident-summary.ts'
import { survivorOf } from './survivor.ts'

/** Alerts of one account no further apart than this are one incident. */
export const INCIDENT_GAP: Millis = DAY

export type PlaceInput = {
  /** Alerts as they are about to be written: new, grown, merged into another, withdrawn. */
  changed: readonly Alert[]
  /** Unmerged incidents near those alerts, and those that the alerts belong to now. */
  incidents: readonly Incident[]
  /** Alerts that belong to those incidents now, as stored. */
  members: readonly Alert[]
  now: Millis
}
export type Placed = {
  /** The changed alerts, and members of incidents that ended in another: each with its incident's id. */
  alerts: Alert[]
  /** Incidents as they are about to be written. `revision` is the one read, 0 for a new one. */
  incidents: { change: 'raised' | 'extended' | 'merged'; incident: Incident }[]
}

/** What an alert's incident is about: the account, else the entity alone. Drills apart. */
export function aboutOf({ user, entity, drill }: Pick<Alert, 'user' | 'entity' | 'drill'>): string {
  return JSON.stringify([drill, user === null ? [entity.type, entity.value] : user])
}

/** Places changed alerts into incidents. */
export function placeInIncidents({ changed, incidents, members, now }: PlaceInput): Placed {
  const current = new Map<string, Alert>()
  for (const alert of [...members, ...changed]) current.set(alert.id, alert)
  const standing = [...current.values()].filter(({ mergedInto }) => mergedInto === null)
  const groups = Map.groupBy(standing, aboutOf)
  const known = Map.groupBy(incidents, aboutOf)
  const homes = new Map<string, string>()
  const placed: Placed['incidents'] = []
  for (const [about, alerts] of groups) {
    for (const cluster of clustersOf(alerts, known.get(about) ?? [])) {
      if (cluster.alerts.length === 0) continue
      const survivor = survivorOf(cluster.incidents)
      const incident = incidentOf(about, cluster.alerts, survivor, now)
      for (const alert of cluster.alerts) homes.set(alert.id, incident.id)
      placed.push({ change: survivor ? 'extended' : 'raised', incident })
      for (const other of cluster.incidents.filter((one) => one !== survivor)) {
        placed.push({ change: 'merged', incident: { ...other, mergedInto: incident.id, alertIds: [] } })
      }
    }
  }
  placed.push(...emptied(incidents, placed, current, homes))
  const alerts = [...current.values()]
    .map((alert) => ({ ...alert, incidentId: homes.get(alert.mergedInto ?? alert.id) ?? alert.incidentId }))
    .filter(
      (alert) =>
        changed.some(({ id }) => id === alert.id) || alert.incidentId !== current.get(alert.id)!.incidentId,
    )
  return { alerts, incidents: placed.filter(isChange(incidents)) }
}

type Cluster = { alerts: Alert[]; incidents: Incident[] }

/** Alerts and incidents of one account, brought together by the gap. */
function clustersOf(alerts: readonly Alert[], incidents: readonly Incident[]): Cluster[] {
  const parts = [
    ...alerts.map((alert) => ({ from: alert.firstSeen, to: alert.lastSeen, alert })),
    ...incidents.map((incident) => ({ from: incident.firstSeen, to: incident.lastSeen, incident })),
  ].sort((a, b) => a.from - b.from)
  const clusters: (Cluster & { to: Millis })[] = []
  const homes = new Map<string, Cluster>()
  for (const part of parts) {
    let cluster = clusters.at(-1)
    if (!cluster || part.from - cluster.to > INCIDENT_GAP) {
      clusters.push((cluster = { to: part.to, alerts: [], incidents: [] }))
    }
    cluster.to = Math.max(cluster.to, part.to)
    if ('alert' in part) cluster.alerts.push(part.alert)
    else {
      cluster.incidents.push(part.incident)
      homes.set(part.incident.id, cluster)
    }
  }
  // What was together once stays so, though the alert that bridged it may have left.
  for (const cluster of clusters) {
    cluster.alerts = cluster.alerts.filter((alert) => {
      const home = alert.incidentId === null ? undefined : homes.get(alert.incidentId)
      if (!home || home === cluster) return true
      home.alerts.push(alert)
      return false
    })
  }
  return clusters
}

/** Incidents whose alerts have all gone to another account's: they end there. */
function emptied(
  incidents: readonly Incident[],
  placed: Placed['incidents'],
  current: ReadonlyMap<string, Alert>,
  homes: ReadonlyMap<string, string>,
): Placed['incidents'] {
  const written = new Set(placed.map(({ incident }) => incident.id))
  return incidents.flatMap((incident) => {
    if (written.has(incident.id)) return []
    const home = incident.alertIds
      .map((id) => homes.get(current.get(id)?.mergedInto ?? id))
      .find((id) => id !== undefined)
    if (home === undefined) return []
    return [{ change: 'merged' as const, incident: { ...incident, mergedInto: home, alertIds: [] } }]
  })
}

function incidentOf(
  about: string,
  alerts: readonly Alert[],
  survivor: Incident | null,
  now: Millis,
): Incident {
  const inOrder = alerts.toSorted((a, b) => a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1))
  const first = inOrder[0]!
  const user: Account = first.user
  const entity: Entity = user === null ? first.entity : { type: 'user', value: user }
  return {
    id: survivor?.id ?? incidentId(about, first.id),
    user,
    entity,
    ...summariseIncident(inOrder, entity),
    firstSeen: first.firstSeen,
    lastSeen: Math.max(...alerts.map(({ lastSeen }) => lastSeen)),
    raisedAt: survivor?.raisedAt ?? now,
    revision: survivor?.revision ?? 0,
    version: survivor?.version ?? 0,
    mergedInto: null,
    alertIds: inOrder.map(({ id }) => id),
    drill: first.drill,
  }
}

function isChange(incidents: readonly Incident[]): (placed: Placed['incidents'][number]) => boolean {
  const before = new Map(incidents.map((incident) => [incident.id, incident]))
  return ({ incident }) => !isDeepStrictEqual(before.get(incident.id), incident)
}
