/** Which permissions an app was given, as whole names: `Mail.ReadBasic` is not `Mail.Read`. */
import { type Fields, isObject } from '../../../domain/json.ts'
import { put, text, unique } from '../../clean.ts'
import type { MailboxFacts } from '../mailbox.ts'

/** `Consent to application.` and `Add delegated permission grant.` of the unified audit log. */
export function consentOf(audit: Fields): MailboxFacts | null {
  const changed = isObject(audit['ModifiedProperties']) ? audit['ModifiedProperties'] : {}
  const permissions = newValue(changed, 'ConsentAction_Permissions')
  // Before the arrow stands what was granted already.
  const granted = permissions?.slice(permissions.lastIndexOf('=>') + 1) ?? ''
  const scopes = unique(
    [
      newValue(changed, 'DelegatedPermissionGrant_Scope') ?? '',
      ...[...granted.matchAll(/Scope:\s*([^,\]]*)/g)].map((found) => found[1]!),
    ].flatMap((list) =>
      list
        .replaceAll(/["[\]]/g, ' ')
        .trim()
        .split(/\s+/),
    ),
  )
  if (scopes.length === 0) return null
  const consent: Fields = { scopes }
  put(consent, 'mail_scopes', mailScopes(scopes))
  const type =
    newValue(changed, 'DelegatedPermissionGrant_ConsentType') ?? /ConsentType:\s*(\w+)/.exec(granted)?.[1]
  if (/allprincipals/i.test(type ?? '') || isTrue(newValue(changed, 'ConsentContext_OnBehalfOfAll'))) {
    consent['for_everyone'] = true
  }
  if (isTrue(newValue(changed, 'ConsentContext_IsAdminConsent'))) consent['by_admin'] = true
  if (scopes.some((scope) => /^offline_access$/i.test(scope))) consent['lasting'] = true
  put(consent, 'app', text(audit['ObjectId']))
  return { consent }
}

/** Those that let an app read, send or redirect mail. */
export function mailScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => MAIL.has(scope.toLowerCase().replace(/^https?:\/\/[^/]+\//, '')))
}

const MAIL = new Set(
  [
    'Mail.Read Mail.ReadWrite Mail.Send Mail.Read.Shared Mail.ReadWrite.Shared Mail.Send.Shared',
    'Mail.Read.All Mail.ReadWrite.All Mail.Send.All MailboxSettings.ReadWrite MailboxItem.ImportExport',
    'EWS.AccessAsUser.All EAS.AccessAsUser.All IMAP.AccessAsUser.All POP.AccessAsUser.All SMTP.Send',
    'full_access_as_app full_access_as_user Exchange.ManageAsApp user_impersonation.mail',
  ]
    .join(' ')
    .toLowerCase()
    .split(' '),
)

function newValue(changed: Fields, name: string): string | undefined {
  const entry = changed[name]
  return isObject(entry) ? text(entry['NewValue']) : undefined
}

function isTrue(value: string | undefined): boolean {
  return /^"?true"?$/i.test(value ?? '')
}
