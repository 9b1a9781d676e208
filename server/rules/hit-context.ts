/** What tuning needs of an event, kept beside its hits, so that settling reads no documents. */
import type { RuleEvent } from '../domain/event.ts'
import type { HitContext } from '../domain/hit.ts'
import { type Fields, isObject, textAt, valueAt, valuesAt } from '../domain/json.ts'
import type { Heed } from '../domain/organisation.ts'
import { isSystemActor } from './system-accounts.ts'

/** Only what the kinds of tuning that a rule heeds ask for; null: nothing. */
export function contextOf({ fields }: Pick<RuleEvent, 'fields'>, heeds?: readonly Heed[]): HitContext | null {
  if (!heeds) return null
  const context: HitContext = {}
  for (const heed of heeds) READERS[heed]?.(context, fields)
  return Object.keys(context).length === 0 ? null : context
}

type Reader = (context: HitContext, fields: Fields) => void

const READERS: Partial<Record<Heed, Reader>> = {
  'system-accounts'(context, fields) {
    if (isSystemActor(fields)) context.system = true
  },
  networks: readAddress,
  'learned-egress'(context, fields) {
    readAddress(context, fields)
    const asn = asnOf(fields)
    const country = countryOf(fields)
    if (asn !== null) context.asn = asn
    if (country !== null) context.country = country
    if (device(fields).isManaged) context.managed = true
  },
  'same-device'(context, fields) {
    const { id } = device(fields)
    if (id !== null) context.device = id
  },
  forwarding(context, fields) {
    const targets = valuesAt(fields, 'vedette.mailbox.targets').filter((one) => typeof one === 'string')
    if (targets.length > 0) context.targets = targets.map((target) => target.toLowerCase()).toSorted()
    if (valueAt(fields, 'vedette.inbox_rule.hides') === true) context.hides = true
  },
}

function readAddress(context: HitContext, fields: Fields): void {
  const ip = textAt(fields, 'source.ip')
  if (ip !== undefined) context.ip = ip
}

export function asnOf(fields: Fields): number | null {
  const asn =
    valueAt(fields, 'source.as.number') ??
    valueAt(fields, 'azure.signinlogs.properties.autonomous_system_number')
  const number = typeof asn === 'string' ? Number(asn) : asn
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null
}

export function countryOf(fields: Fields): string | null {
  const code = textAt(fields, 'source.geo.country_iso_code') ?? textAt(fields, 'geo.country_iso_code')
  return code?.toUpperCase() ?? null
}

/**
 * A device that the organisation trusts: managed or compliant, or joined to its directory. One that is only registered
 * is anybody's, and a device without trust may give any id.
 */
function device(fields: Fields): { id: string | null; isManaged: boolean } {
  const detail = valueAt(fields, 'azure.signinlogs.properties.device_detail')
  if (!isObject(detail)) return { id: null, isManaged: false }
  const isManaged = isTrue(detail['is_managed']) || isTrue(detail['is_compliant'])
  const trust = textAt(detail, 'trust_type') ?? ''
  const isJoined = /joined/i.test(trust) || trust === 'AzureAd' || trust === 'ServerAd'
  const id = textAt(detail, 'device_id')
  return { id: id !== undefined && (isManaged || isJoined) ? id.toLowerCase() : null, isManaged }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 'True'
}
