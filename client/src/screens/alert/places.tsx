import type { AlertDetail, EvidenceView } from '../../../../server/domain/api.ts'
import type { Json } from '../../../../server/domain/json.ts'
import { knownFields } from '../../parts/events.ts'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { type Place, WorldMap } from '../../parts/world-map.tsx'
import { clockTime, longSpan } from '../../text/age.ts'
import { valueAtPath } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { kmBetween } from '../../text/projection.ts'
import { visible } from '../../text/visible.ts'
import { formatCount } from '../../text/words.ts'

// More of them are a cloud, not a story.
const MOST = 5

// Closer than that is one place: addresses are located to some tens of kilometres.
const NEAR_KM = 50

type Seen = Place & { at: string; ip: string | null }

/** Where it happened, if it happened in more than one place. The numbers stand beside the drawing. */
export function PlacesPanel({ alert }: { alert: AlertDetail }) {
  const seen = placesOf(alert.evidence)
  if (seen.length < 2) return null
  const [from, to] = [seen[0]!, seen.at(-1)!]
  const km = Math.round(kmBetween(from, to))
  const gap = Math.abs(Date.parse(to.at) - Date.parse(from.at))
  const kmh = gap > 0 ? Math.round(km / (gap / 3_600_000)) : null
  const finding = `${visible(from.name)} to ${visible(to.name)}: ${formatCount(km)} km in ${longSpan(gap)}`
  return (
    <Panel title="Where" note="as the addresses were located">
      <div class="panel__body usual">
        <WorldMap places={seen} label={`Map. ${finding}.`} arc />
        <ul class="soft">
          {seen.map((one, i) => (
            <li key={i}>
              {clockTime(one.at)} <Hostile text={one.name} />
              {one.ip ? (
                <>
                  , <span class="mono">{visible(one.ip)}</span>
                </>
              ) : null}
            </li>
          ))}
        </ul>
        <p class="soft">
          {formatCount(km)} km apart along the great circle, {longSpan(gap)} between them
          {kmh === null ? '' : `: ${formatCount(kmh)} km/h`}. An airliner flies about 900 km/h. A VPN or a
          carrier can make an address look far away.
        </p>
      </div>
    </Panel>
  )
}

function placesOf(evidence: readonly EvidenceView[]): Seen[] {
  const seen: Seen[] = []
  for (const one of evidence.toSorted((a, b) => (a.time < b.time ? -1 : 1))) {
    const fields = knownFields(one.eventId)
    if (!fields) continue
    const lat = valueAtPath(fields, 'source.geo.location.lat')
    const lon = valueAtPath(fields, 'source.geo.location.lon')
    if (typeof lat !== 'number' || typeof lon !== 'number') continue
    const text = (path: string) => textOf(valueAtPath(fields, path))
    const city = text('source.geo.city_name')
    const country = text('source.geo.country_iso_code')
    const name = [city, country].filter(Boolean).join(', ') || `${lat.toFixed(1)}, ${lon.toFixed(1)}`
    const known = seen.find((place) => kmBetween(place, { lat, lon }) < NEAR_KM)
    // The journey begins when the place was left.
    if (known === seen.at(-1) && known) known.at = one.time
    if (known) continue
    seen.push({ lat, lon, name, at: one.time, ip: text('source.ip') })
    if (seen.length === MOST) break
  }
  return seen.map((one, i) => ({ ...one, hot: i === seen.length - 1 }))
}

function textOf(value: Json | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : value
  return first === undefined || first === null || typeof first === 'object' ? null : plainValue(first)
}
