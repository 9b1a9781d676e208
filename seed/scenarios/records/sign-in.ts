import type { Json } from '../../../server/domain/json.ts'
import { MINUTE, type Millis, SECOND } from '../../../server/domain/time.ts'
import type { Run, ScenarioRecord } from '../scenario.ts'
import { guid, hex, letters, type Person, type Place, TENANT } from './invent.ts'

export type App = { name: string; id: string; resource: string; resourceId: string }

// The application ids are Microsoft's own, the same in every tenant.
const EXCHANGE = {
  resource: 'Office 365 Exchange Online',
  resourceId: '00000002-0000-0ff1-ce00-000000000000',
}
export const APPS = {
  outlookWeb: { name: 'One Outlook Web', id: '9199bf20-a13f-4107-85dc-02114787ef48', ...EXCHANGE },
  exchangeOnline: {
    name: 'Office 365 Exchange Online',
    id: '00000002-0000-0ff1-ce00-000000000000',
    ...EXCHANGE,
  },
  exchangeWebServices: {
    name: 'Exchange Web Services',
    id: '00000002-0000-0ff1-ce00-000000000000',
    ...EXCHANGE,
  },
  outlook: { name: 'Microsoft Outlook', id: '5d661950-3475-41cd-a2c3-d671a3162bc1', ...EXCHANGE },
  outlookMobile: { name: 'Outlook Mobile', id: '27922004-5251-4030-b22d-91ecd9a37ea4', ...EXCHANGE },
  teams: {
    name: 'Microsoft Teams',
    id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
    resource: 'Microsoft Teams Services',
    resourceId: 'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe',
  },
  officeHome: {
    name: 'OfficeHome',
    id: '4765445b-32c6-49b0-83e6-1d93765276ca',
    resource: 'Microsoft Graph',
    resourceId: '00000003-0000-0000-c000-000000000000',
  },
} as const satisfies Record<string, App>

export type SignIn = {
  at: Millis
  who: Person
  place: Place
  address: string
  app?: App
  /** Microsoft's error code; 0 is success. */
  result?: number
  /** Properties that are otherwise in this record. */
  extra?: { [key: string]: Json }
  risk?: 'none' | 'medium' | 'high'
  /** Programs that send the password with every request, and know no second factor. */
  legacy?: boolean
  interactive?: boolean
  managedDevice?: boolean
  sessionId?: string
}

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const FAILURES: Record<number, string> = {
  50_053:
    "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  50_055: 'The password is expired.',
  50_074: 'Strong Authentication is required.',
  50_126: 'Error validating credentials due to invalid username or password.',
  500_121: 'Authentication failed during strong authentication request.',
}

/** A sign-in as Entra ID's diagnostic settings export it (Event Hub, storage account, Azure Monitor). */
export function signIn(run: Run, options: SignIn): ScenarioRecord {
  const {
    who,
    place,
    address,
    app = APPS.outlookWeb,
    result = 0,
    legacy = false,
    interactive = true,
  } = options
  const correlationId = guid(run)
  const category = interactive ? 'SignInLogs' : 'NonInteractiveUserSignInLogs'
  return {
    dataset: 'azure.signinlogs',
    record: {
      // When it was processed; when it happened is `createdDateTime`.
      time: ticks(options.at + MINUTE + Math.floor(run.random() * 3 * MINUTE)),
      resourceId: `/tenants/${TENANT.id}/providers/Microsoft.aadiam`,
      operationName: 'Sign-in activity',
      operationVersion: '1.0',
      category,
      tenantId: TENANT.id,
      resultType: String(result),
      resultSignature: 'None',
      ...(result === 0 ? {} : { resultDescription: FAILURES[result] ?? 'Other.' }),
      durationMs: 0,
      callerIpAddress: address,
      correlationId,
      identity: who.name,
      Level: 4,
      location: place.country,
      properties: {
        id: guid(run),
        createdDateTime: ticks(options.at).replace('Z', '+00:00'),
        userDisplayName: who.name,
        userPrincipalName: who.address,
        userId: who.userId,
        appId: app.id,
        appDisplayName: app.name,
        ipAddress: address,
        status:
          result === 0
            ? success(legacy, interactive)
            : { errorCode: result, failureReason: FAILURES[result] ?? 'Other.' },
        clientAppUsed: legacy
          ? 'Exchange Web Services'
          : interactive
            ? 'Browser'
            : 'Mobile Apps and Desktop clients',
        userAgent: legacy ? 'BAV2ROPC' : BROWSER,
        deviceDetail: device(run, options.managedDevice ?? false, legacy),
        location: {
          city: place.city,
          state: place.state,
          countryOrRegion: place.country,
          geoCoordinates: { latitude: place.latitude, longitude: place.longitude },
        },
        mfaDetail: {},
        correlationId,
        conditionalAccessStatus: legacy ? 'notApplied' : 'success',
        appliedConditionalAccessPolicies: [],
        originalRequestId: guid(run),
        isInteractive: interactive,
        tokenIssuerName: '',
        tokenIssuerType: 'AzureAD',
        authenticationProcessingDetails: [{ key: 'Legacy TLS (TLS 1.0, 1.1, 3DES)', value: 'False' }],
        networkLocationDetails: [],
        processingTimeInMilliseconds: 120 + Math.floor(run.random() * 900),
        ...risk(options.risk ?? 'none'),
        resourceDisplayName: app.resource,
        resourceId: app.resourceId,
        resourceTenantId: TENANT.id,
        homeTenantId: TENANT.id,
        authenticationDetails: interactive ? password(options.at, result) : [],
        authenticationRequirementPolicies: [],
        authenticationRequirement: legacy ? 'singleFactorAuthentication' : 'multiFactorAuthentication',
        servicePrincipalId: '',
        userType: 'Member',
        flaggedForReview: false,
        isTenantRestricted: false,
        autonomousSystemNumber: place.asn,
        crossTenantAccessType: 'none',
        privateLinkDetails: {},
        ssoExtensionVersion: '',
        sessionId: options.sessionId ?? guid(run),
        uniqueTokenIdentifier: letters(
          run,
          22,
          'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
        ),
        incomingTokenType: interactive ? 'none' : 'refreshToken',
        authenticationProtocol: legacy ? 'ropc' : interactive ? 'none' : 'oAuth2',
        ...options.extra,
      },
    },
  }
}

/** Microsoft writes seven digits of a second. */
function ticks(at: Millis): string {
  return new Date(at).toISOString().replace('Z', `${String((at * 7919) % 10_000).padStart(4, '0')}Z`)
}

function success(legacy: boolean, interactive: boolean): Json {
  if (legacy) return { errorCode: 0 }
  const how = interactive ? 'MFA completed in Azure AD' : 'MFA requirement satisfied by claim in the token'
  return { errorCode: 0, additionalDetails: how }
}

function device(run: Run, managed: boolean, legacy: boolean): Json {
  return {
    deviceId: managed ? guid(run) : '',
    displayName: managed ? `LC-${hex(run, 6).toUpperCase()}` : '',
    operatingSystem: legacy ? '' : 'Windows10',
    browser: legacy ? '' : 'Chrome 142.0.0',
    isCompliant: managed,
    isManaged: managed,
    trustType: managed ? 'Azure AD joined' : '',
  }
}

function risk(level: 'none' | 'medium' | 'high'): { [key: string]: Json } {
  const types = level === 'none' ? [] : ['unfamiliarFeatures', 'anonymizedIPAddress']
  return {
    riskDetail: 'none',
    riskLevelAggregated: level,
    riskLevelDuringSignIn: level,
    riskState: level === 'none' ? 'none' : 'atRisk',
    riskEventTypes: types,
    riskEventTypes_v2: types,
  }
}

function password(at: Millis, result: number): Json {
  const succeeded = result === 0 || result === 50_074 || result === 500_121
  return [
    {
      authenticationStepDateTime: new Date(Math.floor(at / SECOND) * SECOND)
        .toISOString()
        .replace('.000Z', '+00:00'),
      authenticationMethod: 'Password',
      authenticationMethodDetail: 'Password in the cloud',
      succeeded,
      authenticationStepResultDetail: succeeded ? 'Correct password' : 'Invalid username or password',
      authenticationStepRequirement: 'Primary authentication',
      StatusSequence: 0,
      RequestSequence: 0,
    },
  ]
}
