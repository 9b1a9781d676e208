import { describe, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { one, refusal } from './records.ts'

const TENANT = '5f1c0c7e-0009-4a00-9b00-000000000009'

const properties = (changes: Fields = {}): Fields => ({
  id: 'Directory_5f1c_AB12_42',
  category: 'RoleManagement',
  correlationId: '5f1c0c7e-0003-4a00-9b00-000000000003',
  result: 'success',
  resultReason: '',
  activityDisplayName: 'Add member to role',
  activityDateTime: '2026-06-01T08:30:15.1239999+00:00',
  loggedByService: 'Core Directory',
  operationType: 'Assign',
  userAgent: null,
  initiatedBy: {
    user: {
      id: '5f1c0c7e-0002-4a00-9b00-000000000002',
      displayName: null,
      userPrincipalName: 'Mara.Lindt@brightwater.example',
      ipAddress: '81.2.69.142',
      roles: [],
    },
    app: null,
  },
  targetResources: [
    {
      id: '5f1c0c7e-0004-4a00-9b00-000000000004',
      displayName: null,
      type: 'User',
      userPrincipalName: 'Otto@brightwater.example',
      groupType: null,
      modifiedProperties: [
        { displayName: 'Role.ObjectID', oldValue: null, newValue: '"62e9"' },
        { displayName: 'Role.DisplayName', oldValue: '"none"', newValue: '"Global Administrator"' },
      ],
      administrativeUnits: [],
    },
    { id: '62e9', displayName: 'Global Administrator', type: 'Role', modifiedProperties: [] },
  ],
  additionalDetails: [{ key: 'User-Agent', value: 'Mozilla/5.0 (made up)' }],
  ...changes,
})

const record = (changes: Fields = {}, inner: Fields = {}): Fields => ({
  time: '2026-06-01T08:33:00.0000000Z',
  resourceId: `/tenants/${TENANT}/providers/Microsoft.aadiam`,
  operationName: 'Add member to role',
  operationVersion: '1.0',
  category: 'AuditLogs',
  tenantId: TENANT,
  resultSignature: 'None',
  durationMs: 2,
  callerIpAddress: '81.2.69.142',
  correlationId: '5f1c0c7e-0003-4a00-9b00-000000000003',
  identity: 'Mara Lindt',
  Level: 4,
  properties: properties(inner),
  ...changes,
})

test('a record of the diagnostic export, in Elastic’s names', () => {
  const event = one(record())
  expect(event).toMatchObject({
    dataset: 'azure.auditlogs',
    identity: 'Directory_5f1c_AB12_42',
    time: Date.UTC(2026, 5, 1, 8, 30, 15, 123),
  })
  expect(event.fields).toEqual({
    '@timestamp': '2026-06-01T08:30:15.123Z',
    event: {
      kind: 'event',
      category: ['iam'],
      type: ['change'],
      module: 'azure',
      dataset: 'azure.auditlogs',
      outcome: 'success',
      id: 'Directory_5f1c_AB12_42',
      action: 'Add member to role',
      duration: 2_000_000,
    },
    log: { level: '4' },
    user: {
      email: 'Mara.Lindt@brightwater.example',
      name: 'Mara.Lindt',
      domain: 'brightwater.example',
      id: '5f1c0c7e-0002-4a00-9b00-000000000002',
      target: {
        email: 'Otto@brightwater.example',
        name: 'Otto',
        domain: 'brightwater.example',
        id: '5f1c0c7e-0004-4a00-9b00-000000000004',
      },
    },
    source: { address: '81.2.69.142', ip: '81.2.69.142' },
    client: { ip: '81.2.69.142' },
    user_agent: { original: 'Mozilla/5.0 (made up)' },
    cloud: { provider: 'azure' },
    related: {
      ip: ['81.2.69.142'],
      user: [
        '5f1c0c7e-0002-4a00-9b00-000000000002',
        'Mara.Lindt@brightwater.example',
        'Mara.Lindt',
        '5f1c0c7e-0004-4a00-9b00-000000000004',
        'Otto@brightwater.example',
      ],
      entity: ['5f1c0c7e-0004-4a00-9b00-000000000004', '62e9'],
    },
    azure: {
      tenant_id: TENANT,
      correlation_id: '5f1c0c7e-0003-4a00-9b00-000000000003',
      resource: { id: `/tenants/${TENANT}/providers/Microsoft.aadiam`, provider: 'Microsoft.aadiam' },
      auditlogs: {
        operation_name: 'Add member to role',
        operation_version: '1.0',
        category: 'AuditLogs',
        result_signature: 'None',
        identity: 'Mara Lindt',
        level: 4,
        properties: {
          id: 'Directory_5f1c_AB12_42',
          category: 'RoleManagement',
          correlation_id: '5f1c0c7e-0003-4a00-9b00-000000000003',
          activity_display_name: 'Add member to role',
          activity_datetime: '2026-06-01T08:30:15.1239999+00:00',
          logged_by_service: 'Core Directory',
          operation_type: 'Assign',
          initiated_by: {
            user: {
              id: '5f1c0c7e-0002-4a00-9b00-000000000002',
              userPrincipalName: 'Mara.Lindt@brightwater.example',
              ipAddress: '81.2.69.142',
            },
          },
          target_resources: {
            0: {
              id: '5f1c0c7e-0004-4a00-9b00-000000000004',
              type: 'User',
              user_principal_name: 'Otto@brightwater.example',
              modified_properties: {
                0: { display_name: 'Role.ObjectID', new_value: '"62e9"' },
                1: {
                  display_name: 'Role.DisplayName',
                  old_value: '"none"',
                  new_value: '"Global Administrator"',
                },
              },
            },
            1: { id: '62e9', display_name: 'Global Administrator', type: 'Role' },
          },
          additional_details: [{ key: 'User-Agent', value: 'Mozilla/5.0 (made up)' }],
        },
      },
    },
    data_stream: { type: 'logs', dataset: 'azure.auditlogs', namespace: 'default' },
  })
})

describe('the same record in other shapes', () => {
  const plain = one(record())
  const audited = (sent: unknown) => {
    const event = one(sent)
    const { auditlogs } = event.fields['azure'] as { auditlogs: Fields }
    return { event, own: auditlogs['properties'] }
  }
  const row: Fields = {
    TimeGenerated: '2026-06-01T08:30:15.1239999Z',
    OperationName: 'Add member to role',
    Category: 'RoleManagement',
    Type: 'AuditLogs',
    TenantId: 'the workspace',
    AADTenantId: TENANT,
    AADOperationType: 'Assign',
    Result: 'success',
    Id: 'Directory_5f1c_AB12_42',
    ActivityDisplayName: 'Add member to role',
    ActivityDateTime: '2026-06-01T08:30:15.1239999Z',
    InitiatedBy: JSON.stringify(properties()['initiatedBy']),
    TargetResources: JSON.stringify(properties()['targetResources']),
    AdditionalDetails: '[]',
    LoggedByService: 'Core Directory',
    CorrelationId: '5f1c0c7e-0003-4a00-9b00-000000000003',
  }
  const powershell = Object.fromEntries(
    Object.entries(properties()).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  )

  test.each<[string, unknown]>([
    ['Graph’s directoryAudit', properties()],
    ['Graph’s PowerShell module', powershell],
    ['a row of the table', row],
    ['a record that lost its category', { time: record()['time']!, properties: properties() }],
    ['JSON text in a message', { message: JSON.stringify(record()) }],
    ['Elastic’s own document', plain.fields],
    [
      'Elastic’s own document, where the id stands in properties',
      { ...plain.fields, event: { dataset: 'azure.auditlogs' } },
    ],
  ])('%s is the same event', (_, sent) => {
    const { event, own } = audited(sent)
    expect(event.id).toBe(plain.id)
    expect(own).toMatchObject({
      category: 'RoleManagement',
      initiated_by: { user: { userPrincipalName: 'Mara.Lindt@brightwater.example' } },
      target_resources: { 0: { modified_properties: { 1: { new_value: '"Global Administrator"' } } } },
    })
  })
})

describe('its parts', () => {
  test.each<[string, Fields, Fields, object]>([
    [
      'a failure and why',
      {},
      { result: 'failure', resultReason: 'no right' },
      { event: { outcome: 'failure', reason: 'no right' } },
    ],
    [
      'another result',
      {},
      { result: 'timeout' },
      { azure: { auditlogs: { properties: { result: 'timeout' } } } },
    ],
    ['an account added', {}, { operationType: 'Add' }, { event: { type: ['creation'] } }],
    [
      'no address of the person',
      { callerIpAddress: '192.0.2.1' },
      { initiatedBy: { user: { ipAddress: null } } },
      { source: { ip: '192.0.2.1' } },
    ],
    [
      'the person’s address before the service’s',
      { callerIpAddress: '192.0.2.1' },
      {},
      { source: { ip: '81.2.69.142' } },
    ],
    [
      'an address that is none',
      { callerIpAddress: '::2a02:1:2:3:4:5:6:7:8' },
      { initiatedBy: {} },
      { source: { address: '::2a02:1:2:3:4:5:6:7:8' } },
    ],
    [
      'an application',
      {},
      { initiatedBy: { app: { displayName: 'Sync', servicePrincipalId: 'sp' } } },
      {
        azure: { auditlogs: { properties: { initiated_by: { app: { displayName: 'Sync' } } } } },
        related: { entity: ['sp', '5f1c0c7e-0004-4a00-9b00-000000000004', '62e9'] },
      },
    ],
    ['the tenant of the resource', { tenantId: null }, {}, { azure: { tenant_id: TENANT } }],
    ['a program of its own', {}, { userAgent: 'x/1' }, { user_agent: { original: 'x/1' } }],
  ])('%s', (_, root, inner, expected) => {
    expect(one(record(root, inner)).fields).toMatchObject(expected)
  })

  test.each<[Fields, string]>([
    [{ time: '1/9/2026 9:41:00 AM', category: 'AuditLogs' }, '2026-01-09T09:41:00.000Z'],
    [{ time: '2026-01-09T09:41:00.6816663Z', category: 'AuditLogs' }, '2026-01-09T09:41:00.681Z'],
  ])('a record of little more than a time: %j', (sent, time) => {
    expect(one(sent).fields['@timestamp']).toBe(time)
  })

  test('a record without a time, and one that is of another dataset, are refused with a reason', () => {
    expect(refusal({ category: 'AuditLogs', operationName: 'x' })).toMatchObject({
      code: 'time-missing',
      dataset: 'azure.auditlogs',
    })
    expect(refusal({ a: 1 }, { dataset: 'azure.auditlogs' }).detail).toMatch(/not an Entra audit record/)
  })
})

describe('consent to an app', () => {
  const consent = (changes: Fields[], action = 'Consent to application') =>
    one(
      record(
        { operationName: action },
        {
          activityDisplayName: action,
          targetResources: [{ id: 'entry-1', type: 'ServicePrincipal', modifiedProperties: changes }],
        },
      ),
    ).fields['vedette'] as Fields | undefined
  const changed = (displayName: string, newValue: string) => ({ displayName, oldValue: '""', newValue })
  const granted = (scopes: string, type = 'Principal') =>
    changed('ConsentAction.Permissions', `"[] => [[Id: x, ConsentType: ${type}, Scope: ${scopes}]]; "`)
  const APP = '0f5a1c7e-0001-4a00-9b00-00000000000a'

  test.each<[string, Fields[], Fields]>([
    [
      'by whole names of permissions',
      [granted('Mail.ReadBasic offline_access Mail.Read')],
      {
        scopes: ['Mail.ReadBasic', 'offline_access', 'Mail.Read'],
        mail_scopes: ['Mail.Read'],
        lasting: true,
        app: 'entry-1',
      },
    ],
    [
      'for everybody',
      [granted('Mail.Send', 'AllPrincipals'), changed('ConsentContext.IsAdminConsent', '"True"')],
      {
        scopes: ['Mail.Send'],
        mail_scopes: ['Mail.Send'],
        for_everyone: true,
        by_admin: true,
        app: 'entry-1',
      },
    ],
    [
      'the app by its own id',
      [granted('User.Read'), changed('TargetId.ServicePrincipalNames', `"https://x.example;${APP}"`)],
      { scopes: ['User.Read'], app: APP },
    ],
  ])('%s', (_, changes, expected) => {
    expect(consent(changes)).toEqual({ consent: expected })
  })

  test.each<[string, Fields[], string?]>([
    ['without permissions', [changed('ConsentContext.IsAdminConsent', '"False"')]],
    ['another action', [granted('Mail.Read')], 'Update application'],
  ])('nothing is told of one %s', (_, changes, action) => {
    expect(consent(changes, action)).toBeUndefined()
  })
})
