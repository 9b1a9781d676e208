import type { Json } from '../../../server/domain/json.ts'
import type { Run, ScenarioRecord } from '../scenario.ts'
import { type AuditBase, auditRecord, commonFields, mailboxEvent } from './audit.ts'
import { hex, type Person } from './invent.ts'

export type DeletedMail = AuditBase & {
  operation: 'SoftDelete' | 'HardDelete' | 'MoveToDeletedItems' | 'Move'
  subjects: readonly string[]
  /** Where they were: `\Sent Items`. */
  folder: string
  to?: string
  mailbox?: Person
}

/** Mail deleted or moved (RecordType 3): several in one record. */
export function deletedMail(run: Run, options: DeletedMail): ScenarioRecord {
  const folder = { Id: `LgAAAAD${hex(run, 40)}AQAAAAAAEJAAAB`, Path: options.folder }
  const to = options.to ?? (options.operation === 'MoveToDeletedItems' ? '\\Deleted Items' : undefined)
  return auditRecord({
    ...mailboxEvent(run, options, options.operation, 3, options.mailbox ?? options.who),
    AffectedItems: options.subjects.map((subject) => ({
      Id: `RgAAAAD${hex(run, 48)}AAAJ`,
      InternetMessageId: `<${hex(run, 32).toUpperCase()}@AM0PR03MB3862.eurprd03.prod.outlook.com>`,
      ParentFolder: folder,
      Subject: subject,
    })),
    CrossMailboxOperation: false,
    ...(to !== undefined && { DestFolder: { Id: `LgAAAAD${hex(run, 40)}AQAAAAAAEKAAAB`, Path: to } }),
    Folder: folder,
  })
}

export type OutlookRule = AuditBase & {
  name: string
  condition: string
  actions: Json[]
  operation?: string
}

/** A rule as desktop Outlook reports it (RecordType 2): its actions are JSON text in a list of names and values. */
export function outlookRule(run: Run, options: OutlookRule): ScenarioRecord {
  const inbox = `LgAAAAD${hex(run, 40)}AQAAAAAAEMAAAB`
  return auditRecord({
    ...mailboxEvent(run, options, 'UpdateInboxRules', 2, options.who),
    ClientInfoString: 'Client=MSExchangeRPC',
    ClientProcessName: 'OUTLOOK.EXE',
    OperationProperties: [
      { Name: 'RuleOperation', Value: options.operation ?? 'AddMailboxRule' },
      { Name: 'RuleId', Value: `-${hex(run, 15).replaceAll(/[a-f]/g, '7')}` },
      { Name: 'RuleState', Value: 'Enabled' },
      { Name: 'RuleCondition', Value: options.condition },
      { Name: 'RuleName', Value: options.name },
      { Name: 'RuleProvider', Value: 'RuleOrganizer' },
      { Name: 'RuleActions', Value: JSON.stringify(options.actions) },
    ],
    Item: { Id: inbox, ParentFolder: { Id: inbox, Path: '\\Inbox', Name: 'Inbox' } },
  })
}

export type FolderSharing = AuditBase & { folder: string; member: string; rights: string }

/** A folder shared in Outlook (RecordType 2). */
export function folderSharing(run: Run, options: FolderSharing): ScenarioRecord {
  const id = `LgAAAAD${hex(run, 40)}AQAAAAAAEMAAAB`
  return auditRecord({
    ...mailboxEvent(run, options, 'ModifyFolderPermissions', 2, options.who),
    Item: {
      Id: id,
      ParentFolder: {
        Id: id,
        MemberRights: options.rights,
        MemberSid: 'S-1-1-0',
        MemberUpn: options.member,
        Name: options.folder.slice(1),
        Path: options.folder,
      },
    },
  })
}

export type MailReading = AuditBase & {
  count: number
  mailbox?: Person
  throttled?: boolean
  sync?: boolean
  /** The program's id, and how it names itself. */
  app?: string
  client?: string
}

/** Reading mail (RecordType 50): several mails in one record. */
export function mailReading(run: Run, options: MailReading): ScenarioRecord {
  // Exchange lists up to 100 mails in a record; a few stand for them here.
  const items = Array.from({ length: Math.min(options.count, 5) }, () => ({
    Id: `RgAAAAD${hex(run, 48)}AAAJ`,
    InternetMessageId: `<${hex(run, 32)}@mail.example.net>`,
    SizeInBytes: 4_000 + Math.floor(run.random() * 200_000),
  }))
  return auditRecord({
    ...mailboxEvent(run, options, 'MailItemsAccessed', 50, options.mailbox ?? options.who),
    ...(options.app !== undefined && { AppId: options.app, ClientAppId: options.app }),
    ...(options.client !== undefined && { ClientInfoString: options.client }),
    OperationProperties: [
      { Name: 'MailAccessType', Value: options.sync ? 'Sync' : 'Bind' },
      { Name: 'IsThrottled', Value: options.throttled ? 'True' : 'False' },
    ],
    Folders: [{ FolderItems: items, Id: `LgAAAAD${hex(run, 40)}AQAAAAAAEMAAAB`, Path: '\\Inbox' }],
    OperationCount: options.count,
  })
}

export type MicrosoftAlert = AuditBase & {
  name: string
  severity?: 'Low' | 'Medium' | 'High' | 'Informational'
}

/** An alert that Microsoft raised itself (RecordType 40); the account in trouble is in its data. */
export function microsoftAlert(run: Run, options: MicrosoftAlert): ScenarioRecord {
  const { who, name, severity = 'Medium' } = options
  const id = hex(run, 32)
  return auditRecord({
    ...commonFields(run, options, 'AlertTriggered', 40, 'Succeeded'),
    UserType: 4,
    UserId: 'SecurityComplianceAlerts',
    UserKey: 'SecurityComplianceAlerts',
    Workload: 'SecurityComplianceCenter',
    ObjectId: id,
    AlertId: id,
    AlertType: 'System',
    Category: 'ThreatManagement',
    Comments: 'New alert',
    Data: JSON.stringify({
      f3u: who.address,
      ts: new Date(options.at).toISOString(),
      op: 'x',
      an: name,
      sev: severity,
    }),
    Name: name,
    PolicyId: hex(run, 32),
    Severity: severity,
    Source: 'Office 365 Security & Compliance',
    Status: 'Active',
  })
}
