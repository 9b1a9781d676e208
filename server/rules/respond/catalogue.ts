import type { CatalogueStep } from './catalogue-step.ts'
import { DIRECTORY_STEPS } from './directory-steps.ts'
import { LINUX_STEPS } from './linux-steps.ts'
import { MAILBOX_STEPS } from './mailbox-steps.ts'

const GRAPH = 'https://graph.microsoft.com/v1.0'

/**
 * What to do about a compromised account in Microsoft 365, or on a Linux host. PowerShell commands are of the modules
 * ExchangeOnlineManagement and Microsoft.Graph; the Graph ones are HTTP requests, e.g. for Graph Explorer.
 */
export const CATALOGUE: Readonly<Record<string, CatalogueStep>> = {
  'confirm-with-user': {
    title: 'Ask the person, by telephone',
    what: 'Did they sign in there, and did they set this up? Do not ask by mail or Teams: whoever is in the account reads along.',
    undo: null,
  },
  'block-sign-in': {
    title: 'Block sign-in',
    what: 'Nobody can sign in as this account any more. Sessions that are open stay open for up to an hour: revoke them too.',
    undo: 'Set accountEnabled to true again once the password is new and the mailbox is clean.',
    powershell: 'Update-MgUser -UserId {ps:account} -AccountEnabled:$false',
    graph: `PATCH ${GRAPH}/users/{url:account}\nContent-Type: application/json\n\n{ "accountEnabled": false }`,
  },
  'revoke-sessions': {
    title: 'End every session',
    what: 'Signs the account out everywhere; programs ask for the password and the second factor again. It takes some minutes.',
    undo: 'Nothing to take back: the person signs in again.',
    powershell: 'Revoke-MgUserSignInSession -UserId {ps:account}',
    graph: `POST ${GRAPH}/users/{url:account}/revokeSignInSessions`,
  },
  'reset-password': {
    title: 'Set a new password',
    what: 'The old password no longer works. Tell the person the new one by telephone. If the account comes from a local Active Directory, set it there.',
    undo: 'The old password cannot be restored, and should not be.',
    powershell: [
      '$password = [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(18))',
      'Update-MgUser -UserId {ps:account} -PasswordProfile @{ Password = $password; ForceChangePasswordNextSignIn = $true }',
      '$password',
    ].join('\n'),
    // The id is that of the password method, the same for every account; without a new password Microsoft makes one.
    graph: `POST ${GRAPH}/users/{url:account}/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword\nContent-Type: application/json\n\n{}`,
  },
  'remove-inbox-rules': {
    title: 'Switch off rules that forward, redirect or delete',
    what: 'Lists the rules of the mailbox, hidden ones included, and asks before each that it switches off. Keep them for the report; remove them later.',
    undo: 'Enable-InboxRule with the same identity.',
    powershell: [
      'Get-InboxRule -Mailbox {ps:account} -IncludeHidden | Format-List Name, Identity, Enabled, Description',
      'Get-InboxRule -Mailbox {ps:account} -IncludeHidden |',
      '  Where-Object { $_.ForwardTo -or $_.ForwardAsAttachmentTo -or $_.RedirectTo -or $_.DeleteMessage -or $_.MoveToFolder } |',
      '  Disable-InboxRule -Confirm:$true',
    ].join('\n'),
    graph: `GET ${GRAPH}/users/{url:account}/mailFolders/inbox/messageRules`,
  },
  'remove-forwarding': {
    title: 'Take away the forwarding of the mailbox',
    what: 'Shows where the mailbox forwards to, then ends it. Write the target down: it is evidence.',
    undo: 'Set-Mailbox with the ForwardingSmtpAddress or ForwardingAddress that was shown.',
    powershell: [
      'Get-Mailbox -Identity {ps:account} | Format-List ForwardingSmtpAddress, ForwardingAddress, DeliverToMailboxAndForward',
      'Set-Mailbox -Identity {ps:account} -ForwardingSmtpAddress $null -ForwardingAddress $null -DeliverToMailboxAndForward $false',
    ].join('\n'),
  },
  'review-mfa-methods': {
    title: 'Look at the sign-in methods',
    what: "A telephone, an app or a key that the person does not know is the attacker's way back in. Remove it.",
    undo: 'The person registers the method again.',
    powershell: 'Get-MgUserAuthenticationMethod -UserId {ps:account} | Format-List',
    graph: `GET ${GRAPH}/users/{url:account}/authentication/methods`,
  },
  'review-oauth-grants': {
    title: 'Look at the apps that may read the mailbox',
    what: 'An app keeps its access when the password changes. Remove grants with Mail, MailboxSettings or offline_access that nobody knows.',
    undo: 'The person consents to the app again.',
    powershell: 'Get-MgUserOauth2PermissionGrant -UserId {ps:account} -All | Format-List Id, ClientId, Scope',
    graph: `GET ${GRAPH}/users/{url:account}/oauth2PermissionGrants`,
  },
  'review-sign-ins': {
    title: 'Read the sign-ins of these hours',
    what: 'Which places, programs and second factors were used, and did any of them succeed that should not have?',
    undo: null,
    graph: `GET ${GRAPH}/auditLogs/signIns?$filter=userPrincipalName%20eq%20{odata:account}%20and%20createdDateTime%20ge%20{url:from}%20and%20createdDateTime%20le%20{url:to}`,
  },
  'find-sent-mail': {
    title: 'Find what was sent',
    what: 'Lists who got mail from this account since shortly before the first sign. They need a warning.',
    undo: null,
    powershell:
      'Get-MessageTraceV2 -SenderAddress {ps:account} -StartDate {ps:from} -EndDate (Get-Date) | Format-Table Received, RecipientAddress, Subject, Status',
    graph: `GET ${GRAPH}/users/{url:account}/mailFolders/sentitems/messages?$select=subject,toRecipients,sentDateTime&$filter=sentDateTime%20ge%20{url:from}&$top=100`,
  },
  'warn-recipients': {
    title: 'Warn those who got mail',
    what: 'Write from another account: "Mail from ... sent between ... and ... was not from us. Do not open attachments, do not change bank details, do not sign in."',
    undo: null,
  },
  'collect-audit-log': {
    title: 'Keep the audit log of these hours',
    what: 'Microsoft keeps it for 180 days, but the attacker may delete mail meanwhile. Saves what the account did into a file.',
    undo: null,
    powershell:
      'Search-UnifiedAuditLog -UserIds {ps:account} -StartDate {ps:from} -EndDate (Get-Date) -ResultSize 5000 | Export-Csv -NoTypeInformation audit.csv',
  },
  ...MAILBOX_STEPS,
  ...DIRECTORY_STEPS,
  ...LINUX_STEPS,
  'block-address': {
    title: 'Block the address',
    what: 'Makes a named location of this one address. Then block it with a Conditional Access policy: all users, all apps, this location.',
    undo: 'Delete the named location and the policy.',
    powershell: [
      'New-MgIdentityConditionalAccessNamedLocation -BodyParameter @{',
      "  '@odata.type' = '#microsoft.graph.ipNamedLocation'",
      '  displayName = {ps:address}',
      '  isTrusted = $false',
      "  ipRanges = @(@{ '@odata.type' = {ps:cidrType}; cidrAddress = {ps:cidr} })",
      '}',
    ].join('\n'),
    graph: `POST ${GRAPH}/identity/conditionalAccess/namedLocations
Content-Type: application/json

{
  "@odata.type": "#microsoft.graph.ipNamedLocation",
  "displayName": {json:address},
  "isTrusted": false,
  "ipRanges": [{ "@odata.type": {json:cidrType}, "cidrAddress": {json:cidr} }]
}`,
  },
  'block-legacy-authentication': {
    title: 'Switch off programs that need no second factor',
    what: 'Exchange Web Services with a password, IMAP, POP and SMTP ask for no second factor: a guessed password is enough. Look first who still uses them.',
    undo: 'Set-OrganizationConfig -DefaultAuthenticationPolicy $null, and Set-TransportConfig -SmtpClientAuthenticationDisabled $false.',
    powershell: [
      "New-AuthenticationPolicy -Name 'Block basic authentication'",
      "Set-OrganizationConfig -DefaultAuthenticationPolicy 'Block basic authentication'",
      'Set-TransportConfig -SmtpClientAuthenticationDisabled $true',
    ].join('\n'),
  },
}

export const RESPOND_STEPS: readonly string[] = Object.keys(CATALOGUE)
