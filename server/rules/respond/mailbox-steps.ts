import type { CatalogueStep } from './catalogue-step.ts'

/** What to do about a mailbox: rules for everybody's mail, access of others, deleted mail, apps, auditing. */
export const MAILBOX_STEPS: Readonly<Record<string, CatalogueStep>> = {
  'remove-transport-rule': {
    title: 'Switch off the mail flow rule',
    what: 'Lists the mail flow rules that send mail on, newest first, and asks before each that it switches off. They work for everybody, so look at each.',
    undo: 'Enable-TransportRule with the same identity.',
    powershell: [
      '# Made or changed lately, perhaps by {ps:account}',
      'Get-TransportRule | Where-Object { $_.BlindCopyTo -or $_.CopyTo -or $_.RedirectMessageTo -or $_.AddToRecipients } |',
      '  Sort-Object WhenChanged -Descending | Format-List Name, State, WhenChanged, BlindCopyTo, CopyTo, RedirectMessageTo, AddToRecipients',
      'Get-TransportRule | Where-Object { $_.BlindCopyTo -or $_.CopyTo -or $_.RedirectMessageTo -or $_.AddToRecipients } |',
      '  Disable-TransportRule -Confirm:$true',
    ].join('\n'),
  },
  'remove-delegation': {
    title: 'Take away access of others to the mailbox',
    what: 'Lists who may open the mailbox, send as it or on its behalf, and asks before it takes away each right to open it.',
    undo: 'Add-MailboxPermission, Add-RecipientPermission or Set-Mailbox -GrantSendOnBehalfTo with what was listed.',
    powershell: [
      'Get-MailboxPermission -Identity {ps:account} | Where-Object { -not $_.IsInherited -and $_.User -notlike "NT AUTHORITY*" } | Format-List User, AccessRights',
      "Get-RecipientPermission -Identity {ps:account} | Where-Object { $_.Trustee -notlike 'NT AUTHORITY*' } | Format-List Trustee, AccessRights",
      'Get-Mailbox -Identity {ps:account} | Format-List GrantSendOnBehalfTo',
      'Get-MailboxPermission -Identity {ps:account} | Where-Object { -not $_.IsInherited -and $_.User -notlike "NT AUTHORITY*" } |',
      '  ForEach-Object { Remove-MailboxPermission -Identity {ps:account} -User $_.User -AccessRights $_.AccessRights -Confirm:$true }',
    ].join('\n'),
  },
  'find-delegations': {
    title: 'Find what else the account may open',
    what: 'Lists the mailboxes that this account has full access to. It takes minutes where there are many mailboxes.',
    undo: null,
    powershell:
      'Get-EXOMailbox -ResultSize Unlimited | Get-EXOMailboxPermission | Where-Object { $_.User -eq {ps:account} } | Format-Table Identity, AccessRights',
  },
  'close-shared-folders': {
    title: 'Close folders that are open to everybody',
    what: 'Shows what everybody may do in the inbox and in Sent Items, then takes that away. Calendars are left as they are.',
    undo: 'Set-MailboxFolderPermission with the rights that were shown.',
    powershell: [
      "foreach ($folder in '\\Inbox', '\\Sent Items', '\\') {",
      "  Get-MailboxFolderPermission -Identity ({ps:account} + ':' + $folder) | Format-Table FolderName, User, AccessRights",
      "  foreach ($everybody in 'Default', 'Anonymous') {",
      "    Set-MailboxFolderPermission -Identity ({ps:account} + ':' + $folder) -User $everybody -AccessRights None",
      '  }',
      '}',
    ].join('\n'),
  },
  'recover-deleted-mail': {
    title: 'Bring back deleted mail',
    what: 'Shows what was deleted since shortly before the first sign; the second command puts it back. Exchange keeps it for 14 days: the sooner the better.',
    undo: 'Delete what was brought back.',
    powershell: [
      'Get-RecoverableItems -Identity {ps:account} -FilterStartTime {ps:from} | Format-Table LastModifiedTime, LastParentPath, Subject',
      'Restore-RecoverableItems -Identity {ps:account} -FilterStartTime {ps:from}',
    ].join('\n'),
  },
  'remove-app-access': {
    title: 'Take away what the account granted to apps',
    what: 'Lists the grants of this account and asks before it removes each that reaches mail. Access ends within the hour, when the tokens do.',
    undo: 'The person consents to the app again.',
    powershell: [
      'Get-MgUserOauth2PermissionGrant -UserId {ps:account} -All | Format-List Id, ClientId, Scope',
      "Get-MgUserOauth2PermissionGrant -UserId {ps:account} -All | Where-Object { $_.Scope -match 'Mail|EWS|IMAP|POP|SMTP' } |",
      '  ForEach-Object { Remove-MgOauth2PermissionGrant -OAuth2PermissionGrantId $_.Id -Confirm }',
    ].join('\n'),
    graph: 'GET https://graph.microsoft.com/v1.0/users/{url:account}/oauth2PermissionGrants',
  },
  'switch-on-auditing': {
    title: 'Switch auditing on again',
    what: 'Turns on the audit of the mailbox and of the organisation, and ends every bypass for this account.',
    undo: 'Nothing to take back.',
    powershell: [
      'Set-Mailbox -Identity {ps:account} -AuditEnabled $true',
      'Set-MailboxAuditBypassAssociation -Identity {ps:account} -AuditBypassEnabled $false',
      'Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true',
    ].join('\n'),
  },
  'lift-sending-limit': {
    title: 'Let the account send again, once it is clean',
    what: 'Microsoft keeps accounts that sent spam from sending. Only after password, sessions and rules are in order.',
    undo: 'Microsoft blocks it again if the spam goes on.',
    powershell:
      'Get-BlockedSenderAddress -SenderAddress {ps:account}\nRemove-BlockedSenderAddress -SenderAddress {ps:account}',
  },
}
