/**
 * Where accounts are seen, remembered as hits of two rules that nobody wrote: one row for an account, a network, a place
 * and a day, and one for a network, an account and a day. What is usual follows from them whatever came first.
 */
import { accountOf } from '../domain/account.ts'
import type { RuleEvent } from '../domain/event.ts'
import { groupKey, type Hit } from '../domain/hit.ts'
import { type Fields, textAt, valueAt, valuesAt } from '../domain/json.ts'
import { DAY, type Millis } from '../domain/time.ts'
import { parseAddress } from '../lang/address.ts'
import { asnOf, countryOf } from '../rules/hit-context.ts'
import { stayAt } from '../rules/stay.ts'

/** No rule of a person has such an id. Keys are accounts; `event` is the network with the place. */
export const PLACES = { rule: '@places', version: 1 }
/** Keys are networks; `event` is the account. Step 1: it failed to get in, or was rated as risky. */
export const NETWORKS = { rule: '@networks', version: 1 }

/** `Hit.value` of `PLACES`. */
export type Seen = { network: string; lat: number; lon: number }

/** How far back what is usual is told from. */
export const USUAL_DAYS = 14
export const USUAL: Millis = USUAL_DAYS * DAY

// Wrong, empty or expired password, locked or disabled account, unknown name: see the credential-spray rule.
const GUESSES: ReadonlySet<string> = new Set(['50126', '50055', '50053', '50056', '50064', '50034', '50057'])
const RISKS: ReadonlySet<string> = new Set(['high', 'medium', 'atrisk', 'confirmedcompromised'])

/** None for what is no sign-in, tells no place, or belongs to a drill. */
export function usageHits(event: RuleEvent): Hit[] {
  if (event.dataset !== 'azure.signinlogs' || event.drill !== null) return []
  const { fields } = event
  const account = accountOf(fields)
  const stay = account === null ? null : stayAt(fields)
  const step = stay ? stepOf(fields) : null
  if (account === null || !stay || step === null) return []
  const time = Math.floor(event.time / DAY) * DAY
  const [lat, lon] = [rounded(stay.lat), rounded(stay.lon)]
  return networksOf({
    ip: textAt(fields, 'source.ip') ?? null,
    asn: asnOf(fields),
    country: countryOf(fields),
  }).flatMap((network): Hit[] => {
    const seen = { ...NETWORKS, key: groupKey([network], null), time, event: account, step, account }
    const place = { ...PLACES, key: groupKey([account], null), time, step: 0, account }
    return [
      { ...seen, value: null },
      ...(step === 0 ? [{ ...place, event: `${network} ${lat},${lon}`, value: { network, lat, lon } }] : []),
    ]
  })
}

/** The address's range (a /24, of IPv6 a /48), and the carrier in its country. */
export function networksOf(of: { ip: string | null; asn: number | null; country: string | null }): string[] {
  const range = of.ip === null ? null : rangeOf(of.ip)
  return [
    ...(range === null ? [] : [range]),
    ...(of.asn === null || of.country === null ? [] : [`AS${of.asn}/${of.country}`]),
  ]
}

export function isCarrierName(network: string): boolean {
  return network.startsWith('AS')
}

function rangeOf(ip: string): string | null {
  const address = parseAddress(ip)
  if (!address) return null
  if (address.family === 4) return `${[24n, 16n, 8n].map((by) => (address.bits >> by) & 255n).join('.')}.0/24`
  return `${[112n, 96n, 80n].map((by) => ((address.bits >> by) & 0xffffn).toString(16)).join(':')}::/48`
}

/** 0: signed in; 1: failed to, or was rated as risky; null: neither, such as a request for a second factor. */
function stepOf(fields: Fields): 0 | 1 | null {
  const outcome = valueAt(fields, 'event.outcome')
  if (outcome === 'success') return isRisky(fields) ? 1 : 0
  const codes = [
    ...valuesAt(fields, 'azure.signinlogs.result_type'),
    ...valuesAt(fields, 'azure.signinlogs.properties.status.error_code'),
  ]
  return codes.some((code) => GUESSES.has(typeof code === 'number' ? `${code}` : (code as string))) ? 1 : null
}

function isRisky(fields: Fields): boolean {
  const properties = 'azure.signinlogs.properties'
  return ['risk_level_during_signin', 'risk_state'].some((name) =>
    valuesAt(fields, `${properties}.${name}`).some(
      (value) => typeof value === 'string' && RISKS.has(value.toLowerCase()),
    ),
  )
}

/** To a tenth of a degree, some 10 km: the look-up of one address does not stand still. */
function rounded(degrees: number): number {
  return Math.round(degrees * 10) / 10
}
