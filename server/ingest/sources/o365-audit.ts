/** The Microsoft 365 unified audit log, as Elastic's o365 integration normalises it. */
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { toIso } from '../../domain/time.ts'
import { putClient } from '../address.ts'
import { clean, put, take, text, unique } from '../clean.ts'
import { ownTime } from '../event-time.ts'
import { personOf } from '../person.ts'
import { unpackData } from './o365-audit/alert-data.ts'
import { type Draft, moveByRecordType } from './o365-audit/by-workload.ts'
import { type Kind, kindOf } from './o365-audit/kinds.ts'
import { emailOf } from './o365-audit/mail.ts'
import { retype, takeUserAgent } from './o365-audit/name-values.ts'
import { recordType } from './o365-audit/record-types.ts'
import { auditRecord, isAudit } from './o365-audit/shapes.ts'
import type { Normalised, Problem, Source } from './source.ts'

export const o365Audit: Source = {
  dataset: 'o365.audit',
  looksLike:
    'an audit record: an object with CreationTime, Operation, RecordType and Workload, or a row with such a record in AuditData',
  recognise: isAudit,
  normalise,
}

function normalise(sent: Fields): Normalised | Problem {
  const record = auditRecord(sent)
  if (!record) {
    return {
      code: 'audit-data-unreadable',
      detail:
        'AuditData is not the JSON of an audit record. Export it again without cutting or re-formatting.',
    }
  }
  const time = ownTime([{ field: 'CreationTime', value: record['CreationTime'] }])
  if (typeof time !== 'number') return time

  const audit: Fields = { ...record }
  const type = recordType(record['RecordType'])
  const kind = kindOf(type.number, text(take(audit, 'Operation')))
  const id = text(take(audit, 'Id')) ?? null
  const draft: Draft = { fields: { '@timestamp': toIso(time) }, user: {}, organization: {}, relatedUsers: [] }
  const { fields, user } = draft

  retype(audit)
  putAccount(audit, user)
  putOrganization(audit, draft)
  const ip = putAddress(audit, fields)
  const agent = takeUserAgent(audit)
  if (agent !== undefined) fields['user_agent'] = { original: agent }
  putFileSize(audit, fields)
  putSession(audit, fields)
  const victim = unpackData(audit)
  put(fields, 'email', emailOf(audit))
  moveByRecordType(type.number, audit, draft)
  if (victim && user['email'] === undefined) user['email'] = victim
  renameClashing(audit)

  fields['event'] = eventOf(audit, kind, id, type.name)
  put(fields, 'user', user)
  put(fields, 'organization', draft.organization)
  put(fields, 'host', hostOf(audit, draft))
  put(fields, 'related', relatedOf(audit, draft, ip))
  fields['o365'] = { audit: clean(audit) ?? {} }
  return { fields, id, time }
}

function eventOf(audit: Fields, kind: Kind, id: string | null, code: string | null): Fields {
  const event: Fields = {
    kind: kind.alert ? 'alert' : 'event',
    category: kind.category,
    type: kind.type,
    outcome: FAILED.test(String((audit['ResultStatus'] ?? '') as string)) ? 'failure' : 'success',
    module: 'o365',
    dataset: 'o365.audit',
  }
  put(event, 'id', id)
  put(event, 'action', kind.action)
  put(event, 'provider', text(take(audit, 'Workload')) ?? audit['UserType'])
  put(event, 'code', code)
  const severity = SEVERITIES.indexOf(audit['Severity'] as string)
  if (severity > 0) event['severity'] = severity
  return event
}

const FAILED = /^(failed|false)$/i
const SEVERITIES = ['', 'informational', 'low', 'medium', 'high']

function putAccount(audit: Fields, user: Fields): void {
  const account = text(audit['UserId'])
  if (!account) return
  user['id'] = account
  Object.assign(user, personOf(account))
}

function putOrganization(audit: Fields, { organization }: Draft): void {
  const tenant = text(take(audit, 'OrganizationId'))
  if (tenant) organization['id'] = tenant.toLowerCase()
}

/** The first of the three address fields is the client's, also when it is empty; the others stay. */
function putAddress(audit: Fields, fields: Fields): string | undefined {
  for (const key of ['ClientIPAddress', 'ClientIP', 'ActorIpAddress']) {
    const address = audit[key]
    if (address === undefined || address === null) continue
    delete audit[key]
    const plain = text(address)?.trim()
    return plain ? putClient(fields, plain) : undefined
  }
  return undefined
}

function putFileSize(audit: Fields, fields: Fields): void {
  for (const key of ['FileSizeBytes', 'FileSize']) {
    const sent = audit[key]
    const size = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : NaN
    if (!Number.isFinite(size)) continue
    fields['file'] = { size: Math.trunc(size) }
    return
  }
}

function putSession(audit: Fields, fields: Fields): void {
  const access = audit['AppAccessContext']
  if (!isObject(access)) return
  const session = text(access['AADSessionId'])
  const token = text(access['UniqueTokenId'])
  if (session) fields['session'] = { id: session }
  if (token) fields['token'] = { id: token }
}

/** Names that are text in some records and objects in others. */
function renameClashing(audit: Fields): void {
  for (const [key, name] of [
    ['Sender', 'SenderEntity'],
    ['Message', 'MessageObject'],
  ] as const) {
    if (isObject(audit[key])) put(audit, name, take(audit, key))
  }
}

function hostOf(audit: Fields, { user, organization }: Draft): Fields {
  const host: Fields = {}
  put(host, 'id', organization['id'])
  put(host, 'name', text(take(audit, 'DeviceName')) ?? organization['name'] ?? user['domain'])
  return host
}

function relatedOf(audit: Fields, draft: Draft, ip: string | undefined): Fields {
  const { fields, user } = draft
  const server = part(fields, 'server')
  const related: Fields = {}
  put(related, 'ip', unique([ip, server['ip']]))
  put(
    related,
    'user',
    unique([
      user['name'],
      part(audit, 'Parameters')['User'],
      user['id'],
      user['email'],
      ...draft.relatedUsers,
    ]),
  )
  put(
    related,
    'hosts',
    unique([
      part(fields, 'host')['name'],
      part(user, 'target')['domain'],
      part(fields, 'client')['domain'],
      server['domain'],
    ]),
  )
  return related
}

function part(object: Fields, key: string): { [name: string]: Json | undefined } {
  const value = object[key]
  return isObject(value) ? value : {}
}
