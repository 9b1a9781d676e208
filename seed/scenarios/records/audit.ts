import type { Json } from '../../../server/domain/json.ts'
import type { Millis } from '../../../server/domain/time.ts'
import type { Run, ScenarioRecord } from '../scenario.ts'
import { digits, guid, hex, type Person, TENANT } from './invent.ts'

export type AuditBase = { at: Millis; who: Person; address: string; sessionId?: string }
export type AdminCommand = AuditBase & {
  operation: string
  objectId: string
  parameters: Record<string, string>
  status?: 'True' | 'False'
}

/** A cmdlet that Exchange ran for somebody (RecordType 1), as the Management Activity API tells it. */
export function adminCommand(run: Run, options: AdminCommand): ScenarioRecord {
  const { who } = options
  return auditRecord({
    ...commonFields(run, options, options.operation, 1, options.status ?? 'True'),
    UserType: 2,
    // Exchange's own proxy writes the port behind the address.
    ClientIP: `${options.address.includes(':') ? `[${options.address}]` : options.address}:${20_000 + Math.floor(run.random() * 40_000)}`,
    ObjectId: options.objectId,
    UserId: who.address,
    AppId: '00000002-0000-0ff1-ce00-000000000000',
    ClientAppId: '',
    ExternalAccess: false,
    OrganizationName: TENANT.name,
    OriginatingServer: 'AM0PR03MB3862 (15.20.9119.014)',
    Parameters: Object.entries(options.parameters).map(([Name, Value]) => ({ Name, Value })),
    ...session(run, options),
  })
}

export type MailItem = AuditBase & {
  operation: 'Send' | 'SendAs' | 'SendOnBehalf' | 'Update' | 'MoveToDeletedItems'
  subject: string
  /** Whose mailbox it is, where that is another's. */
  mailbox?: Person
  folder?: string
}

/** Something done with one mail (RecordType 2). A `Send` names no recipients. */
export function mailItem(run: Run, options: MailItem): ScenarioRecord {
  const mailbox = options.mailbox ?? options.who
  const folderId = `LgAAAAD${hex(run, 40)}AQAAAAAAEPAAAB`
  return auditRecord({
    ...mailboxEvent(run, options, options.operation, 2, mailbox),
    ...(options.operation === 'SendAs' && {
      SendAsUserSmtp: mailbox.address,
      SendAsUserMailboxGuid: mailbox.mailboxGuid,
    }),
    ...(options.operation === 'SendOnBehalf' && { SendOnBehalfOfUserSmtp: mailbox.address }),
    Item: {
      Id: `RgAAAAD${hex(run, 48)}AAAJ`,
      InternetMessageId: `<${hex(run, 32).toUpperCase()}@AM0PR03MB3862.eurprd03.prod.outlook.com>`,
      ParentFolder: { Id: folderId, Path: options.folder ?? '\\Drafts' },
      SizeInBytes: 4_000 + Math.floor(run.random() * 200_000),
      Subject: options.subject,
    },
  })
}

/** Reading one's own mail (RecordType 50): several mails in one record. */
export function mailItemsAccessed(run: Run, options: AuditBase & { count: number }): ScenarioRecord {
  const items = Array.from({ length: options.count }, () => ({
    Id: `RgAAAAD${hex(run, 48)}AAAJ`,
    InternetMessageId: `<${hex(run, 32)}@mail.example.net>`,
    SizeInBytes: 4_000 + Math.floor(run.random() * 200_000),
  }))
  return auditRecord({
    ...mailboxEvent(run, options, 'MailItemsAccessed', 50, options.who),
    OperationProperties: [
      { Name: 'MailAccessType', Value: 'Bind' },
      { Name: 'IsThrottled', Value: 'False' },
    ],
    Folders: [{ FolderItems: items, Id: `LgAAAAD${hex(run, 40)}AQAAAAAAEMAAAB`, Path: '\\Inbox' }],
    OperationCount: options.count,
  })
}

/** What every record of something done in a mailbox has. */
export function mailboxEvent(run: Run, options: AuditBase, operation: string, type: number, mailbox: Person) {
  const { who, address } = options
  return {
    ...commonFields(run, options, operation, type, 'Succeeded'),
    UserType: 0,
    ClientIP: address,
    UserId: who.address,
    AppId: '00000002-0000-0ff1-ce00-000000000000',
    ClientIPAddress: address,
    ClientInfoString: 'Client=OWA;Action=ViaProxy',
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: mailbox === who ? 0 : 2,
    LogonUserSid: who.sid,
    MailboxGuid: mailbox.mailboxGuid,
    MailboxOwnerSid: mailbox.sid,
    MailboxOwnerUPN: mailbox.address,
    OrganizationName: TENANT.name,
    OriginatingServer: 'AM0PR03MB3862 (15.20.9119.014)\r\n',
    ...session(run, options),
  }
}

/** What every audit record has. */
export function commonFields(run: Run, options: AuditBase, operation: string, type: number, status: string) {
  return {
    // Whole seconds, and UTC without saying so.
    CreationTime: new Date(options.at).toISOString().slice(0, 19),
    Id: guid(run),
    Operation: operation,
    OrganizationId: TENANT.id,
    RecordType: type,
    ResultStatus: status,
    UserKey: options.who.userKey,
    Version: 1,
    Workload: 'Exchange',
  }
}

function session(run: Run, options: AuditBase): { [key: string]: Json } {
  const id = options.sessionId ?? guid(run)
  const issued = new Date(options.at - 300_000).toISOString().slice(0, 19)
  return {
    SessionId: id,
    AppAccessContext: { AADSessionId: id, IssuedAtTime: issued, UniqueTokenId: digits(run, 18) },
  }
}

export function auditRecord(fields: { [key: string]: Json }): ScenarioRecord {
  return { dataset: 'o365.audit', record: fields }
}
