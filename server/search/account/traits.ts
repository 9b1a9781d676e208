/** What an event says about how an account works: from where, with what, and what it did. */
import { type Fields, type Json, textAt, valueAt, valuesAt } from '../../domain/json.ts'

export type Trait = 'country' | 'network' | 'address' | 'app' | 'device'
export type Traits = Partial<Record<Trait, string>>

/** Names as Azure's sign-in log, the unified audit log and ECS have them. */
export function traitsOf(fields: Fields): Traits {
  const ip = textAt(fields, 'source.ip')
  const traits: [Trait, string | undefined][] = [
    ['country', textAt(fields, 'source.geo.country_name') ?? textAt(fields, 'source.geo.country_iso_code')],
    ['network', networkOf(fields, ip)],
    ['address', ip],
    ['app', textAt(fields, `${SIGN_IN}.app_display_name`) ?? textAt(fields, 'vedette.mailbox.program')],
    ['device', deviceOf(fields)],
  ]
  return Object.fromEntries(traits.filter(([, value]) => value !== undefined)) as Traits
}

export function isSignIn(fields: Fields): boolean {
  const isNamed = valuesAt(fields, 'event.action').some((one) => SIGN_IN_ACTIONS.has(one))
  return isNamed || valuesAt(fields, 'event.category').includes('authentication')
}

export function isFailure(fields: Fields): boolean {
  return textAt(fields, 'event.outcome') === 'failure'
}

export function isSending(fields: Fields): boolean {
  return valuesAt(fields, 'event.action').some((one) => SENDING.has(one))
}

const SIGN_IN = 'azure.signinlogs.properties'
const SIGN_IN_ACTIONS = new Set<Json>(['UserLoggedIn', 'UserLoginFailed'])
const SENDING = new Set<Json>(['Send', 'SendAs', 'SendOnBehalf'])

function networkOf(fields: Fields, ip: string | undefined): string | undefined {
  const name = textAt(fields, 'source.as.organization.name')
  if (name) return name
  const number = valueAt(fields, 'source.as.number') ?? valueAt(fields, `${SIGN_IN}.autonomous_system_number`)
  if (typeof number === 'number' || typeof number === 'string') return `AS${number}`
  if (ip === undefined) return undefined
  // An address itself changes too often to be usual; its neighbours are a provider's.
  return ip.includes(':') ? `${ip.split(':').slice(0, 3).join(':')}::/48` : ip.replace(/\.\d+$/, '.0/24')
}

function deviceOf(fields: Fields): string | undefined {
  const detail = `${SIGN_IN}.device_detail`
  const name = textAt(fields, `${detail}.display_name`) ?? textAt(fields, `${detail}.device_id`)
  if (name) return name
  const system = textAt(fields, `${detail}.operating_system`) ?? textAt(fields, 'user_agent.os.name')
  const browser = textAt(fields, `${detail}.browser`) ?? textAt(fields, 'user_agent.name')
  const kind = [browser, system].filter((one) => one !== undefined).join(' on ')
  return kind || undefined
}
