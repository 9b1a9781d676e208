/**
 * Makes `public/land.json`: the land of the world as one SVG path in the projection of `src/text/projection.ts`, from
 * Natural Earth's coast lines (public domain; as `world-atlas` packs them). To be run by hand when the source changes:
 * `node client/land/build.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { geoNaturalEarth1, geoPath } from 'd3-geo'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { SCALE } from '../src/text/projection.ts'

const source = createRequire(import.meta.url).resolve('world-atlas/land-110m.json')
const world = JSON.parse(readFileSync(source, 'utf8')) as Topology<{ land: GeometryCollection }>
const projection = geoNaturalEarth1().scale(SCALE).translate([0, 0]).rotate([0, 0]).precision(4)
const detailed = geoPath(projection).digits(0)(feature(world, world.objects.land)) ?? ''
const path = detailed.split('M').slice(1).map(simplified).join('')
writeFileSync(
  fileURLToPath(new URL('../public/land.json', import.meta.url)),
  `${JSON.stringify({ path }, null, 2)}\n`,
)

/** Points closer together than can be seen at any size of the map are left out, and so are the smallest islands. */
function simplified(ring: string): string {
  const points = ring
    .replace('Z', '')
    .split('L')
    .map((pair) => pair.split(',').map(Number) as [number, number])
  const kept = points.filter(([x, y], i) => {
    const [px, py] = points[i - 1] ?? [Infinity, Infinity]
    return i % 2 === 0 || Math.hypot(x - px, y - py) > 1.2
  })
  const xs = kept.map(([x]) => x)
  const ys = kept.map(([, y]) => y)
  const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
  return kept.length < 4 || size < 1.5 ? '' : `M${kept.map((pair) => pair.join(' ')).join('L')}Z`
}
