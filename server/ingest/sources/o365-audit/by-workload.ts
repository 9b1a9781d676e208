/** What a record type moves out of `o365.audit` into ECS fields. Each takes from the record and puts into the document. */
import { isIP } from 'node:net'
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { parseHost } from '../../address.ts'
import { put, take, text, unique } from '../../clean.ts'
import { personOf } from '../../person.ts'

/** The parts of the document that several steps fill. */
export type Draft = { fields: Fields; user: Fields; organization: Fields; relatedUsers: (Json | undefined)[] }

export function moveByRecordType(recordType: string | null, audit: Fields, draft: Draft): void {
  const mover = recordType === null ? undefined : MOVERS[recordType]
  mover?.(audit, draft)
}

type Mover = (audit: Fields, draft: Draft) => void

const MOVERS: { [recordType: string]: Mover } = {
  1: exchange,
  2: exchangeItem,
  6: sharePointFile,
  8: directory,
  14: sharePointFile,
  22: yammer,
  25: teams,
  40: complianceAlert,
  50: aggregated,
}

function exchange(audit: Fields, { fields, organization }: Draft): void {
  put(organization, 'name', take(audit, 'OrganizationName'))
  const server = text(audit['OriginatingServer'])
  const host = server ? parseHost(server) : null
  if (!host) return
  delete audit['OriginatingServer']
  const found: Fields = { domain: host.domain, address: host.address }
  if (isIP(host.address)) {
    found['ip'] = host.address
    fields['destination'] = { ip: host.address }
  }
  fields['server'] = found
}

function exchangeItem(audit: Fields, draft: Draft): void {
  exchange(audit, draft)
  const owner = text(take(audit, 'MailboxOwnerUPN'))
  if (owner && owner.toLowerCase() !== text(draft.user['email'])?.toLowerCase()) {
    draft.fields['vedette'] = { mailbox: { owner: owner.toLowerCase() } }
  }
  // The acting account comes first: an address in UserId has been put already.
  if (draft.user['email'] === undefined) put(draft.user, 'email', owner)
  if (draft.user['id'] === undefined) put(draft.user, 'id', audit['LogonUserSid'])
  put(draft.user, 'full_name', take(audit, 'LogonUserDisplayName'))
  const process = text(take(audit, 'ClientProcessName'))
  if (process) draft.fields['process'] = { name: process }
}

/** Single messages and folders, which would clash with the `Folder` objects of other records. */
function aggregated(audit: Fields): void {
  put(audit, 'ExchangeAggregatedFolders', take(audit, 'Folders'))
  put(audit, 'ExchangeAggregatedMessages', take(audit, 'Messages'))
}

function directory(audit: Fields, { user, relatedUsers }: Draft): void {
  const target = text(audit['ObjectId'])
  if (!target) return
  const person = personOf(target)
  user['target'] = { id: target, ...person }
  relatedUsers.push(person['name'], target)
}

function sharePointFile(audit: Fields, { fields }: Draft): void {
  const url = text(take(audit, 'ObjectId'))
  if (url) fields['url'] = { original: url }
  const file = isObject(fields['file']) ? fields['file'] : {}
  put(file, 'directory', take(audit, 'SourceRelativeUrl'))
  put(file, 'name', take(audit, 'SourceFileName'))
  put(file, 'extension', take(audit, 'SourceFileExtension'))
  put(fields, 'file', file)
}

function yammer(audit: Fields, { fields }: Draft): void {
  const group = text(take(audit, 'GroupName'))
  if (group) fields['group'] = { name: group }
}

function teams(audit: Fields, { fields, relatedUsers }: Draft): void {
  const team = text(take(audit, 'TeamName'))
  if (team) fields['group'] = { name: team }
  const members = audit['Members']
  if (!Array.isArray(members)) return
  for (const member of members) if (isObject(member)) relatedUsers.push(member['UPN'])
}

function complianceAlert(audit: Fields, { fields, user }: Draft): void {
  const rule: Fields = {}
  const name = take(audit, 'Name')
  put(rule, 'name', name)
  put(fields, 'message', name)
  put(rule, 'id', take(audit, 'PolicyId'))
  put(rule, 'category', take(audit, 'Category'))
  put(rule, 'ruleset', take(audit, 'EntityType'))
  const entity = take(audit, 'AlertEntityId')
  put(rule, 'description', entity)
  const links = take(audit, 'AlertLinks')
  const hrefs = Array.isArray(links)
    ? unique(links.map((link) => (isObject(link) ? link['AlertLinkHref'] : undefined)))
    : []
  put(rule, 'reference', hrefs.length > 1 ? hrefs : hrefs[0])
  put(fields, 'rule', rule)
  // UserId is the service's name here; the account in trouble is the entity.
  const account = text(entity)
  if (account && user['email'] === undefined) put(user, 'email', personOf(account)['email'])
}
