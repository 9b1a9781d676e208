/**
 * What an audit record says about a mailbox, in one shape whatever wrote it: Outlook, the web, PowerShell or an app.
 * The fields are `vedette.mailbox`, `vedette.inbox_rule` and `vedette.mail` (.docs/fields.md); each is there only if the
 * record shows it.
 */
import { type Fields, isObject } from '../../domain/json.ts'
import { put, text } from '../clean.ts'
import { delegationOf, folderSharingOf } from './mailbox/access.ts'
import { consentOf } from './mailbox/consent.ts'
import { commandRule, outlookRule } from './mailbox/inbox-rule.ts'
import { deletedMail, sentMail } from './mailbox/mail.ts'
import { ownerOf, actsOnBehalf, ownDomains } from './mailbox/owner.ts'
import { readingOf } from './mailbox/reading.ts'
import { programOf } from './mailbox/program.ts'
import { outsideOf, targetsOf } from './mailbox/targets.ts'

/** Facts of one record: parts of `vedette`, and the targets that mail is sent to. */
export type MailboxFacts = {
  mailbox?: Fields
  inbox_rule?: Fields
  mail?: Fields
  consent?: Fields
  targets?: string[]
}

/**
 * Adds the facts to a document of `o365.audit`, raw or normalised by another collector. New objects are made, so that
 * what was sent is not changed.
 */
export function addMailboxFacts(fields: Fields): void {
  const action = text(part(fields['event'])['action'])
  const derive = action === undefined ? undefined : DERIVE.get(action)
  if (!derive) return
  const audit = part(part(fields['o365'])['audit'])
  const facts = derive(audit, action!)
  if (!facts) return
  const { targets = [], mailbox, ...rest } = facts
  const vedette: Fields = { ...part(fields['vedette']) }
  if (mailbox) put(vedette, 'mailbox', aboutMailbox(fields, audit, mailbox, targets))
  for (const [name, value] of Object.entries(rest)) put(vedette, name, value)
  put(fields, 'vedette', vedette)
}

function aboutMailbox(fields: Fields, audit: Fields, facts: Fields, targets: string[]): Fields {
  // A transport rule is about all mailboxes.
  const owner = facts['change'] === 'transport-rule' ? undefined : ownerOf(fields, audit)
  const mailbox: Fields = { ...facts }
  put(mailbox, 'owner', owner)
  put(mailbox, 'program', programOf(audit))
  if (owner !== undefined && actsOnBehalf(fields, audit, owner)) mailbox['on_behalf'] = true
  if (targets.length === 0) return mailbox
  mailbox['targets'] = targets
  put(mailbox, 'external_targets', outsideOf(targets, ownDomains(fields, owner)))
  return mailbox
}

type Derive = (audit: Fields, action: string) => MailboxFacts | null

const DERIVE: ReadonlyMap<string, Derive> = new Map<string, Derive>([
  ...each(['New-InboxRule', 'Set-InboxRule', 'Enable-InboxRule'], commandRule),
  ['UpdateInboxRules', outlookRule],
  ...each(['Set-Mailbox', 'New-Mailbox', 'Enable-Mailbox'], mailboxSettings),
  ...each(['New-TransportRule', 'Set-TransportRule'], transportRule),
  ...each(['Add-MailboxPermission', 'Add-RecipientPermission'], delegationOf),
  ...each(
    [
      'Add-MailboxFolderPermission',
      'Set-MailboxFolderPermission',
      'AddFolderPermissions',
      'ModifyFolderPermissions',
      'UpdateFolderPermissions',
    ],
    folderSharingOf,
  ),
  ['Set-MailboxAutoReplyConfiguration', () => ({ mailbox: { change: 'auto-reply' } })],
  ...each(['Send', 'SendAs', 'SendOnBehalf'], sentMail),
  ...each(['SoftDelete', 'HardDelete', 'MoveToDeletedItems', 'Move'], deletedMail),
  ['MailItemsAccessed', readingOf],
  ...each(['Consent to application.', 'Add delegated permission grant.'], consentOf),
])

function each(actions: readonly string[], derive: Derive): [string, Derive][] {
  return actions.map((action) => [action, derive])
}

function mailboxSettings(audit: Fields): MailboxFacts | null {
  const parameters = part(audit['Parameters'])
  const targets = targetsOf([parameters['ForwardingSmtpAddress'], parameters['ForwardingAddress']])
  if (targets.length > 0) return { mailbox: { change: 'forwarding' }, targets }
  return parameters['GrantSendOnBehalfTo'] === undefined ? null : delegationOf(audit)
}

function transportRule(audit: Fields): MailboxFacts {
  const parameters = part(audit['Parameters'])
  const lists = ['RedirectMessageTo', 'BlindCopyTo', 'CopyTo', 'AddToRecipients'].map(
    (key) => parameters[key],
  )
  return { mailbox: { change: 'transport-rule' }, targets: targetsOf(lists) }
}

function part(value: Fields[string] | undefined): Fields {
  return isObject(value) ? value : {}
}
