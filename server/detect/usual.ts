/**
 * What is usual, told from where accounts were seen. All of it is a function of the stored hits, so that it comes out
 * the same whatever came first.
 */
import type { Hit } from '../domain/hit.ts'
import { DAY, type Millis } from '../domain/time.ts'
import { directionOf, kmBetween } from './distance.ts'
import { isCarrierName, type Seen, USUAL } from './usage.ts'

/**
 * A gateway: many accounts are seen behind it, far from all other places where they are seen (a VPN, a proxy).
 * A carrier: the places of one account behind it are far apart on one day, so they mean nothing within its country.
 */
export type Egress = { network: string; kind: 'gateway' | 'carrier'; accounts: number; days: number }

// Fewer could be one attacker's catch; a gateway of fewer people is told to the organisation's settings.
const LEAST_ACCOUNTS = 5
const LEAST_DAYS = 3
/** Days of one account on which it signed in without failing. */
const DAYS_EACH = 2
/** Of the days of all accounts, so many may have failures or risk: people mistype, sprayers do little else. */
const MOST_BAD = 0.2
/** Further from home than anybody commutes. */
const FAR_KM = 300
/** Of the accounts, so many times as many are far from home as near. */
const FAR_TIMES = 2
const SCATTERED_KM = 500
const LEAST_SCATTERED = 3
/** Enough accounts to tell. */
const LOOKED_AT = 60

/** Hits of `NETWORKS`: the accounts that are at home in a network, and on how many days, if that is enough to ask on. */
export function regularsOf(hits: readonly Hit[]): { accounts: string[]; days: number } | null {
  const bad = new Set(hits.filter(({ step }) => step === 1).map(({ event, time }) => `${event} ${time}`))
  const clean = hits.filter(({ step, event, time }) => step === 0 && !bad.has(`${event} ${time}`))
  if (bad.size > MOST_BAD * clean.length) return null
  const byAccount = Map.groupBy(clean, ({ event }) => event)
  const regular = [...byAccount].filter(([, days]) => days.length >= DAYS_EACH)
  const days = new Set(regular.flatMap(([, its]) => its.map(({ time }) => time))).size
  if (regular.length < LEAST_ACCOUNTS || days < LEAST_DAYS) return null
  const accounts = regular.map(([account]) => account).toSorted()
  return { accounts: accounts.slice(0, LOOKED_AT), days }
}

/** `places`: where each of the regulars was seen, hits of `PLACES`. */
export function egressOf(network: string, days: number, places: readonly (readonly Hit[])[]): Egress | null {
  const isEgress = isCarrierName(network) ? isCarrier(network, places) : isGateway(network, places)
  if (!isEgress) return null
  return { network, kind: isCarrierName(network) ? 'carrier' : 'gateway', accounts: places.length, days }
}

function isGateway(network: string, places: readonly (readonly Hit[])[]): boolean {
  let far = 0
  let near = 0
  for (const hits of places) {
    const seen = hits.map(seenOf).filter((one) => !isCarrierName(one.network))
    const here = seen.filter((one) => one.network === network)
    const elsewhere = seen.filter((one) => one.network !== network)
    if (here.length === 0 || elsewhere.length === 0) continue
    if (elsewhere.some((other) => here.some((one) => km(one, other) <= FAR_KM))) near++
    else far++
  }
  return far >= LEAST_ACCOUNTS && far >= FAR_TIMES * near
}

function isCarrier(network: string, places: readonly (readonly Hit[])[]): boolean {
  const days = new Set<Millis>()
  let scattered = 0
  for (const hits of places) {
    const ours = hits.filter((hit) => seenOf(hit).network === network)
    const apart = [...Map.groupBy(ours, ({ time }) => time)].filter(([, ofDay]) => isScattered(ofDay))
    if (apart.length > 0) scattered++
    for (const [day] of apart) days.add(day)
  }
  return scattered >= LEAST_SCATTERED && days.size >= 2
}

function isScattered(hits: readonly Hit[]): boolean {
  const seen = hits.map(seenOf)
  return seen.some((one, i) => seen.slice(i + 1).some((other) => km(one, other) > SCATTERED_KM))
}

/** Days before, of those that count, on which an account must have been seen so. */
const USUAL_AFTER = 2
const NEAR_KM = 200

/**
 * Whether an account is usually seen there: behind one of these networks on days before, near that place or wherever
 * that network's places are. `places` are its hits of `PLACES`.
 */
export function isUsual(
  places: readonly Hit[],
  at: { time: Millis; networks: readonly string[]; lat: number; lon: number },
): boolean {
  const today = Math.floor(at.time / DAY) * DAY
  const before = places.filter(({ time }) => time < today && time >= today - USUAL)
  return at.networks.some((network) => {
    const ours = before.filter((hit) => seenOf(hit).network === network)
    if (new Set(ours.map(({ time }) => time)).size < USUAL_AFTER) return false
    const near = ours.filter((hit) => km(seenOf(hit), at) <= NEAR_KM)
    return new Set(near.map(({ time }) => time)).size >= USUAL_AFTER || isScattered(ours)
  })
}

// Apple's Private Relay leaves through Akamai, Cloudflare and Fastly, in the country and seldom in the city of the person.
const RELAYS: ReadonlySet<number> = new Set([36183, 13335, 54113])

/** A network whose places mean nothing within a country, known without learning. */
export function isRelay(asn: number | null): boolean {
  return asn !== null && RELAYS.has(asn)
}

export function seenOf({ value }: Hit): Seen {
  return value as Seen
}

function km(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  return kmBetween(directionOf(a.lat, a.lon), directionOf(b.lat, b.lon))
}
