/** Places of addresses from the operator's own MaxMind databases. */
import maxmind, { type Reader, type Response } from 'maxmind'
import { countryName } from '../../domain/countries.ts'
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { put, text } from '../clean.ts'
import type { GeoLookup, Place } from './place.ts'
import { isPublic } from './public-address.ts'

export type { GeoLookup, Place }

/**
 * Opens the databases: paths, several separated by commas (IPv4 and IPv6 apart), null for none. Rejects with the
 * path in its message if a file cannot be read. A file that is replaced is read again.
 */
export async function openGeo(paths: { city: string | null; asn: string | null }): Promise<GeoLookup> {
  const cache = new Map<string, Place | null>()
  const [cities, networks] = await Promise.all([open(paths.city, cache), open(paths.asn, cache)])
  return (ip) => {
    const known = cache.get(ip)
    if (known !== undefined) return known
    const place = isPublic(ip) ? find(ip, cities, networks) : null
    if (cache.size >= CACHE_LIMIT) cache.clear()
    cache.set(ip, place)
    return place
  }
}

const CACHE_LIMIT = 50_000

async function open(list: string | null, cache: Map<string, Place | null>): Promise<Reader<Response>[]> {
  const paths = (list ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
  return Promise.all(
    paths.map(async (path) => {
      try {
        return await maxmind.open<Response>(path, {
          watchForUpdates: true,
          watchForUpdatesNonPersistent: true,
          watchForUpdatesHook: () => cache.clear(),
        })
      } catch (cause) {
        throw new Error(`Cannot read the GeoIP database ${path}: ${(cause as Error).message}`, { cause })
      }
    }),
  )
}

function find(ip: string, cities: Reader<Response>[], networks: Reader<Response>[]): Place | null {
  const geo = lookUp(ip, cities, cityOf)
  const as = lookUp(ip, networks, networkOf)
  return geo || as ? { geo, as } : null
}

function lookUp(
  ip: string,
  readers: Reader<Response>[],
  convert: (found: Fields) => Fields | null,
): Fields | null {
  for (const reader of readers) {
    // A database of IPv4 addresses alone throws for an IPv6 one.
    if (ip.includes(':') && reader.metadata.ipVersion === 4) continue
    const found = reader.get(ip) as unknown as Json | null
    const converted = isObject(found ?? undefined) ? convert(found as Fields) : null
    if (converted) return converted
  }
  return null
}

/** GeoLite2's nested record and the flat one of DB-IP's mmdb files -> ECS `geo`. */
function cityOf(found: Fields): Fields | null {
  const country = part(found, 'country')
  const location = part(found, 'location')
  const regions = found['subdivisions']
  const region = Array.isArray(regions) && isObject(regions[0]) ? english(regions[0]) : undefined
  const geo: Fields = {}
  put(geo, 'continent_code', text(part(found, 'continent')['code']))
  const code = text(country['iso_code']) ?? text(found['country_code'])
  put(geo, 'country_iso_code', code)
  put(geo, 'country_name', english(country) ?? text(found['country_name']) ?? (code && countryName(code)))
  put(geo, 'region_name', region ?? text(found['state1']))
  put(geo, 'city_name', english(part(found, 'city')) ?? text(found['city']))
  const lat = degrees(location['latitude'] ?? found['latitude'])
  const lon = degrees(location['longitude'] ?? found['longitude'])
  if (lat !== undefined && lon !== undefined) geo['location'] = { lat, lon }
  const accuracy = location['accuracy_radius']
  if (typeof accuracy === 'number') geo['accuracy_radius'] = accuracy
  return emptyToNull(geo)
}

/** `autonomous_system_number` and `_organization`, or their short names -> ECS `as`. */
function networkOf(found: Fields): Fields | null {
  const as: Fields = {}
  put(as, 'number', found['autonomous_system_number'] ?? found['as_number'])
  const name = text(found['autonomous_system_organization']) ?? text(found['as_name'])
  if (name) as['organization'] = { name }
  return emptyToNull(as)
}

function english(named: { [key: string]: Json }): string | undefined {
  return text(part(named, 'names')['en'])
}

function degrees(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function part(object: { [key: string]: Json }, key: string): { [key: string]: Json } {
  const value = object[key]
  return isObject(value) ? value : {}
}

function emptyToNull(object: Fields): Fields | null {
  for (const _ in object) return object
  return null
}
