/**
 * The four checks as somebody would write them by hand for these records alone: what their predicates ask, by a look-up
 * of the action, with nothing that could be configured. The least that matching can cost.
 */
import type { LogEvent } from '../../server/domain/event.ts'
import type { Fields, Json } from '../../server/domain/json.ts'

type Found = (check: string, key: string, event: LogEvent) => void

const SENDS = new Set(['Send', 'SendAs', 'SendOnBehalf'])
const WRONG_PASSWORD = new Set(['50126', '50055', '50053', '50056', '50064', '50034', '50057'])
const RISKS = new Set(['high', 'medium'])
const MAIL_APPS = /exchange|outlook|office|microsoft 365|owa/i
const FORWARDS = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo', 'DeleteMessage', 'MarkAsRead']

/** Tells which checks an event has a part in. */
export function matchByHand(event: LogEvent, found: Found): void {
  const { fields } = event
  const user = text(at(fields, 'user'), 'email').toLowerCase()
  if (event.dataset === 'azure.signinlogs') {
    const own = at(at(fields, 'azure'), 'signinlogs')
    const ip = text(at(fields, 'source'), 'ip')
    const result = text(own, 'result_type')
    if (WRONG_PASSWORD.has(result)) found('spray', ip, event)
    if (text(at(fields, 'event'), 'outcome') !== 'success') return
    const properties = at(own, 'properties')
    found('success', ip, event)
    if (properties['is_interactive'] !== false) found('travel', user, event)
    const isRisky = RISKS.has(text(properties, 'risk_level_during_signin')) || properties['is_risky'] === true
    if (isRisky && MAIL_APPS.test(text(properties, 'app_display_name'))) found('risky', user, event)
    return
  }
  if (event.dataset !== 'o365.audit') return
  const action = text(at(fields, 'event'), 'action')
  if (SENDS.has(action)) found('send', user, event)
  else if (action === 'New-InboxRule' || action === 'Set-InboxRule') {
    const parameters = at(at(at(fields, 'o365'), 'audit'), 'Parameters')
    if (FORWARDS.some((name) => parameters[name] !== undefined)) found('rule', user, event)
  }
}

const NONE: Fields = {}

function at(fields: Fields, name: string): Fields {
  const value = fields[name] as Fields | undefined
  return value ?? NONE
}

function text(fields: Fields, name: string): string {
  const value: Json | undefined = fields[name]
  return typeof value === 'string' ? value : ''
}
