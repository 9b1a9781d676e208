import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { type GeoLookup, openGeo } from '../../server/ingest/enrich/geo.ts'
import { addPlace } from '../../server/ingest/enrich/place.ts'
import { isPublic } from '../../server/ingest/enrich/public-address.ts'
import { writeMmdb } from '../support/mmdb.ts'

const geoLite = {
  '81.2.69.0/24': {
    continent: { code: 'EU' },
    country: { iso_code: 'GB', names: { en: 'United Kingdom', de: 'Vereinigtes Königreich' } },
    subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }],
    city: { names: { en: 'Boxford' } },
    location: { latitude: 51.75, longitude: -1.25, accuracy_radius: 100 },
  },
}
const dbIp = {
  '2a02:cf40::/32': {
    country_code: 'NO',
    state1: 'Oslo County',
    city: 'Oslo',
    latitude: 59.91,
    longitude: 10.75,
  },
}
const asn = {
  '81.2.69.0/24': { autonomous_system_number: 20712, autonomous_system_organization: 'Example Telecom' },
}

let folder: string
let lookup: GeoLookup
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-geo-'))
  const file = (name: string) => join(folder, name)
  await writeFile(file('v4.mmdb'), writeMmdb(geoLite))
  await writeFile(file('v6.mmdb'), writeMmdb(dbIp))
  await writeFile(file('asn.mmdb'), writeMmdb(asn, 'Test-ASN'))
  lookup = await openGeo({ city: `${file('v4.mmdb')}, ${file('v6.mmdb')}`, asn: file('asn.mmdb') })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the operator names their own databases', () => {
  test('the nested shape of GeoLite2 and its network database give ECS fields', () => {
    expect(lookup('81.2.69.142')).toEqual({
      geo: {
        continent_code: 'EU',
        country_iso_code: 'GB',
        country_name: 'United Kingdom',
        region_name: 'England',
        city_name: 'Boxford',
        location: { lat: 51.75, lon: -1.25 },
        accuracy_radius: 100,
      },
      as: { number: 20712, organization: { name: 'Example Telecom' } },
    })
  })

  test('the flat shape of DB-IP gives the same fields, with the name of the country', () => {
    expect(lookup('2a02:cf40:add::1')).toEqual({
      geo: {
        country_iso_code: 'NO',
        country_name: 'Norway',
        region_name: 'Oslo County',
        city_name: 'Oslo',
        location: { lat: 59.91, lon: 10.75 },
      },
      as: null,
    })
  })

  test('an address that no database knows has no place', () => {
    expect(lookup('9.9.9.9')).toBeNull()
  })

  test('a file that cannot be read is named', async () => {
    await expect(openGeo({ city: join(folder, 'absent.mmdb'), asn: null })).rejects.toThrow(/absent\.mmdb/)
  })

  test('no database at all answers nothing', async () => {
    const none = await openGeo({ city: null, asn: null })
    expect(none('81.2.69.142')).toBeNull()
  })
})

test.each([
  ['10.1.2.3', false],
  ['192.168.1.1', false],
  ['127.0.0.1', false],
  ['::1', false],
  ['fe80::1', false],
  ['2001:db8::1', false],
  ['localhost', false],
  ['8.8.8.8', true],
  ['2a00:1450::1', true],
])('%s is on the map: %s', (ip, expected) => {
  expect(isPublic(ip)).toBe(expected)
})

describe('what a record says of its place wins', () => {
  const added = (fields: Fields) => {
    addPlace(fields, lookup)
    return fields
  }

  test('an event with only an address gets the place and says where from', () => {
    expect(added({ source: { ip: '81.2.69.142', port: 5 } })).toMatchObject({
      source: { ip: '81.2.69.142', port: 5, geo: { city_name: 'Boxford' }, as: { number: 20712 } },
      vedette: { location_from: 'geoip' },
    })
  })

  test('another place in the record stays as it is', () => {
    const geo = { country_iso_code: 'FR', city_name: 'Paris' }
    expect(added({ source: { ip: '81.2.69.142', geo } })).toMatchObject({ source: { geo } })
  })

  test('a record with only the same country gets the rest', () => {
    const fields = added({ source: { ip: '81.2.69.142', geo: { country_iso_code: 'GB' } } })
    expect(fields).toMatchObject({ source: { geo: { country_iso_code: 'GB', city_name: 'Boxford' } } })
  })

  test('a record with only another country stays as it is', () => {
    const fields = added({ source: { ip: '81.2.69.142', geo: { country_iso_code: 'US' } } })
    expect((fields['source'] as Fields)['geo']).toEqual({ country_iso_code: 'US' })
  })

  test('what was sent is not changed', () => {
    const source = Object.freeze({ ip: '81.2.69.142' })
    added({ source })
    expect(source).toEqual({ ip: '81.2.69.142' })
  })
})
