import type { Run, ScenarioRecord } from '../scenario.ts'
import { type AuditBase, auditRecord, commonFields } from './audit.ts'
import { guid } from './invent.ts'

/** Microsoft's numbers of methods: a text message, a code by an app, a notice of an app. */
const METHODS = { text: 5, notice: 6, code: 7 } as const
export type Method = keyof typeof METHODS

export type MethodChange = AuditBase & { before: readonly Method[]; after: readonly Method[] }

/** Ways to sign in that changed, as the unified audit log tells it (RecordType 8): lists as JSON in text. */
export function methodChange(run: Run, options: MethodChange): ScenarioRecord {
  const { who, before, after } = options
  const listed = (methods: readonly Method[]) =>
    JSON.stringify(methods.map((method, i) => ({ MethodType: METHODS[method], Default: i === 0 })))
  return auditRecord({
    ...commonFields(run, options, 'Update user.', 8, 'Success'),
    UserType: 0,
    Workload: 'AzureActiveDirectory',
    ObjectId: who.address,
    UserId: who.address,
    AzureActiveDirectoryEventType: 1,
    ModifiedProperties: [
      { Name: 'StrongAuthenticationMethod', NewValue: listed(after), OldValue: listed(before) },
      { Name: 'Included Updated Properties', NewValue: 'StrongAuthenticationMethod', OldValue: '' },
    ],
    Actor: [
      { ID: who.address, Type: 5 },
      { ID: who.userKey, Type: 3 },
    ],
    ActorContextId: guid(run),
    Target: [{ ID: who.address, Type: 5 }],
  })
}
