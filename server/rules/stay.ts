/** Where an event happened: coordinates, else the country's middle with its radius. */
import { countryPlace } from '../domain/countries.ts'
import { type Fields, isObject, type Json, textAt, valuesAt } from '../domain/json.ts'

export type Stay = { lat: number; lon: number; radiusKm: number; place: string | null }

export function stayAt(fields: Fields): Stay | null {
  const country = textAt(fields, 'source.geo.country_name') ?? textAt(fields, 'geo.country_name')
  const code = textAt(fields, 'source.geo.country_iso_code') ?? textAt(fields, 'geo.country_iso_code')
  const city = textAt(fields, 'source.geo.city_name') ?? textAt(fields, 'geo.city_name')
  const place = [city, country ?? code].filter((name) => name !== undefined).join(', ') || null
  const point = pointAt(fields, 'source.geo.location') ?? pointAt(fields, 'geo.location')
  if (point) return { ...point, radiusKm: 0, place }
  const middle = (code && countryPlace(code)) || (country && countryPlace(country)) || null
  return middle && { lat: middle.lat, lon: middle.lon, radiusKm: middle.radiusKm, place }
}

/** A geo_point in any of its forms: `{lat, lon}`, `"lat,lon"`, `[lon, lat]`, GeoJSON. */
function pointAt(fields: Fields, path: string): { lat: number; lon: number } | null {
  const lat = valuesAt(fields, `${path}.lat`)[0]
  const lon = valuesAt(fields, `${path}.lon`)[0]
  if (lat !== undefined || lon !== undefined) return point(lat, lon)
  const values = valuesAt(fields, path)
  const first = values[0]
  if (typeof first === 'string') return point(...(first.split(',', 2) as [string, string]))
  if (isObject(first) && Array.isArray(first['coordinates'])) {
    return point(first['coordinates'][1], first['coordinates'][0])
  }
  return values.length === 2 ? point(values[1], values[0]) : null
}

function point(lat: Json | undefined, lon: Json | undefined): { lat: number; lon: number } | null {
  const [north, east] = [coordinate(lat), coordinate(lon)]
  if (north === null || east === null || Math.abs(north) > 90 || Math.abs(east) > 180) return null
  // 0,0 is what a look-up writes when it knows nothing; nobody signs in from there.
  return north === 0 && east === 0 ? null : { lat: north, lon: east }
}

function coordinate(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
