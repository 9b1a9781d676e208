import { geoDistance, geoNaturalEarth1 } from 'd3-geo'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceptionChoices } from '../../client/src/text/exception-choices.ts'
import { boxOf, kmBetween, project, SCALE } from '../../client/src/text/projection.ts'

const point = fc.record({
  lat: fc.double({ min: -85, max: 85, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
})
const reference = geoNaturalEarth1().scale(SCALE).translate([0, 0])

test('places are projected as the library does that projected the land, and distances are the same', () => {
  fc.assert(
    fc.property(point, point, (a, b) => {
      const [x, y] = reference([a.lon, a.lat])!
      expect(project(a)[0]).toBeCloseTo(x, 6)
      expect(project(a)[1]).toBeCloseTo(y, 6)
      expect(kmBetween(a, b)).toBeCloseTo(geoDistance([a.lon, a.lat], [b.lon, b.lat]) * 6371, 3)
    }),
  )
})

test('the map shows all places, never less than 3,000 km, and the whole world when they are very far apart', () => {
  const [antwerp, lagos, auckland] = [
    { lat: 51.2, lon: 4.4 },
    { lat: 6.5, lon: 3.4 },
    { lat: -36.8, lon: 174.8 },
  ]
  for (const places of [[antwerp], [antwerp, lagos], [antwerp, auckland]]) {
    const box = boxOf(places)
    for (const place of places) {
      const [x, y] = project(place)
      expect(x).toBeGreaterThan(box.x)
      expect(x).toBeLessThan(box.x + box.width)
      expect(y).toBeGreaterThan(box.y)
      expect(y).toBeLessThan(box.y + box.height)
    }
  }
  expect((boxOf([antwerp]).width / SCALE) * 6371).toBeCloseTo(3000)
  expect(boxOf([antwerp, auckland]).width).toBe(548)
})

test('exceptions are proposed from narrow to wide, with values quoted', () => {
  const evidence = [
    {
      eventId: 'e',
      step: 0,
      time: '',
      receivedAt: '',
      dataset: '',
      matched: [{ field: 'o365.audit.Parameters.Name', value: 'a"b' }],
    },
  ]
  const alert = { user: 'a@b.example', entity: { type: 'user', value: 'a@b.example' }, evidence }
  expect(exceptionChoices(alert as never, '192.0.2.1').map(({ condition }) => condition)).toEqual([
    'user.email : "a@b.example" and source.ip == "192.0.2.1"',
    'user.email : "a@b.example" and o365.audit.Parameters.Name == "a\\"b"',
    'source.ip == "192.0.2.1"',
    'user.email : "a@b.example"',
  ])
})
