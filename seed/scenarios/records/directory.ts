import type { Run, ScenarioRecord } from '../scenario.ts'
import { type AuditBase, auditRecord, commonFields } from './audit.ts'
import { guid, hex } from './invent.ts'

export type Consent = AuditBase & { scopes: string; app?: string; everyone?: boolean }

/** Consent to an app, as the unified audit log tells it (RecordType 8): the scopes are one text within another. */
export function consent(run: Run, options: Consent): ScenarioRecord {
  const { who, scopes, everyone = false } = options
  const app = options.app ?? guid(run)
  const type = everyone ? 'AllPrincipals' : 'Principal'
  const grant = `Id: ${hex(run, 40)}, ClientId: ${guid(run)}, PrincipalId: ${who.userId}, ResourceId: ${guid(run)}, ConsentType: ${type}, Scope: ${scopes}`
  const changed = (Name: string, NewValue: string) => ({ Name, NewValue, OldValue: '' })
  return auditRecord({
    ...commonFields(run, options, 'Consent to application.', 8, 'Success'),
    UserType: 0,
    Workload: 'AzureActiveDirectory',
    ClientIP: options.address,
    ObjectId: app,
    UserId: who.address,
    AzureActiveDirectoryEventType: 1,
    ExtendedProperties: [
      { Name: 'additionalDetails', Value: '{"User-Agent":"EvoSTS"}' },
      { Name: 'extendedAuditEventCategory', Value: 'ServicePrincipal' },
    ],
    ModifiedProperties: [
      changed('ConsentContext.IsAdminConsent', everyone ? 'True' : 'False'),
      changed('ConsentContext.IsAppOnly', 'False'),
      changed('ConsentContext.OnBehalfOfAll', everyone ? 'True' : 'False'),
      changed('ConsentAction.Permissions', `[] => [[${grant}]]; `),
      changed('TargetId.ServicePrincipalNames', app),
    ],
    Actor: [
      { ID: who.address, Type: 5 },
      { ID: who.userKey, Type: 3 },
    ],
    ActorContextId: guid(run),
    ActorIpAddress: options.address,
    Target: [{ ID: app, Type: 2 }],
  })
}
