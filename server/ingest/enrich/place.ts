/** Where an address is, added to events that carry only the address. */
import { type Fields, isObject } from '../../domain/json.ts'

/** `geo` and `as` in ECS names, for `source.geo` and `source.as`; either may be unknown. */
export type Place = { geo: Fields | null; as: Fields | null }
/** Null for private and reserved addresses, and for those that no database knows. */
export type GeoLookup = (ip: string) => Place | null

/**
 * Fills `source.geo` and `source.as`. A record's own place wins; where it names only a country, the rest is filled
 * in if the database says the same country. New objects are made, so that what was sent is not changed.
 */
export function addPlace(fields: Fields, lookup: GeoLookup): void {
  const source = fields['source']
  if (!isObject(source) || typeof source['ip'] !== 'string') return
  const found = lookup(source['ip'])
  if (!found) return
  const geo = mergeGeo(source['geo'], found.geo)
  const as = mergeNetwork(source['as'], found.as)
  if (!geo && !as) return
  fields['source'] = { ...source, ...(geo ? { geo } : {}), ...(as ? { as } : {}) }
  if (geo && source['geo'] === undefined) {
    const own = fields['vedette']
    fields['vedette'] = { ...(isObject(own) ? own : {}), location_from: 'geoip' }
  }
}

function mergeGeo(own: unknown, found: Fields | null): Fields | null {
  if (!found) return null
  if (own === undefined) return found
  if (!isObject(own as Fields)) return null
  const record = own as Fields
  const onlyCountry = record['location'] === undefined && record['city_name'] === undefined
  if (!onlyCountry || record['country_iso_code'] !== found['country_iso_code']) return null
  return { ...found, ...record }
}

function mergeNetwork(own: unknown, found: Fields | null): Fields | null {
  if (!found) return null
  if (own === undefined) return found
  if (!isObject(own as Fields)) return null
  const record = own as Fields
  return record['number'] === found['number'] ? { ...found, ...record } : null
}
