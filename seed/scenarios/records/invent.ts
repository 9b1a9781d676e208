import type { Run } from '../scenario.ts'

/** A person of the organisation that the scenarios play in. */
export type Person = {
  name: string
  address: string
  userId: string
  mailboxGuid: string
  sid: string
  userKey: string
}
export type Place = {
  city: string
  state: string
  country: string
  latitude: number
  longitude: number
  asn: number
}

export const TENANT = {
  id: '6f1e2b4c-2f0a-4a5e-9a7d-5d8c0b7e4a11',
  domain: 'lindgren-craft.example',
  name: 'lindgrencraft.onmicrosoft.com',
}

// Autonomous systems 64496-64511 are kept for documentation, as are the addresses below.
export const PLACES = {
  newYork: {
    city: 'New York',
    state: 'New York',
    country: 'US',
    latitude: 40.7128,
    longitude: -74.006,
    asn: 64_496,
  },
  frankfurt: {
    city: 'Frankfurt am Main',
    state: 'Hessen',
    country: 'DE',
    latitude: 50.1109,
    longitude: 8.6821,
    asn: 64_497,
  },
  lagos: { city: 'Lagos', state: 'Lagos', country: 'NG', latitude: 6.4541, longitude: 3.3947, asn: 64_498 },
  bucharest: {
    city: 'Bucharest',
    state: 'Bucuresti',
    country: 'RO',
    latitude: 44.4323,
    longitude: 26.1063,
    asn: 64_499,
  },
  office: {
    city: 'Boston',
    state: 'Massachusetts',
    country: 'US',
    latitude: 42.3584,
    longitude: -71.0598,
    asn: 64_500,
  },
} as const satisfies Record<string, Place>

const FIRST = [
  'Mara',
  'Jonas',
  'Petra',
  'Oskar',
  'Nadia',
  'Felix',
  'Ines',
  'Ruben',
  'Tilda',
  'Anton',
  'Carla',
  'Emil',
  'Greta',
  'Hugo',
  'Ida',
  'Karl',
]
const LAST = [
  'Lindgren',
  'Moreau',
  'Castell',
  'Brandt',
  'Okoye',
  'Varga',
  'Nyman',
  'Duarte',
  'Keller',
  'Soler',
  'Weiss',
  'Holm',
  'Rinaldi',
  'Bakker',
]

/** A person with a name of the run's own: `mara.brandt.k3v9q0@...`. */
export function person(run: Run): Person {
  const first = pick(run, FIRST)
  const last = pick(run, LAST)
  // The id and two more letters, so that people of one run differ even when their names do not.
  const mark = `${run.id}${letters(run, 2)}`
  return {
    name: `${first} ${last}`,
    address: `${first}.${last}.${mark}@${TENANT.domain}`.toLowerCase(),
    userId: guid(run),
    mailboxGuid: guid(run),
    sid: `S-1-5-21-${digits(run, 10)}-${digits(run, 10)}-${digits(run, 9)}-${digits(run, 8)}`,
    userKey: `1003${hex(run, 12).toUpperCase()}`,
  }
}

/** An address out of the ranges kept for documentation (RFC 5737, RFC 3849): nobody's, and never blocked by mistake. */
export function documentationAddress(run: Run): string {
  const network = pick(run, ['192.0.2', '198.51.100', '203.0.113'])
  return `${network}.${1 + Math.floor(run.random() * 254)}`
}

export function documentationAddress6(run: Run): string {
  return `2001:db8:${Array.from({ length: 6 }, () => hex(run, 4).replace(/^0+(?=.)/, '')).join(':')}`
}

export function pick<T>(run: Run, from: readonly T[]): T {
  return from[Math.floor(run.random() * from.length)]!
}

export function guid(run: Run): string {
  const all = hex(run, 32)
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-a${all.slice(17, 20)}-${all.slice(20)}`
}

export function hex(run: Run, length: number): string {
  return letters(run, length, '0123456789abcdef')
}

export function digits(run: Run, length: number): string {
  return `${1 + Math.floor(run.random() * 9)}${letters(run, length - 1, '0123456789')}`
}

export function letters(run: Run, length: number, from = 'abcdefghijklmnopqrstuvwxyz'): string {
  return Array.from({ length }, () => from[Math.floor(run.random() * from.length)]!).join('')
}
