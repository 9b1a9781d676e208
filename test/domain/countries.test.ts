import { describe, expect, test } from 'vitest'
import { countryCode, countryName, countryPlace } from '../../server/domain/countries.ts'

test.each([
  ['DE', 'DE'],
  ['de', 'DE'],
  ['Germany', 'DE'],
  [' united states ', 'US'],
  ['United States of America', 'US'],
  ['Russian Federation', 'RU'],
  ['Türkiye', 'TR'],
  ["Côte d'Ivoire", 'CI'],
  ['Curaçao', 'CW'],
  ['Hong Kong SAR', 'HK'],
])('%j is the country %s', (text, code) => {
  expect(countryCode(text)).toBe(code)
})

test.each(['', 'ZZ', 'Atlantis', 'constructor', '__proto__'])('%j is no country', (text) => {
  expect(countryPlace(text)).toBeNull()
})

test('a code has a name', () => {
  expect(countryName('GB')).toBe('United Kingdom')
  expect(countryName('ZZ')).toBeNull()
})

describe('places', () => {
  const codes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').flatMap((a, _, letters) => letters.map((b) => a + b))
  const places = codes
    .map((code) => countryPlace(code))
    .filter((place, index) => place?.code === codes[index])
    .map((place) => place!)

  test('all of ISO 3166 and Kosovo', () => {
    expect(places).toHaveLength(250)
  })

  test('every place is on the globe', () => {
    for (const { code, name, lat, lon, radiusKm } of places) {
      expect(Math.abs(lat), code).toBeLessThanOrEqual(90)
      expect(Math.abs(lon), code).toBeLessThanOrEqual(180)
      expect(radiusKm > 0 && radiusKm < 4000, code).toBe(true)
      expect(countryCode(name), name).toBe(code)
    }
  })

  // Cities near a border: a circle that leaves them out would say "too far apart" of neighbours.
  test.each([
    ['US', 47.6, -122.3],
    ['US', 25.8, -80.2],
    ['DE', 47.7, 13],
    ['DE', 54.8, 9.4],
    ['GB', 50.1, -5.5],
    ['GB', 57.5, -4.2],
    ['FR', 43.7, 7.3],
    ['ES', 36, -5.6],
    ['IT', 37.5, 15.1],
    ['NO', 69.6, 18.9],
    ['IN', 8.5, 76.9],
    ['BR', -30, -51.2],
    ['AU', -31.9, 115.9],
    ['JP', 43.1, 141.3],
    ['RU', 59.9, 30.3],
    ['CN', 39.9, 116.4],
    ['CA', 43.7, -79.4],
  ])('the circle of %s holds a town at %d, %d', (code, lat, lon) => {
    const place = countryPlace(code)!
    expect(distance(place.lat, place.lon, lat, lon)).toBeLessThanOrEqual(place.radiusKm)
  })
})

function distance(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const rad = Math.PI / 180
  const a =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2
  return 2 * 6371 * Math.asin(Math.sqrt(a))
}
