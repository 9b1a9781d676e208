/**
 * Incidents: the episode function once more, over alerts by account. One account, one incident, revised as evidence
 * arrives. An alert about an address alone is an incident of its own until one of its accounts signs in from there;
 * then it belongs to that account's, and the incidents of further accounts that signed in from there relate to it. Victims
 * are never joined by a shared address alone. Alerts of building-block rules join the incident nearest to them, and make
 * none.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Alert, Incident } from '../domain/alert.ts'
import { DAY, type Millis } from '../domain/time.ts'
import { incidentId } from './alert-id.ts'
import { othersEntered } from './incident/phrase.ts'
import { inOrder } from './incident/story.ts'
import { summariseIncident } from './incident/summary.ts'
import { survivorOf } from './survivor.ts'

/** Alerts of one account no further apart than this are one incident. */
export const INCIDENT_GAP: Millis = DAY

export type PlaceInput = {
  /** Alerts as they are about to be written: new, grown, merged into another, withdrawn. */
  changed: readonly Alert[]
  /** Unmerged incidents near those alerts, and those that the alerts belong to now. */
  incidents: readonly Incident[]
  /** Alerts that belong to those incidents now, as stored; building blocks near the changed alerts too. */
  members: readonly Alert[]
  /** Alerts of other accounts' incidents to which those incidents relate, as stored. */
  related: readonly Alert[]
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
export function placeInIncidents({ changed, incidents, members, related, now }: PlaceInput): Placed {
  const current = new Map<string, Alert>()
  for (const alert of [...members, ...changed]) current.set(alert.id, alert)
  const known = Map.groupBy(incidents, aboutOf)
  const homes = new Map<string, string>()
  const placed: Placed['incidents'] = []
  for (const [about, shares] of sharesOf(current, changed, related, incidents)) {
    for (const cluster of clustersOf(shares, known.get(about) ?? [])) {
      if (cluster.shares.every(({ part }) => part === 'block')) continue
      const survivor = survivorOf(cluster.incidents)
      const incident = incidentOf(about, cluster.shares, survivor, now)
      for (const { alert, part } of cluster.shares) if (part !== 'related') homes.set(alert.id, incident.id)
      placed.push({ change: survivor ? 'extended' : 'raised', incident })
      for (const other of cluster.incidents.filter((one) => one !== survivor)) {
        placed.push({ change: 'merged', incident: ended(other, incident.id) })
      }
    }
  }
  placed.push(...emptied(incidents, placed, current, homes))
  const homeOf = ({ id, mergedInto, incidentId, buildingBlock }: Alert) =>
    homes.get(mergedInto ?? id) ?? (buildingBlock ? null : incidentId)
  const alerts = [...current.values()]
    .map((alert) => ({ ...alert, incidentId: homeOf(alert) }))
    .filter(
      (alert) =>
        changed.some(({ id }) => id === alert.id) || alert.incidentId !== current.get(alert.id)!.incidentId,
    )
  return { alerts, incidents: placed.filter(isChange(incidents)) }
}

/** An alert in one incident: its own, one that only relates to it, or as a building block. */
type Share = { alert: Alert; part: 'own' | 'related' | 'block'; user: Alert['user'] }

/** By what the incidents are about. */
function sharesOf(
  current: ReadonlyMap<string, Alert>,
  changed: readonly Alert[],
  related: readonly Alert[],
  incidents: readonly Incident[],
): Map<string, Share[]> {
  const shares = new Map<string, Map<string, Share>>()
  const add = (about: string, share: Share) => {
    const known = shares.get(about) ?? new Map<string, Share>()
    if (!known.has(share.alert.id)) shares.set(about, known.set(share.alert.id, share))
  }
  for (const alert of current.values()) {
    if (alert.mergedInto !== null) continue
    add(aboutOf(alert), { alert, part: alert.buildingBlock ? 'block' : 'own', user: alert.user })
  }
  const relate = (alert: Alert, to: (user: string) => boolean) => {
    if (alert.mergedInto !== null || alert.buildingBlock) return
    for (const user of othersEntered(alert).filter(to)) {
      add(aboutOf({ ...alert, user }), { alert, part: 'related', user })
    }
  }
  for (const alert of changed) relate(alert, () => true)
  // One that did not change is told only where it was: the incidents of its other accounts were not read.
  for (const alert of related) {
    if (changed.some(({ id }) => id === alert.id)) continue
    const naming = incidents.filter((incident) => incident.related?.includes(alert.id))
    relate(alert, (user) => naming.some((incident) => incident.user === user))
  }
  return new Map([...shares].map(([about, ofAbout]) => [about, [...ofAbout.values()]]))
}

type Cluster = { shares: Share[]; incidents: Incident[]; from: Millis; to: Millis }

/** Alerts and incidents of one account, brought together by the gap. */
function clustersOf(shares: readonly Share[], incidents: readonly Incident[]): Cluster[] {
  const parts = [
    ...shares
      .filter(({ part }) => part !== 'block')
      .map((share) => ({ from: share.alert.firstSeen, to: share.alert.lastSeen, share })),
    ...incidents.map((incident) => ({ from: incident.firstSeen, to: incident.lastSeen, incident })),
  ].sort((a, b) => a.from - b.from)
  const clusters: Cluster[] = []
  const homes = new Map<string, Cluster>()
  for (const part of parts) {
    let cluster = clusters.at(-1)
    if (!cluster || part.from - cluster.to > INCIDENT_GAP) {
      clusters.push((cluster = { from: part.from, to: part.to, shares: [], incidents: [] }))
    }
    cluster.to = Math.max(cluster.to, part.to)
    if ('share' in part) cluster.shares.push(part.share)
    else {
      cluster.incidents.push(part.incident)
      homes.set(part.incident.id, cluster)
    }
  }
  // What was together once stays so, though the alert that bridged it may have left.
  for (const cluster of clusters) {
    cluster.shares = cluster.shares.filter((share) => {
      const id = share.part === 'own' ? share.alert.incidentId : null
      const home = id === null ? undefined : homes.get(id)
      if (!home || home === cluster) return true
      home.shares.push(share)
      return false
    })
  }
  const filled = clusters.filter((cluster) => cluster.shares.length > 0)
  for (const share of shares.filter(({ part }) => part === 'block'))
    nearest(filled, share)?.shares.push(share)
  return filled
}

/** Blocks never bring incidents together, so that one that is often found does not make one of all. */
function nearest(clusters: readonly Cluster[], { alert }: Share): Cluster | null {
  const far = ({ from, to }: Cluster) => Math.max(0, from - alert.lastSeen, alert.firstSeen - to)
  const [first] = clusters.toSorted((a, b) => far(a) - far(b) || a.from - b.from)
  return first && far(first) <= INCIDENT_GAP ? first : null
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
    const home = [...incident.alertIds, ...(incident.related ?? [])]
      .map((id) => homes.get(current.get(id)?.mergedInto ?? id))
      .find((id) => id !== undefined)
    if (home === undefined) return []
    return [{ change: 'merged' as const, incident: ended(incident, home) }]
  })
}

function ended(incident: Incident, mergedInto: string): Incident {
  const { related: _, ...rest } = incident
  return { ...rest, mergedInto, alertIds: [] }
}

function incidentOf(
  about: string,
  shares: readonly Share[],
  survivor: Incident | null,
  now: Millis,
): Incident {
  const of = (part: Share['part']) =>
    inOrder(shares.filter((share) => share.part === part).map(({ alert }) => alert))
  const members = { own: of('own'), related: of('related'), blocks: of('block') }
  const weighty = inOrder([...members.own, ...members.related])
  const first = weighty[0]!
  const user = shares.find(({ part }) => part !== 'block')!.user
  const entity = user === null ? first.entity : { type: 'user', value: user }
  return {
    id: survivor?.id ?? incidentId(about, first.id),
    user,
    entity,
    ...summariseIncident(members, entity),
    firstSeen: first.firstSeen,
    lastSeen: Math.max(...weighty.map(({ lastSeen }) => lastSeen)),
    raisedAt: survivor?.raisedAt ?? now,
    revision: survivor?.revision ?? 0,
    version: survivor?.version ?? 0,
    mergedInto: null,
    alertIds: inOrder([...members.own, ...members.blocks]).map(({ id }) => id),
    ...(members.related.length > 0 ? { related: members.related.map(({ id }) => id) } : {}),
    drill: first.drill,
  }
}

function isChange(incidents: readonly Incident[]): (placed: Placed['incidents'][number]) => boolean {
  const before = new Map(incidents.map((incident) => [incident.id, incident]))
  return ({ incident }) => !isDeepStrictEqual(before.get(incident.id), incident)
}
