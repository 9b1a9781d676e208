/** Who was let into a mailbox or one of its folders, and to do what. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, text, unique } from '../../clean.ts'
import type { MailboxFacts } from '../mailbox.ts'
import { folderKind } from './place.ts'

/** `Add-MailboxPermission`, `Add-RecipientPermission`, and `Set-Mailbox` with `GrantSendOnBehalfTo`. */
export function delegationOf(audit: Fields): MailboxFacts | null {
  const parameters = audit['Parameters']
  if (!isObject(parameters)) return null
  const onBehalf = text(parameters['GrantSendOnBehalfTo'])
  // `@{Remove=...}` takes a delegate away.
  if (onBehalf !== undefined && /^\W*remove\W/i.test(onBehalf)) return null
  const mailbox: Fields = { change: 'delegation' }
  put(mailbox, 'grantee', grantees(onBehalf ?? parameters['User'] ?? parameters['Trustee']))
  put(mailbox, 'access', onBehalf === undefined ? rights(parameters['AccessRights']) : ['SendOnBehalf'])
  if (/^true$/i.test(text(parameters['Deny']) ?? '')) return null
  return { mailbox }
}

/**
 * Sharing of one folder, by cmdlet or in Outlook. `open_to_all`: to everyone in the organisation (`Default`,
 * `Everyone`) or outside (`Anonymous`); `can_read`: the mail in it may be read.
 */
export function folderSharingOf(audit: Fields): MailboxFacts | null {
  const parameters = isObject(audit['Parameters']) ? audit['Parameters'] : {}
  const item = isObject(audit['Item']) ? audit['Item'] : {}
  const folder = isObject(item['ParentFolder']) ? item['ParentFolder'] : {}
  const identity = text(parameters['Identity'])
  const path = text(folder['Path']) ?? text(folder['Name']) ?? identity?.slice(identity.indexOf(':') + 1)
  const who = grantees(parameters['User'] ?? folder['MemberUpn'] ?? folder['MemberSid'])
  const may = rights(parameters['AccessRights'] ?? folder['MemberRights'])
  const mailbox: Fields = { change: 'folder-permission' }
  put(mailbox, 'grantee', who)
  put(mailbox, 'access', may)
  put(mailbox, 'folder', path)
  put(mailbox, 'place', path === undefined ? undefined : folderKind(path))
  if (who.some((one) => ALL.has(one))) mailbox['open_to_all'] = true
  if (may.some((one) => READS.has(one.toLowerCase()))) mailbox['can_read'] = true
  return { mailbox }
}

const ALL = new Set(['default', 'everyone', 'anonymous', 's-1-1-0'])
/** Rights and roles of Exchange with which the items of others can be read. */
const READS = new Set([
  'readany',
  'readitems',
  'owner',
  'publishingeditor',
  'editor',
  'publishingauthor',
  'author',
  'noneditingauthor',
  'reviewer',
])

/** Lower-cased addresses or names: the last part of `ORG/tenant/name`. */
function grantees(value: Json | undefined): string[] {
  const texts = Array.isArray(value) ? value : [value]
  return unique(
    texts.flatMap((one) =>
      typeof one === 'string'
        ? one
            .replace(/^\W*add\W+/i, '')
            .split(/[;,]/)
            .map((name) => withoutQuotes(name.slice(name.lastIndexOf('/') + 1)).toLowerCase())
        : [],
    ),
  )
}

/** Without what PowerShell's lists stand in. From both ends inwards: a pattern would look at the middle again and again. */
function withoutQuotes(name: string): string {
  let [start, end] = [0, name.length]
  while (start < end && QUOTES.includes(name[start]!)) start++
  while (end > start && QUOTES.includes(name[end - 1]!)) end--
  return name.slice(start, end).trim()
}

const QUOTES = `{}"'@ \t\r\n`

function rights(value: Json | undefined): string[] {
  const texts = Array.isArray(value) ? value : [value]
  return unique(texts.flatMap((one) => (typeof one === 'string' ? one.split(/[;,\s]+/) : [])))
}
