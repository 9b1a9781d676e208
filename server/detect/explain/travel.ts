/** Why a journey was possible: the two places that came nearest to being too far apart for the time between. */
import type { Hit } from '../../domain/hit.ts'
import type { TravelSpec } from '../../domain/rule.ts'
import { formatSpan, HOUR, MINUTE } from '../../domain/time.ts'
import { directionOf, kmBetween } from '../distance.ts'
import { isNoJourney, type Stay } from '../kinds/travel.ts'
import { showValue } from '../summary.ts'
import { groupName, type KindExplainer, type KindInput, number } from './explanation.ts'

// Pairs grow with the square.
const MOST_STAYS = 300

export const explainTravel: KindExplainer = ({ compiled, groups, name }) => {
  const spec = compiled.rule.travel
  if (!spec) return []
  return groups
    .map(({ key, hits }) => ({ key, hits, best: nearest(spec, hits.slice(-MOST_STAYS)) }))
    .toSorted((a, b) => (b.best?.share ?? 0) - (a.best?.share ?? 0))
    .slice(0, 3)
    .map(({ key, hits, best }) => {
      const of = `for ${groupName(key)}`
      if (!best) return `${of}: ${alone(hits, name)}`
      return `${of}: ${journeyText(best, spec, name)}`
    })
}

type Journey = {
  from: Hit
  to: Hit
  km: number
  kmh: number
  /** How much of what is needed was there. */
  share: number
}

function nearest(spec: TravelSpec, hits: readonly Hit[]): Journey | null {
  let best: Journey | null = null
  for (const [i, to] of hits.entries()) {
    for (const from of hits.slice(0, i)) {
      const [a, b] = [stayOf(from), stayOf(to)]
      if (a.dataset !== b.dataset || a.record === b.record) continue
      if (isNoJourney(from.context ?? {}, to.context ?? {})) continue
      const between = kmBetween(directionOf(a.lat, a.lon), directionOf(b.lat, b.lon))
      const km = Math.max(0, between - a.radiusKm - b.radiusKm)
      const span = Math.max(to.time - from.time, MINUTE)
      const kmh = km / (span / HOUR)
      const share = Math.min(km / spec.minKm, kmh / spec.fasterThanKmh, spec.within / span)
      if (!best || share > best.share) best = { from, to, km, kmh, share }
    }
  }
  return best
}

function journeyText({ from, to, km, kmh }: Journey, spec: TravelSpec, name: KindInput['name']): string {
  const span = to.time - from.time
  const places = `${placeOf(from)} and ${placeOf(to)} (${name(from.event)} and ${name(to.event)})`
  if (km < spec.minKm) {
    return `${places} are ${number(km)} km apart, at least ${number(spec.minKm)} needed`
  }
  if (kmh <= spec.fasterThanKmh) {
    return `${places} are ${number(km)} km and ${formatSpan(span)} apart, which is ${number(kmh)} km/h, more than ${number(spec.fasterThanKmh)} needed`
  }
  return `${places} are ${number(km)} km apart, but ${formatSpan(span)} lie between them, limit ${formatSpan(spec.within)}`
}

function alone(hits: readonly Hit[], name: KindInput['name']): string {
  if (hits.length === 1)
    return `${name(hits[0]!.event)} is the only one with a place: there is nothing to compare with`
  return `all ${number(hits.length)} with a place tell one sign-in, are of different datasets, or are expected together`
}

function placeOf(hit: Hit): string {
  const { place, lat, lon } = stayOf(hit)
  return place === null ? `${lat.toFixed(1)}, ${lon.toFixed(1)}` : showValue(place)
}

function stayOf(hit: Hit): Stay {
  return hit.value as Stay
}
