/** Whose mailbox a record is about, and whether somebody else acts in it. */
import { type Fields, isObject } from '../../../domain/json.ts'
import { text } from '../../clean.ts'

/**
 * The mailbox, lower-cased: its owner's address where one is written, else the name that Exchange writes. A command
 * that names no mailbox is about the account that ran it.
 */
export function ownerOf(fields: Fields, audit: Fields): string | undefined {
  const user = part(fields, 'user')
  const email = text(user['email'])?.toLowerCase()
  const said = text(part(part(fields, 'vedette'), 'mailbox')['owner']) ?? text(audit['MailboxOwnerUPN'])
  if (said !== undefined) return said.toLowerCase()
  const asOther = text(audit['SendAsUserSmtp']) ?? text(audit['SendOnBehalfOfUserSmtp'])
  if (asOther !== undefined) return asOther.toLowerCase()
  const named = commandMailbox(audit)
  // `mara.lindt` is the mailbox of mara.lindt@...: the account that ran the command for itself.
  if (named === undefined || named === email?.split('@')[0]) return email ?? named
  return named
}

/** Somebody acts in a mailbox that is not theirs: as delegate or administrator. */
export function actsOnBehalf(fields: Fields, audit: Fields, owner: string): boolean {
  const email = text(part(fields, 'user')['email'])?.toLowerCase()
  if (email !== undefined) return owner !== email
  const [mailbox, logon] = [text(audit['MailboxOwnerSid']), text(audit['LogonUserSid'])]
  if (mailbox !== undefined && logon !== undefined) return mailbox !== logon
  // 0 is the owner, 1 an administrator, 2 a delegate.
  return audit['LogonType'] === '1' || audit['LogonType'] === '2'
}

/** Domains that are the account's own: of its address, of the mailbox, and the tenant's first one. */
export function ownDomains(fields: Fields, owner: string | undefined): string[] {
  const domains = [
    text(part(fields, 'user')['domain']) ?? domainOf(text(part(fields, 'user')['email'])),
    domainOf(owner),
    text(part(fields, 'organization')['name']),
  ]
  return domains.flatMap((domain) => (domain === undefined ? [] : [domain.toLowerCase()]))
}

function domainOf(address: string | undefined): string | undefined {
  const at = address?.lastIndexOf('@') ?? -1
  return at === -1 ? undefined : address!.slice(at + 1)
}

/** Of a cmdlet: `-Mailbox`, else `-Identity` or the object it changed; `ORG/tenant/name`, `name\Rule`, `name:\Inbox`. */
function commandMailbox(audit: Fields): string | undefined {
  const parameters = part(audit, 'Parameters')
  const said = text(parameters['Mailbox']) ?? text(parameters['Identity']) ?? text(audit['ObjectId'])
  if (said === undefined || audit['Parameters'] === undefined) return undefined
  const path = said.slice(said.lastIndexOf('/') + 1)
  const name = path.split(/:?\\/, 1)[0]!.trim()
  return name === '' || /^-?\d+$/.test(name) ? undefined : name.toLowerCase()
}

function part(object: Fields, key: string): Fields {
  const value = object[key]
  return isObject(value) ? value : {}
}
