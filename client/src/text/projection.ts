/** The map: Natural Earth's projection (Patterson, Šavrič and Jenny), distances, and which part of the world to show. */
export type Point = { lat: number; lon: number }
export type Box = { x: number; y: number; width: number; height: number }

/** Units a radian. The land was projected with it. */
export const SCALE = 100
const EARTH_KM = 6371
const RADIANS = Math.PI / 180
const ASPECT = 2.1
// Tighter says nothing: places are known to some tens of kilometres.
const LEAST_WIDTH = (3000 / EARTH_KM) * SCALE
const WHOLE: Box = { x: -274, y: -143, width: 548, height: 286 }
/** From here on the whole world is shown. */
const FAR_KM = 10_000

/** To the right and down, as SVG has it. */
export function project({ lat, lon }: Point): [number, number] {
  const phi = lat * RADIANS
  const [phi2, phi4] = [phi ** 2, phi ** 4]
  const x =
    lon *
    RADIANS *
    (0.8707 - 0.131979 * phi2 + phi4 * (-0.013791 + phi4 * (0.003971 * phi2 - 0.001529 * phi4)))
  const y = phi * (1.007226 + phi2 * (0.015085 + phi4 * (-0.044475 + 0.028874 * phi2 - 0.005916 * phi4)))
  return [x * SCALE, -y * SCALE]
}

/** Along the great circle. */
export function kmBetween(a: Point, b: Point): number {
  const [fromLat, toLat] = [a.lat * RADIANS, b.lat * RADIANS]
  const half =
    Math.sin((toLat - fromLat) / 2) ** 2 +
    Math.cos(fromLat) * Math.cos(toLat) * Math.sin(((b.lon - a.lon) * RADIANS) / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** The part of the map with all points and some room around them. */
export function boxOf(points: readonly Point[]): Box {
  const far = points.some((a) => points.some((b) => kmBetween(a, b) > FAR_KM))
  if (points.length === 0 || far) return WHOLE
  const [xs, ys] = [points.map((one) => project(one)[0]), points.map((one) => project(one)[1])]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const width = Math.min(
    WHOLE.width,
    Math.max(LEAST_WIDTH, (right - left) * 1.6, (bottom - top) * 1.6 * ASPECT),
  )
  const height = width / ASPECT
  return { x: (left + right) / 2 - width / 2, y: (top + bottom) / 2 - height / 2, width, height }
}

/** A bow between two places: a drawing, not the path of a flight. */
export function bow(a: Point, b: Point): string {
  const [[ax, ay], [bx, by]] = [project(a), project(b)]
  const rise = Math.hypot(bx - ax, by - ay) * 0.22
  return `M${ax.toFixed(1)} ${ay.toFixed(1)}Q${((ax + bx) / 2).toFixed(1)} ${((ay + by) / 2 - rise).toFixed(1)} ${bx.toFixed(1)} ${by.toFixed(1)}`
}
