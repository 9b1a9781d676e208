/** What an account did, read and gave away over a stretch of time: the blast radius of an incident. */
import type { BlastRadius } from '../../domain/api.ts'
import { type Fields, type Json, textAt, valueAt, valuesAt } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'
import type { Turn } from '../turn.ts'
import { walkAccount } from './events.ts'
import { isFailure, isSending, isSignIn, traitsOf } from './traits.ts'

export type ReachQuestion = { account: string; drill: boolean; from: Millis; to: Millis }

const MOST_VALUES = 100

/** Failed actions count nothing. Lists name the newest first. */
export async function accountReach(
  question: ReachQuestion,
  store: Pick<Store, 'scan'>,
  turn: Turn,
): Promise<BlastRadius> {
  const counts = { sent: 0, operations: 0, read: 0, deleted: 0 }
  const lists = new Map<string, Map<string, Json>>()
  const walked = await walkAccount(question, store, turn, ({ fields }) => {
    if (isFailure(fields)) return
    const mailbox = (name: string) => texts(fields, `vedette.mailbox.${name}`)
    if (isSignIn(fields)) {
      const { address, country } = traitsOf(fields)
      add('addresses', [address])
      add('countries', [country])
    }
    if (isSending(fields)) {
      counts.sent++
      add('subjects', [subjectOf(fields)])
      add(
        'from',
        SENDERS.flatMap((path) => texts(fields, path))
          .slice(0, 1)
          .map(lower),
      )
      add('to', RECIPIENTS.flatMap((path) => texts(fields, path)).map(lower))
    }
    const action = textAt(fields, 'event.action') ?? ''
    if (action === 'MailItemsAccessed') {
      counts.operations++
      counts.read += numberAt(fields, 'vedette.mailbox.reading.operations') ?? 1
      add('folders', foldersOf(fields))
    }
    if (DELETING.has(action)) counts.deleted += numberAt(fields, 'vedette.mail.items') ?? 1
    if (SHARING.test(action)) share(textAt(fields, 'o365.audit.ObjectId') ?? action, texts(fields, GUEST)[0])
    const [change] = mailbox('change')
    if (change === 'folder-permission') share(mailbox('folder')[0] ?? 'a folder', mailbox('grantee')[0])
    if (change === 'delegation') grant('delegate', mailbox('grantee')[0], mailbox('access'))
    const app = textAt(fields, 'vedette.consent.app')
    if (app) grant('app', app, texts(fields, 'vedette.consent.scopes'))
    if (change === 'inbox-rule' || change === 'transport-rule') add('rules', [ruleOf(fields)])
    const targets = mailbox('targets')
    if (change) add('forwardedTo', targets.length > 0 ? targets : mailbox('external_targets'))
  })
  return {
    sent: { mails: counts.sent, subjects: named('subjects'), from: named('from'), to: named('to') },
    read: { operations: counts.operations, mails: counts.read, folders: named('folders') },
    deleted: { mails: counts.deleted },
    shared: values('shared') as BlastRadius['shared'],
    granted: values('granted') as BlastRadius['granted'],
    rules: named('rules'),
    forwardedTo: named('forwardedTo'),
    signIns: { addresses: named('addresses'), countries: named('countries') },
    since: toIso(question.from),
    until: toIso(question.to),
    complete: walked.complete && [...lists.values()].every(({ size }) => size <= MOST_VALUES),
  }

  function add(list: string, found: readonly (string | undefined)[]): void {
    for (const one of found) if (one !== undefined) put(list, one, one)
  }
  function share(what: string, whom: string | undefined): void {
    put('shared', `${what}\0${whom}`, { what, with: whom ?? null })
  }
  function grant(kind: 'app' | 'delegate', name: string | undefined, access: readonly string[]): void {
    if (name !== undefined)
      put('granted', `${kind}\0${name}\0${access.join()}`, { kind, name, access: [...access] })
  }
  // One more than is shown, so that it is known that some are missing.
  function put(list: string, key: string, value: Json): void {
    const known = lists.get(list) ?? new Map<string, Json>()
    lists.set(list, known)
    if (known.size <= MOST_VALUES && !known.has(key)) known.set(key, value)
  }
  function values(list: string): Json[] {
    return [...(lists.get(list)?.values() ?? [])].slice(0, MOST_VALUES)
  }
  function named(list: string): string[] {
    return values(list) as string[]
  }
}

// Whose mail it was sent as; Microsoft writes recipients into few of its records.
const SENDERS = [
  'o365.audit.SendAsUserSmtp',
  'o365.audit.SendOnBehalfOfUserSmtp',
  'email.from.address',
  'vedette.mailbox.owner',
  'o365.audit.MailboxOwnerUPN',
  'user.email',
]
const RECIPIENTS = ['email.to.address', 'email.cc.address', 'email.bcc.address']
const DELETING = new Set(['SoftDelete', 'HardDelete', 'MoveToDeletedItems'])
// SharePoint and OneDrive: "Use sharing auditing in the audit log", Microsoft.
const SHARING =
  /^(?:SharingSet|SharingInvitationCreated|AnonymousLinkCreated|CompanyLinkCreated|SecureLinkCreated|AddedToSecureLink|AddedToGroup)$/
const GUEST = 'o365.audit.TargetUserOrGroupName'

function subjectOf(fields: Fields): string | undefined {
  return (
    textAt(fields, 'o365.audit.Item.Subject') ??
    textAt(fields, 'email.subject') ??
    textAt(fields, 'vedette.mail.subject_base')
  )
}

function foldersOf(fields: Fields): string[] {
  return [
    'o365.audit.Folders.Path',
    'o365.audit.ExchangeAggregatedFolders.Path',
    'o365.audit.Item.ParentFolder.Path',
  ].flatMap((path) => texts(fields, path))
}

function ruleOf(fields: Fields): string {
  const name = textAt(fields, 'vedette.inbox_rule.name') ?? textAt(fields, 'o365.audit.Parameters.Name')
  return name ?? textAt(fields, 'o365.audit.ObjectId') ?? 'without a name'
}

function texts(fields: Fields, path: string): string[] {
  return valuesAt(fields, path).filter((one): one is string => typeof one === 'string' && one !== '')
}

function numberAt(fields: Fields, path: string): number | undefined {
  const value = valueAt(fields, path)
  return typeof value === 'number' ? value : undefined
}

function lower(text: string): string {
  return text.toLowerCase()
}
