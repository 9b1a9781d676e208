import type { Run, ScenarioRecord } from '../scenario.ts'
import { type AuditBase, auditRecord, commonFields } from './audit.ts'
import { guid, hex, type Person, TENANT } from './invent.ts'

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

export type RoleGiven = AuditBase & { to: Person; role: string; log?: 'unified' | 'directory' }

/** A role that an account was given, as the unified audit log tells it, or the directory's own (AuditLogs). */
export function roleGiven(run: Run, options: RoleGiven): ScenarioRecord {
  const { who, to, role, at, address } = options
  const id = guid(run)
  if (options.log !== 'directory') {
    return auditRecord({
      ...commonFields(run, options, 'Add member to role.', 8, 'Success'),
      UserType: 0,
      Workload: 'AzureActiveDirectory',
      ObjectId: to.address,
      UserId: who.address,
      AzureActiveDirectoryEventType: 1,
      ModifiedProperties: [
        { Name: 'Role.ObjectID', NewValue: id, OldValue: '' },
        { Name: 'Role.DisplayName', NewValue: role, OldValue: '' },
      ],
      Actor: [
        { ID: who.address, Type: 5 },
        { ID: who.userKey, Type: 3 },
      ],
      Target: [{ ID: to.address, Type: 5 }],
    })
  }
  const time = new Date(at).toISOString()
  const changed = (displayName: string, newValue: string) => ({ displayName, oldValue: null, newValue })
  const properties = {
    id: `Directory_${guid(run)}`,
    category: 'RoleManagement',
    correlationId: guid(run),
    result: 'success',
    activityDisplayName: 'Add member to role',
    activityDateTime: time,
    loggedByService: 'Core Directory',
    operationType: 'Assign',
    initiatedBy: {
      user: {
        id: who.userId,
        displayName: who.name,
        userPrincipalName: who.address,
        ipAddress: address,
        roles: [],
      },
    },
    targetResources: [
      {
        id: to.userId,
        type: 'User',
        userPrincipalName: to.address,
        modifiedProperties: [
          changed('Role.ObjectID', JSON.stringify(id)),
          changed('Role.DisplayName', JSON.stringify(role)),
        ],
      },
    ],
    additionalDetails: [],
  }
  const operation = 'Add member to role'
  const root = { time, operationName: operation, category: 'AuditLogs', tenantId: TENANT.id, properties }
  return { dataset: 'azure.auditlogs', record: root }
}
