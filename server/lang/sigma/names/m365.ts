/** The Microsoft 365 audit log. */
import { type Doc, isDoc, type Json } from '../../document.ts'
import { namesOf, type Place } from './names.ts'

const ROOTS = ['o365.audit', ''] as const

// Elastic's integration gives these operations of Entra and Teams names of its own; rules name the operation.
const RENAMED: Record<string, string> = {
  'added-user-account': 'Add user.',
  'modified-user-account': 'Update user.',
  'deleted-user-account': 'Delete user.',
  'added-group-account-to': 'TeamCreated',
  'added-users-to-group': 'MemberAdded',
}

function operation(doc: Doc): Json | undefined {
  const event = doc['event']
  const action = isDoc(event) ? event['action'] : doc['event.action']
  return typeof action === 'string' ? (RENAMED[action] ?? action) : action
}

/** The record as text. */
function record(doc: Doc): Json | undefined {
  const o365 = doc['o365']
  return isDoc(o365) ? o365['audit'] : undefined
}

/** Of an alert its name, else what was done. */
function alertName(doc: Doc): Json | undefined {
  const found = operation(doc)
  if (found !== 'AlertTriggered') return found
  const rule = doc['rule']
  const o365 = doc['o365']
  const audit = isDoc(o365) ? o365['audit'] : undefined
  return (isDoc(rule) ? rule['name'] : undefined) ?? (isDoc(audit) ? audit['Name'] : undefined)
}

const LINES: readonly [readonly string[], readonly Place[]][] = [
  [
    ['Operation', 'Operations'],
    [operation, 'Operation'],
  ],
  [['Workload'], ['event.provider', 'Workload']],
  [['ResultStatus'], ['o365.audit.ResultStatus', 'ResultStatus', 'event.outcome']],
  [['RequestType'], ['o365.audit.ExtendedProperties.RequestType', 'o365.audit.RequestType']],
  [['RecordType'], ['o365.audit.RecordType', 'event.code', 'RecordType']],
  [
    ['UserId', 'User', 'UserPrincipalName'],
    ['o365.audit.UserId', 'user.id', 'UserId'],
  ],
  [
    ['ClientIP', 'ClientIPAddress', 'ActorIpAddress', 'SourceIp', 'ip'],
    ['source.ip', 'client.ip', 'ClientIP'],
  ],
  [['UserAgent'], ['user_agent.original', 'o365.audit.UserAgent']],
  [['OrganizationId'], ['organization.id', 'OrganizationId']],
  [['Id'], ['event.id', 'Id']],
  [['CreationTime'], ['o365.audit.CreationTime', '@timestamp']],
  [['Payload'], ['event.original', record]],
]

export const m365 = namesOf(LINES, ROOTS)

/** Alerts of the security and compliance centre, in the words of rules that were written for its export. */
export const m365Alerts = namesOf(
  [
    ...LINES,
    [['eventSource'], ['event.provider', 'Workload']],
    [['eventName'], [alertName]],
    [['status'], ['event.outcome', 'ResultStatus']],
  ],
  ROOTS,
)
