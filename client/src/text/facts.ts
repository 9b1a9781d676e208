/** The numbers a busy reader needs: at most four, from what the rule kind put into `facts`. */
import type { AlertView } from '../../../server/domain/api.ts'
import type { Json } from '../../../server/domain/json.ts'
import { isOwn } from '../own-alert.ts'
import { longDate, longSpan, sameDay, shortTime, spanParts } from './age.ts'
import { formatCount, plural } from './words.ts'

/** `value` is pairs of number and unit: `[['12', 'min'], ['14', 's']]`. Texts come from logs: show them as hostile. */
export type Fact = { label: string; value: [string, string][]; note: string }

export type FactSource = Pick<
  AlertView,
  'ruleId' | 'kind' | 'facts' | 'count' | 'firstSeen' | 'lastSeen' | 'users' | 'entity' | 'fromHistory'
>

const MINUTE = 60_000

export function factsOf(alert: FactSource): Fact[] {
  const facts = [...travelFacts(alert), ...gapFacts(alert), ...countFacts(alert), when(alert)]
  if (alert.kind !== 'threshold' && !isOwn(alert)) {
    facts.push({
      label: 'Evidence',
      value: [[formatCount(alert.count), alert.count === 1 ? 'event' : 'events']],
      note: '',
    })
  }
  if (alert.users.length > 1 && numberOf(alert.facts['distinct']) === null) {
    facts.push({
      label: 'Accounts involved',
      value: [[formatCount(alert.users.length), 'accounts']],
      note: 'named in the evidence',
    })
  }
  return facts.slice(0, 4)
}

function travelFacts({ facts }: FactSource): Fact[] {
  const [km, kmh, minutes] = [numberOf(facts['km']), numberOf(facts['kmh']), numberOf(facts['minutes'])]
  if (kmh === null) return []
  const [from, to] = [textOf(facts['fromPlace']), textOf(facts['toPlace'])]
  const far = [
    km === null ? '' : `${formatCount(km)} km`,
    minutes === null ? '' : longSpan(minutes * MINUTE),
  ].filter(Boolean)
  return [
    {
      label: 'Implied travel speed',
      value: [[formatCount(Math.round(kmh)), 'km/h']],
      note: 'an airliner flies about 900',
    },
    ...(km === null
      ? []
      : [
          {
            label: 'Distance',
            value: [[formatCount(km), 'km']] as [string, string][],
            note: from && to ? `${from} to ${to}` : `great circle, ${far.at(-1)}`,
          },
        ]),
    ...(minutes === null
      ? []
      : [{ label: 'Time between', value: spanPairs(minutes * MINUTE), note: 'between the two sign-ins' }]),
  ]
}

function gapFacts({ facts, kind }: FactSource): Fact[] {
  const gap = numberOf(facts['gapMs'])
  if (gap === null) return []
  return [
    { label: kind === 'sequence' ? 'First step to last' : 'Time between', value: spanPairs(gap), note: '' },
  ]
}

function countFacts({ facts, kind, count, users, entity }: FactSource): Fact[] {
  const threshold = numberOf(facts['threshold'])
  const distinct = numberOf(facts['peakDistinct']) ?? numberOf(facts['distinct'])
  if (threshold === null && kind !== 'threshold') return []
  const within = numberOf(facts['withinMs'])
  const limit = [
    threshold === null ? '' : `limit ${formatCount(threshold)}`,
    within === null ? '' : `within ${longSpan(within)}`,
  ].filter(Boolean)
  const counted = numberOf(facts['peak']) ?? numberOf(facts['count']) ?? count
  const events: Fact = {
    label: 'Events in the window',
    value: [[formatCount(counted), counted === 1 ? 'event' : 'events']],
    note: distinct === null ? limit.join(' ') : `${plural(count, 'event')} in all`,
  }
  if (distinct === null) return [events]
  const ofAccounts = entity.type !== 'user' && users.length > 1
  return [
    {
      label: ofAccounts ? 'Different accounts' : 'Different values',
      value: [[formatCount(distinct), '']],
      note: limit.join(' '),
    },
    events,
  ]
}

function when({ firstSeen, lastSeen }: FactSource): Fact {
  const lasted = Date.parse(lastSeen) - Date.parse(firstSeen)
  const until = lasted >= MINUTE && sameDay(firstSeen, lastSeen) ? `to ${shortTime(lastSeen)}` : ''
  return {
    label: 'Happened',
    value: [[shortTime(firstSeen), until]],
    note: longDate(firstSeen) + (lasted >= MINUTE ? `, over ${longSpan(lasted)}` : ''),
  }
}

function spanPairs(span: number): [string, string][] {
  return spanParts(span).map((part) => [formatCount(part.value), part.unit])
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
