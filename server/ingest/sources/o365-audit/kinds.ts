/** What kind of event an audit record is: `event.category`, `event.type`, and the actions that Elastic renames. */

export type Kind = { category: string[]; type: string[]; action: string | undefined; alert: boolean }

/** Starts from `web` and `info`, which every record is, and adds what its record type and operation say. */
export function kindOf(recordType: string | null, operation: string | undefined): Kind {
  const kind: Kind = { category: ['web'], type: ['info'], action: operation, alert: false }
  byRecordType(kind, recordType)
  if (operation !== undefined) byOperation(kind, recordType, operation)
  return kind
}

function byRecordType(kind: Kind, recordType: string | null): void {
  switch (recordType) {
    case '2':
      return add(kind, 'email')
    case '11':
    case '13':
      kind.alert = true
      return add(kind, 'file', 'access')
    case '15':
      return add(kind, 'authentication', 'start', 'access')
    case '40':
      kind.alert = true
      return
    case '50':
      return add(kind, 'email', 'access')
  }
}

function byOperation(kind: Kind, recordType: string | null, operation: string): void {
  const file = FILE_TYPES.get(operation)
  if (file !== undefined) return add(kind, 'file', file)
  const change = recordType === null ? undefined : CHANGES.get(`${recordType} ${operation}`)
  if (change) {
    add(kind, 'iam', ...change.types)
    if (change.action) kind.action = change.action
    return
  }
  if (operation === 'ComplianceSettingChanged') add(kind, 'configuration', 'change')
}

/** By record type and operation. */
const CHANGES: ReadonlyMap<string, { types: string[]; action?: string }> = new Map([
  ['8 Add user.', { types: ['user', 'creation'], action: 'added-user-account' }],
  ['8 Update user.', { types: ['user', 'change'], action: 'modified-user-account' }],
  ['8 Delete user.', { types: ['user', 'deletion'], action: 'deleted-user-account' }],
  ['22 GroupCreation', { types: ['creation', 'group'] }],
  ['22 GroupDeletion', { types: ['deletion', 'group'] }],
  ['25 TeamCreated', { types: ['group', 'creation'], action: 'added-group-account-to' }],
  ['25 MemberAdded', { types: ['group', 'change'], action: 'added-users-to-group' }],
])

const FILE_TYPES: ReadonlyMap<string, string> = new Map([
  ['FileAccessed', 'access'],
  ['FileDownloaded', 'access'],
  ['FileModified', 'change'],
  ['FileMoved', 'change'],
  ['FileRenamed', 'change'],
  ['FileRestored', 'change'],
  ['FileDeleted', 'deletion'],
  ['FileUploaded', 'creation'],
  ['FolderCopied', 'creation'],
  ['FolderCreated', 'creation'],
  ['FolderModified', 'change'],
  ['FolderMoved', 'change'],
  ['FolderRenamed', 'change'],
  ['FolderRestored', 'change'],
  ['FolderDeleted', 'deletion'],
])

function add(kind: Kind, category: string, ...types: string[]): void {
  kind.category.push(category)
  kind.type.push(...types)
}
