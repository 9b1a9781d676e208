import type { CatalogueStep } from './catalogue-step.ts'

/** What to do in the directory itself: roles that were given, and how a domain signs in. */
export const DIRECTORY_STEPS: Readonly<Record<string, CatalogueStep>> = {
  'remove-directory-role': {
    title: 'Take back roles, and look at how domains sign in',
    what: 'Lists the members of every role and how each domain signs in, then asks before it takes each role from an account. Keep one administrator who can sign in when all else fails.',
    undo: 'New-MgDirectoryRoleMemberByRef with the same role and account.',
    powershell: [
      '# Roles that were given, perhaps by {ps:account}',
      "Connect-MgGraph -Scopes 'RoleManagement.ReadWrite.Directory', 'Domain.Read.All'",
      'Get-MgDomain | Format-Table Id, AuthenticationType, IsVerified',
      'foreach ($role in Get-MgDirectoryRole -All) {',
      '  foreach ($member in Get-MgDirectoryRoleMember -DirectoryRoleId $role.Id -All) {',
      "    Write-Host $role.DisplayName ':' $member.AdditionalProperties.userPrincipalName",
      '    Remove-MgDirectoryRoleMemberByRef -DirectoryRoleId $role.Id -DirectoryObjectId $member.Id -Confirm:$true',
      '  }',
      '}',
    ].join('\n'),
  },
}
