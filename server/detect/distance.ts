/** Distances on a sphere of the Earth's mean radius; off by at most half a percent, far less than a place's radius. */

/** A place as a unit vector from the centre. */
export type Vector = readonly [number, number, number]

export const EARTH_KM = 6371.0088
/** Half way round. */
export const FARTHEST_KM = Math.PI * EARTH_KM

export function directionOf(lat: number, lon: number): Vector {
  const phi = (lat * Math.PI) / 180
  const lambda = (lon * Math.PI) / 180
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}

/** The great circle. By the chord, which stays exact for places that are close together. */
export function kmBetween(a: Vector, b: Vector): number {
  const [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
  const chord = Math.sqrt(x * x + y * y + z * z)
  return 2 * EARTH_KM * Math.asin(Math.min(1, chord / 2))
}
