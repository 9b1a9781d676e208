/** Where a sign-in came from by Microsoft's own account. */
import { countryCode, countryName } from '../../../domain/countries.ts'
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, take, text } from '../../clean.ts'

/** Takes the location out of both levels and gives it as ECS `geo`; empty when nothing is said. */
export function takeGeo(root: Fields, properties: Fields): Fields {
  const outer = text(take(root, 'location'))
  const taken = take(properties, 'location') ?? take(properties, 'location_details')
  const details = isObject(taken) ? taken : {}
  const geo: Fields = {}
  const country = outer ?? text(details['country_or_region']) ?? text(taken)
  if (country) putCountry(geo, country)
  put(geo, 'city_name', text(details['city']))
  put(geo, 'region_name', text(details['state']))
  const coordinates = details['geo_coordinates']
  if (isObject(coordinates)) {
    const lat = degrees(coordinates['latitude'])
    const lon = degrees(coordinates['longitude'])
    if (lat !== undefined && lon !== undefined) geo['location'] = { lat, lon }
  }
  return geo
}

/**
 * The same place as `source.geo`, where rules read it, with the country's name; null when it says nothing of a
 * place. 0,0 is how Microsoft writes "unknown".
 */
export function sourceGeo(geo: Fields): Fields | null {
  const { location, ...rest } = geo
  const place: Fields = rest
  const code = text(place['country_iso_code'])
  if (code && place['country_name'] === undefined) put(place, 'country_name', countryName(code) ?? undefined)
  if (isObject(location) && (location['lat'] !== 0 || location['lon'] !== 0)) place['location'] = location
  for (const _ in place) return place
  return null
}

function putCountry(geo: Fields, country: string): void {
  if (/^[A-Za-z]{2}$/.test(country)) {
    geo['country_iso_code'] = country.toUpperCase()
    return
  }
  geo['country_name'] = country
  put(geo, 'country_iso_code', countryCode(country) ?? undefined)
}

function degrees(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  // Adding 0 turns -0 into 0, which is how it is stored anyway.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : undefined
}
