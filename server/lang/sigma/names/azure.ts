/** Entra ID and Azure: the diagnostic export, Graph, and Log Analytics spell one field in many ways. */
import { type Doc, isDoc, type Json } from '../../document.ts'
import { namesOf, type Place, type ReadField } from './names.ts'

const SIGN_IN = 'azure.signinlogs'
const AUDIT = 'azure.auditlogs'

/** `Success`, `Failure` or `MFA Denied`. */
function signInStatus(doc: Doc, read: ReadField): Json | undefined {
  const detail = read('mfaDetail.authDetail')[0] ?? read('status.additionalDetails')[0] ?? ''
  if (/mfa denied/i.test(detail)) return ['MFA Denied', 'Failure']
  const event = doc['event']
  const outcome = isDoc(event) ? event['outcome'] : doc['event.outcome']
  if (typeof outcome === 'string') return outcome
  const code = read('ResultType')[0]
  return code === undefined ? undefined : code === '0' ? 'success' : 'failure'
}

// What rules call these two ways to sign in.
const PROTOCOLS: Record<string, string> = { devicecode: 'Device Code', ropc: 'ROPC' }

function protocol(_: Doc, read: ReadField): Json | undefined {
  const said = read('authenticationProtocol')[0]
  return said === undefined ? undefined : [said, PROTOCOLS[said.toLowerCase()] ?? said]
}

/** Log Analytics has no category in its records; the table is called so. */
function signInCategory(_: Doc, read: ReadField): Json | undefined {
  const said = read('category')
  return said.length > 0 ? [...said, 'Sign-ins'] : undefined
}

export const azureSigninlogs = namesOf(
  [
    [
      ['ResultType', 'properties.status.errorCode', 'status.errorCode'],
      [
        `${SIGN_IN}.result_type`,
        `${SIGN_IN}.properties.status.error_code`,
        'ResultType',
        'properties.status.errorCode',
        'status.errorCode',
      ],
    ],
    [
      ['ResultDescription', 'FailureReason', 'status.failureReason'],
      [
        `${SIGN_IN}.result_description`,
        `${SIGN_IN}.properties.status.failure_reason`,
        'ResultDescription',
        'properties.status.failureReason',
        'status.failureReason',
      ],
    ],
    [['Status'], [signInStatus]],
    [['properties.message'], [protocol]],
    [['ActivityDetails'], [signInCategory]],
    [['userAgent'], ['user_agent.original', 'properties.userAgent']],
    [
      ['location', 'countryOrRegion'],
      [
        'source.geo.country_iso_code',
        `${SIGN_IN}.properties.location.country_or_region`,
        'properties.location.countryOrRegion',
        'location.countryOrRegion',
        'location',
      ],
    ],
    [['ClientApp'], [`${SIGN_IN}.properties.client_app_used`, 'properties.clientAppUsed', 'clientAppUsed']],
    [
      ['callerIpAddress', 'ipAddress', 'properties.ipAddress', 'IPAddress', 'ip'],
      ['source.ip', 'callerIpAddress', 'properties.ipAddress', 'ipAddress'],
    ],
    [
      ['Username', 'User', 'UserPrincipalName', 'properties.userPrincipalName'],
      [
        `${SIGN_IN}.properties.user_principal_name`,
        'user.email',
        'user.name',
        'properties.userPrincipalName',
        'userPrincipalName',
      ],
    ],
    [['DeviceDetail.trusted'], [`${SIGN_IN}.properties.device_detail.trust_type`]],
    [
      ['NetworkLocationDetails'],
      [
        `${SIGN_IN}.properties.network_location_details`,
        'properties.networkLocationDetails',
        'networkLocationDetails',
      ],
    ],
  ],
  [`${SIGN_IN}.properties`, SIGN_IN, '', 'properties', 'azure'],
  true,
)

const INITIATOR: readonly Place[] = [
  `${AUDIT}.properties.initiated_by.user.userPrincipalName`,
  `${AUDIT}.properties.initiated_by.user`,
  'properties.initiatedBy.user.userPrincipalName',
  'initiatedBy.user.userPrincipalName',
  `${AUDIT}.properties.initiated_by`,
  'properties.initiatedBy',
  'initiatedBy',
]
const TARGETS: readonly Place[] = [
  `${AUDIT}.properties.target_resources`,
  'properties.targetResources',
  'targetResources',
]

/** Whether an administrator consented, from the changed property of that name. */
function isAdminConsent(_: Doc, read: ReadField): Json | undefined {
  const names = read('TargetResources.ModifiedProperties.DisplayName')
  const values = read('TargetResources.ModifiedProperties.NewValue')
  const at = names.findIndex((name) => name.toLowerCase() === 'consentcontext.isadminconsent')
  return at === -1 ? undefined : values[at]?.replaceAll('"', '')
}

export const azureAuditlogs = namesOf(
  [
    [
      [
        'properties.message',
        'operationName',
        'ActivityDisplayName',
        'activityType',
        'properties.activityDisplayName',
      ],
      [
        `${AUDIT}.operation_name`,
        `${AUDIT}.properties.activity_display_name`,
        'operationName',
        'properties.activityDisplayName',
        'activityDisplayName',
        'event.action',
      ],
    ],
    [
      ['Category', 'properties.category'],
      [`${AUDIT}.properties.category`, 'properties.category', 'category', `${AUDIT}.category`],
    ],
    [
      ['Status', 'properties.result', 'result'],
      [`${AUDIT}.properties.result`, 'properties.result', 'result', 'event.outcome'],
    ],
    [['Target', 'TargetResources', 'properties.targetResources'], TARGETS],
    [['Initiatedby', 'Initiatied.By', 'properties.initiatedBy'], INITIATOR],
    [['ConsentContext.IsAdminConsent'], [isAdminConsent]],
    [
      ['User', 'UserPrincipalName'],
      ['user.email', 'user.name', ...INITIATOR],
    ],
    [
      ['ip', 'ipAddress'],
      ['source.ip', 'properties.initiatedBy.user.ipAddress'],
    ],
  ],
  [`${AUDIT}.properties`, AUDIT, '', 'properties', 'azure'],
  true,
)

export const azureActivitylogs = namesOf(
  [
    [
      ['operationName', 'OperationNameValue', 'properties.message'],
      ['azure.activitylogs.operation_name', 'operationName', 'operationName.value', 'event.action'],
    ],
    [
      ['CategoryValue', 'category'],
      ['azure.activitylogs.category', 'category.value', 'category', 'azure.activitylogs.event_category'],
    ],
    [
      ['ResourceProviderValue'],
      [
        'azure.activitylogs.resource_provider',
        'azure.resource.provider',
        'resourceProviderValue',
        'resourceProvider',
        'resourceProviderName.value',
      ],
    ],
    [['ResourceId'], ['azure.resource.id', 'azure.activitylogs.resource_id', 'resourceId']],
  ],
  ['azure.activitylogs', 'azure.activitylogs.properties', '', 'properties', 'azure'],
  true,
)

export const azureRisk = namesOf(
  [
    [
      ['riskEventType'],
      [
        'azure.identityprotection.properties.risk_event_type',
        'azure.identity_protection.properties.risk_event_type',
        'properties.riskEventType',
        'riskEventType',
      ],
    ],
  ],
  [
    'azure.identityprotection.properties',
    'azure.identity_protection.properties',
    'azure.identityprotection',
    '',
    'properties',
  ],
  true,
)
