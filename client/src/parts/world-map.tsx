/** Places on the world. The same facts stand in text beside it. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { request } from '../api/request.ts'
import { bow, boxOf, type Point, project } from '../text/projection.ts'
import { visible } from '../text/visible.ts'

export type Place = Point & { name: string; hot?: boolean }

// One file for all maps, fetched when the first is drawn.
const land = signal('')
let asked = false

export function WorldMap(props: { places: readonly Place[]; label: string; arc?: boolean }) {
  const { places } = props
  useEffect(() => {
    if (asked) return
    asked = true
    request<{ path: string }>('/land.json').then(
      ({ path }) => (land.value = path),
      // Without the land the places still stand where they are.
      () => (asked = false),
    )
  }, [])
  const box = boxOf(places)
  const unit = box.width / 100
  const [from, to] = [places[0], places.at(-1)]
  return (
    <svg
      class="map"
      role="img"
      aria-label={props.label}
      viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
      preserveAspectRatio="xMidYMid slice"
    >
      <path class="map__land" d={land.value} />
      {props.arc && from && to && from !== to ? (
        <path class="map__arc" d={bow(from, to)} stroke-width={unit * 0.5} />
      ) : null}
      {places.map((place, i) => {
        const [x, y] = project(place)
        const isRight = x > box.x + box.width * 0.65
        return (
          <g key={i} class={place.hot ? 'map__place map__place--hot' : 'map__place'}>
            <circle cx={x} cy={y} r={unit * 1.1} />
            <text
              x={x + (isRight ? -2 : 2) * unit}
              y={y + unit * 0.8}
              font-size={unit * 2.4}
              text-anchor={isRight ? 'end' : 'start'}
            >
              {visible(place.name)}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
