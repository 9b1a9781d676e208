/**
 * Impossible travel: complete at a success if any earlier one of the same dataset, of another record and within the
 * window, is too far away for the time between. Any earlier one, not the last: a point in between undoes nothing.
 * What tuning knows of two sign-ins together (see `isNoJourney`) leaves that pair out, and no other.
 */
import type { Hit, HitContext } from '../../domain/hit.ts'
import { HOUR, MINUTE, type Millis } from '../../domain/time.ts'
import type { TravelSpec } from '../../domain/rule.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { directionOf, EARTH_KM, FARTHEST_KM, kmBetween, type Vector } from '../distance.ts'
import { byTime, type Completion, type Facts, type Kind } from './kind.ts'

/** `Hit.value` of a travel rule. */
export type Stay = {
  lat: number
  lon: number
  /** How far from that point it may have been. */
  radiusKm: number
  place: string | null
  /** The record behind it: one sign-in told twice is no journey. */
  record: string
  dataset: string
}

export const travel: Kind = {
  completions(compiled, hits) {
    const spec = specOf(compiled)
    return byDataset(hits)
      .flatMap((stays) => {
        const places = new Places(spec)
        return stays.filter((hit) => {
          const isTooFar = places.hasTooFar(hit)
          places.add(hit)
          return isTooFar
        })
      })
      .sort(byTime)
  },

  support(compiled, hits, completions) {
    const spec = specOf(compiled)
    const wanted = new Set(completions.map(idOf))
    const found = new Map<string, Hit>()
    let fastest: Facts | null = null
    for (const stays of byDataset(hits)) {
      const earlier = new Places(spec)
      for (const hit of stays) {
        if (wanted.has(idOf(hit))) fastest = earlier.fastest(hit, fastest)
        earlier.add(hit)
      }
      const later = new Places(spec)
      for (const hit of stays.toReversed()) {
        const isWanted = wanted.has(idOf(hit))
        // Walks back, so that of two versions of an event the earlier time stays.
        if (isWanted || later.hasTooFar(hit)) found.set(hit.event, hit)
        if (isWanted) later.add(hit)
      }
    }
    return { hits: [...found.values()].sort(byTime), facts: fastest ?? {}, worsening: [] }
  },

  combine: (latestFirst) =>
    latestFirst.reduce((best, next) => (isFaster(next, best) ? next : best), latestFirst[0] ?? {}),
}

/** Sign-ins at one point that tuning cannot tell apart. */
type Place = {
  direction: Vector
  radiusKm: number
  context: HitContext
  /** The nearest in time, and the nearest of another record. */
  nearest: Hit
  other: Hit | null
  next: Place | null
  previous: Place | null
}

type Journey = { from: Hit; km: number; kmh: number }

/** Where an account has been, the place seen last at the front. Fed in order of time, or all in reverse. */
class Places {
  readonly #spec: TravelSpec
  readonly #known = new Map<string, Place>()
  readonly #cosineOfMinKm: number
  #front: Place | null = null

  constructor(spec: TravelSpec) {
    this.#spec = spec
    this.#cosineOfMinKm = Math.cos(Math.min(Math.PI, spec.minKm / EARTH_KM))
  }

  add(hit: Hit): void {
    const { lat, lon, radiusKm, record } = stayOf(hit)
    const { device = '', usual = false, carrier = false, country = '' } = hit.context ?? {}
    const id = `${lat} ${lon} ${radiusKm} ${device} ${usual} ${carrier} ${country}`
    const known = this.#known.get(id)
    if (!known) {
      const place: Place = {
        direction: directionOf(lat, lon),
        radiusKm,
        context: hit.context ?? {},
        nearest: hit,
        other: null,
        next: null,
        previous: null,
      }
      this.#known.set(id, place)
      this.#toFront(place)
      return
    }
    if (stayOf(known.nearest).record !== record) known.other = known.nearest
    known.nearest = hit
    this.#toFront(known)
  }

  hasTooFar(hit: Hit): boolean {
    const from = directionOf(stayOf(hit).lat, stayOf(hit).lon)
    for (let place = this.#front; place; place = place.next) {
      const hours = hoursBetween(place.nearest.time, hit.time)
      if (this.#isOut(place, hit) || hours * this.#spec.fasterThanKmh >= FARTHEST_KM) return false
      if (this.#journey(place, hit, from)) return true
    }
    return false
  }

  /** The facts of the fastest journey to a hit, if it beats the best so far. */
  fastest(hit: Hit, best: Facts | null): Facts | null {
    const from = directionOf(stayOf(hit).lat, stayOf(hit).lon)
    for (let place = this.#front; place; place = place.next) {
      if (this.#isOut(place, hit)) break
      const hours = hoursBetween(place.nearest.time, hit.time)
      if (best && Math.round(FARTHEST_KM / hours) < Number(best['kmh'])) break
      const journey = this.#journey(place, hit, from)
      if (!journey || (best && Math.round(journey.kmh) < Number(best['kmh']))) continue
      const facts = factsOf(journey, hit)
      if (isFaster(facts, best ?? {})) best = facts
    }
    return best
  }

  #isOut(place: Place, hit: Hit): boolean {
    return Math.abs(hit.time - place.nearest.time) > this.#spec.within
  }

  #journey(place: Place, hit: Hit, from: Vector): Journey | null {
    // Most places are near each other: told by a dot product alone.
    if (dot(place.direction, from) > this.#cosineOfMinKm) return null
    if (isNoJourney(place.context, hit.context ?? {})) return null
    const stay = stayOf(hit)
    const partner = stayOf(place.nearest).record === stay.record ? place.other : place.nearest
    if (!partner || Math.abs(hit.time - partner.time) > this.#spec.within) return null
    const km = kmBetween(place.direction, from) - place.radiusKm - stay.radiusKm
    const hours = hoursBetween(partner.time, hit.time)
    if (km < this.#spec.minKm || km <= this.#spec.fasterThanKmh * hours) return null
    return { from: partner, km, kmh: km / hours }
  }

  #toFront(place: Place): void {
    if (this.#front === place) return
    if (place.previous) place.previous.next = place.next
    if (place.next) place.next.previous = place.previous
    place.previous = null
    place.next = this.#front
    if (this.#front) this.#front.previous = place
    this.#front = place
  }
}

/**
 * One trusted device cannot be at two places, so its address lies; two places that are both usual for the account are a
 * laptop and a phone; a carrier's places mean nothing within its country.
 */
export function isNoJourney(a: HitContext, b: HitContext): boolean {
  if (a.device !== undefined && a.device === b.device) return true
  if (a.usual && b.usual) return true
  return (a.carrier || b.carrier) === true && a.country !== undefined && a.country === b.country
}

function factsOf({ from, km, kmh }: Journey, to: Hit): Facts {
  return {
    km: Math.round(km),
    kmh: Math.round(kmh),
    minutes: Math.round(Math.abs(to.time - from.time) / MINUTE),
    fromPlace: stayOf(from).place,
    toPlace: stayOf(to).place,
    fromEvent: from.event,
    fromTime: from.time,
    toEvent: to.event,
    toTime: to.time,
  }
}

/**
 * A total order, so that of two equally fast journeys the same one is told whatever came first. Of two from one
 * place the later is ahead, which is also the only one that is looked at.
 */
function isFaster(a: Facts, b: Facts): boolean {
  if (b['kmh'] === undefined) return a['kmh'] !== undefined
  for (const name of ['kmh', 'km', 'toTime', 'toEvent', 'fromTime', 'fromEvent']) {
    if (a[name] !== b[name]) return (a[name] ?? '') > b[name]!
  }
  return false
}

/** At least a minute, so that the speed is a number. */
function hoursBetween(a: Millis, b: Millis): number {
  return Math.max(Math.abs(a - b), MINUTE) / HOUR
}

function byDataset(hits: readonly Hit[]): Hit[][] {
  const groups = new Map<string, Hit[]>()
  for (const hit of [...hits].sort(byTime)) {
    const { dataset } = stayOf(hit)
    const group = groups.get(dataset)
    if (group) group.push(hit)
    else groups.set(dataset, [hit])
  }
  return [...groups.values()]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function stayOf(hit: Hit): Stay {
  return hit.value as Stay
}

function specOf(compiled: CompiledRule): TravelSpec {
  const spec = compiled.rule.travel
  if (!spec) throw new Error(`Rule ${compiled.rule.id} is a travel rule without numbers`)
  return spec
}

function idOf({ time, event }: Completion): string {
  return `${time} ${event}`
}
