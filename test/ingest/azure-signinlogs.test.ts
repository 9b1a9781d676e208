import { describe, expect, test } from 'vitest'
import { type Fields, isObject, valueAt } from '../../server/domain/json.ts'
import { diagnostic, graph, one, properties, refusal } from './records.ts'

const get = (record: unknown, path: string) => valueAt(one(record).fields, path)

test('a diagnostic sign-in becomes the document that rules read', () => {
  const event = one(diagnostic())
  expect(event).toMatchObject({
    dataset: 'azure.signinlogs',
    index: 'logs-azure.signinlogs-default',
    identity: '5f1c0c7e-0001-4a00-9b00-000000000001',
    time: Date.UTC(2026, 5, 1, 8, 30, 15, 123),
    ownTime: true,
    category: ['authentication'],
  })
  expect(event.fields).toMatchObject({
    '@timestamp': '2026-06-01T08:30:15.123Z',
    event: {
      outcome: 'success',
      action: 'Sign-in activity',
      duration: 12_000_000,
      dataset: 'azure.signinlogs',
    },
    data_stream: { type: 'logs', dataset: 'azure.signinlogs', namespace: 'default' },
    user: { name: 'Mara.Lindt', domain: 'brightwater.example', email: 'Mara.Lindt@brightwater.example' },
    log: { level: '4' },
    geo: {
      country_iso_code: 'GB',
      city_name: 'Leeds',
      region_name: 'England',
      location: { lat: 53.8, lon: -1.55 },
    },
    source: {
      ip: '81.2.69.142',
      as: { number: 20712 },
      geo: { country_iso_code: 'GB', country_name: 'United Kingdom', city_name: 'Leeds' },
    },
    vedette: { location_from: 'record' },
    azure: {
      tenant_id: '5f1c0c7e-0009-4a00-9b00-000000000009',
      signinlogs: {
        caller_ip_address: '10.0.0.1',
        result_type: '0',
        properties: {
          risk_level_during_signin: 'high',
          risk_level_during_sign_in: 'high',
          risk_state: 'atRisk',
          app_display_name: 'Office 365 Exchange Online',
          authentication_processing_details: {
            'Is CAE Token': 'False',
            'Legacy TLS (TLS 1.0, 1.1, 3DES)': 'True',
          },
          device_detail: { is_managed: false },
        },
      },
    },
  })
})

describe('shapes', () => {
  const row: Fields = {
    TenantId: 'workspace',
    AADTenantId: 'tenant',
    TimeGenerated: '2026-06-01T08:33:00Z',
    CreatedDateTime: '2026-06-01T08:30:15.1239999Z',
    Category: 'SignInLogs',
    OperationName: 'Sign-in activity',
    ResultType: '50126',
    ResultDescription: 'Invalid password',
    Location: 'GB',
    Id: '5f1c0c7e-0001-4a00-9b00-000000000001',
    CorrelationId: 'c',
    UserPrincipalName: 'mara.lindt@brightwater.example',
    UserId: 'u',
    IPAddress: '81.2.69.142',
    IsInteractive: 'True',
    AutonomousSystemNumber: '20712',
    ResourceIdentity: 'resource',
    LocationDetails: '{"city":"Leeds","geoCoordinates":{"latitude":53.8,"longitude":-1.55}}',
    Status: '{"errorCode":50126,"failureReason":"Invalid password"}',
    DeviceDetail: { operatingSystem: 'Windows 10', isManaged: 'false' },
    ConditionalAccessPolicies: '[{"id":"p","result":"notApplied"}]',
    RiskEventTypes_V2: '[]',
    Type: 'SigninLogs',
  }

  test('a row of a Log Analytics table', () => {
    expect(one(row).fields).toMatchObject({
      '@timestamp': '2026-06-01T08:30:15.123Z',
      event: { outcome: 'failure', id: '5f1c0c7e-0001-4a00-9b00-000000000001' },
      message: 'Invalid password',
      source: { ip: '81.2.69.142', geo: { city_name: 'Leeds' }, as: { number: 20712 } },
      azure: {
        tenant_id: 'tenant',
        signinlogs: {
          category: 'SignInLogs',
          result_type: '50126',
          properties: {
            user_principal_name: 'mara.lindt@brightwater.example',
            is_interactive: true,
            autonomous_system_number: 20712,
            resource_id: 'resource',
            status: { error_code: 50126 },
            device_detail: { is_managed: false },
            applied_conditional_access_policies: [{ id: 'p', result: 'notApplied' }],
          },
        },
      },
    })
  })

  test.each<[string, unknown]>([
    ['Graph', graph()],
    ['Graph through its PowerShell module', pascal(graph())],
    ['capitals at the first level', { ...pascalKeys(diagnostic()) }],
    ['properties as JSON text', diagnostic({ properties: JSON.stringify(properties()) })],
    [
      'JSON text in a Beats message',
      { '@timestamp': '2026-06-01T10:00:00Z', message: JSON.stringify(diagnostic()) },
    ],
    ['a Splunk event', { event: diagnostic(), sourcetype: 'azure:aad:signin' }],
    ['a Splunk event as text', { event: JSON.stringify(diagnostic()), sourcetype: 'azure:aad:signin' }],
    ['a diagnostic record without its category', diagnostic({ category: null })],
  ])('%s is the same sign-in', (_, record) => {
    const event = one(record)
    expect(event).toMatchObject({
      dataset: 'azure.signinlogs',
      identity: '5f1c0c7e-0001-4a00-9b00-000000000001',
    })
    expect(Math.floor(event.time / 1000)).toBe(Date.UTC(2026, 5, 1, 8, 30, 15) / 1000)
    expect(valueAt(event.fields, 'user.email')).toMatch(/^mara\.lindt@brightwater\.example$/i)
    expect(valueAt(event.fields, 'source.geo.city_name')).toBe('Leeds')
    expect(valueAt(event.fields, 'azure.signinlogs.properties.user_type')).toBe('Member')
  })

  test.each([
    [{ signInEventTypes: ['nonInteractiveUser'] }, 'NonInteractiveUserSignInLogs'],
    [{ signInEventTypes: ['managedIdentity'] }, 'ManagedIdentitySignInLogs'],
    [{ signInEventTypes: ['constructor'] }, 'SignInLogs'],
    [{ isInteractive: false }, 'NonInteractiveUserSignInLogs'],
    [{ userId: '', servicePrincipalId: 's' }, 'ServicePrincipalSignInLogs'],
  ])('the category of a Graph sign-in with %j is %s', (changes, category) => {
    expect(get(graph(changes), 'azure.signinlogs.category')).toBe(category)
  })
})

describe('where it came from', () => {
  test.each<[string, Fields, Fields, Fields | undefined]>([
    [
      'a code at the first level',
      { location: 'DE' },
      { location: null },
      { country_iso_code: 'DE', country_name: 'Germany' },
    ],
    [
      'a name at the first level',
      { location: 'Germany' },
      { location: null },
      { country_iso_code: 'DE', country_name: 'Germany' },
    ],
    [
      'a name inside',
      { location: null },
      { location: { countryOrRegion: 'United States' } },
      { country_iso_code: 'US', country_name: 'United States' },
    ],
    [
      '0,0 is no place',
      { location: null },
      { location: { city: '', geoCoordinates: { latitude: 0, longitude: -0 } } },
      undefined,
    ],
    ['an unknown code', { location: 'ZZ' }, { location: null }, { country_iso_code: 'ZZ' }],
  ])('%s', (_, root, inner, expected) => {
    const source = one(diagnostic(root, inner)).fields['source']
    expect(isObject(source) ? source['geo'] : null).toEqual(expected)
  })

  test('callerIpAddress is no substitute for ipAddress', () => {
    expect(get(diagnostic({}, { ipAddress: '' }), 'source.ip')).toBeUndefined()
  })
})

describe('outcome', () => {
  test.each<[Fields, Fields, string, string | undefined]>([
    [
      {},
      { status: { errorCode: 50126, failureReason: 'Bad password', additionalDetails: 'again' } },
      'failure',
      'Bad password (again)',
    ],
    [{}, { status: { errorCode: '50126', failureReason: 'Bad password' } }, 'failure', 'Bad password'],
    [{}, { status: { errorCode: 0, additionalDetails: 'MFA done' } }, 'success', 'MFA done'],
    [{ resultType: '50055' }, { status: null }, 'failure', undefined],
    [{ resultType: 50055 }, { status: null }, 'failure', undefined],
    [{ resultType: null }, { status: null }, 'success', undefined],
  ])('%j with %j is a %s', (root, inner, outcome, message) => {
    const { fields } = one(diagnostic(root, inner))
    expect(valueAt(fields, 'event.outcome')).toBe(outcome)
    expect(fields['message']).toBe(message)
  })
})

describe('time', () => {
  test('when it happened comes before when it was processed', () => {
    expect(one(diagnostic()).time).toBe(Date.UTC(2026, 5, 1, 8, 30, 15, 123))
  })

  test('the processing time stands in where the other is empty or cannot be true', () => {
    for (const createdDateTime of [null, '', '0001-01-01T00:00:00Z', 'soon']) {
      expect(one(diagnostic({}, { createdDateTime })).time).toBe(Date.UTC(2026, 5, 1, 8, 33))
    }
  })

  test.each<[Fields, Fields, string, RegExp]>([
    [{ time: null }, { createdDateTime: null }, 'time-missing', /properties\.createdDateTime or time/],
    [{ time: 'soon' }, { createdDateTime: null }, 'time-unreadable', /time is "soon".*ISO 8601/],
    [{ time: '1601-01-01T00:00:00Z' }, { createdDateTime: null }, 'time-implausible', /1601.*before 1990/],
    [{ time: '31/12/2026 9:00:00' }, { createdDateTime: null }, 'time-unreadable', /31\/12/],
  ])('%j %j is refused as %s', (root, inner, code, detail) => {
    const rejection = refusal(diagnostic(root, inner))
    expect(rejection).toMatchObject({ code, dataset: 'azure.signinlogs' })
    expect(rejection.detail).toMatch(detail)
  })
})

test('a GUID as principal name gives no address', () => {
  const { fields } = one(diagnostic({}, { userPrincipalName: '5f1c0c7e-0002-4a00-9b00-000000000002' }))
  expect(fields['user']).toEqual({
    name: '5f1c0c7e-0002-4a00-9b00-000000000002',
    full_name: 'Mara Lindt',
    id: '5f1c0c7e-0002-4a00-9b00-000000000002',
  })
})

test('a resource of a subscription is taken apart', () => {
  const resourceId = '/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/MICROSOFT.AADIAM/TENANTS/n'
  expect(one(diagnostic({ resourceId })).fields).toMatchObject({
    azure: {
      subscription_id: 's',
      resource: { id: resourceId, group: 'g', provider: 'MICROSOFT.AADIAM/TENANTS', name: 'n' },
    },
  })
})

test('other categories of the same export are no sign-ins', () => {
  expect(one(diagnostic({ category: 'ProvisioningLogs' })).dataset).toBe('generic')
  expect(
    refusal(diagnostic({ category: 'ProvisioningLogs' }), { dataset: 'azure.signinlogs' }),
  ).toMatchObject({
    code: 'dataset-mismatch',
    detail: expect.stringContaining('SignInLogs') as string,
  })
})

function pascalKeys(record: Fields): Fields {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  )
}

function pascal(record: Fields): Fields {
  return Object.fromEntries(
    Object.entries(pascalKeys(record)).map(([key, value]) => [key, isObject(value) ? pascal(value) : value]),
  )
}
