/** Raw Microsoft records as shippers send them, with just the fields a test cares about set by it. */
import { randomUUID } from 'node:crypto'

export type Place = { city?: string; country: string; lat?: number; lon?: number }
export const NEW_YORK: Place = { city: 'New York', country: 'US', lat: 40.7128, lon: -74.006 }
export const BERLIN: Place = { city: 'Berlin', country: 'DE', lat: 52.52, lon: 13.405 }
export const LAGOS: Place = { city: 'Lagos', country: 'NG', lat: 6.4541, lon: 3.3947 }

export type SignIn = {
  id?: string
  at: number
  user: string
  ip?: string
  place?: Place | null
  risk?: 'none' | 'low' | 'medium' | 'high'
  riskState?: string
  app?: string
  client?: string
  /** 0: success. */
  error?: number
}

const TENANT = '9b1f6c2e-0c4a-4a52-9a51-5c3f6a1d2e77'

function properties(signIn: SignIn) {
  const { place = BERLIN, error = 0 } = signIn
  return {
    id: signIn.id ?? randomUUID(),
    createdDateTime: new Date(signIn.at).toISOString().replace('Z', '4567Z'),
    userDisplayName: signIn.user.split('@')[0],
    userPrincipalName: signIn.user,
    userId: `id-of-${signIn.user.toLowerCase()}`,
    appId: '00000002-0000-0ff1-ce00-000000000000',
    appDisplayName: signIn.app ?? 'Office 365 Exchange Online',
    ipAddress: signIn.ip ?? '203.0.113.24',
    clientAppUsed: signIn.client ?? 'Browser',
    isInteractive: true,
    status:
      error === 0 ? { errorCode: 0 } : { errorCode: error, failureReason: 'Invalid username or password.' },
    riskDetail: 'none',
    riskLevelAggregated: signIn.risk ?? 'none',
    riskLevelDuringSignIn: signIn.risk ?? 'none',
    riskState: signIn.riskState ?? (signIn.risk && signIn.risk !== 'none' ? 'atRisk' : 'none'),
    resourceDisplayName: 'Office 365 Exchange Online',
    ...(place === null
      ? {}
      : {
          location: {
            ...(place.city ? { city: place.city } : {}),
            countryOrRegion: place.country,
            ...(place.lat === undefined
              ? {}
              : { geoCoordinates: { latitude: place.lat, longitude: place.lon } }),
          },
        }),
  }
}

/** A diagnostic record, as Azure Monitor exports it. */
export function signIn(options: SignIn) {
  const error = options.error ?? 0
  return {
    // Processing time: later than the sign-in itself.
    time: new Date(options.at + 240_000).toISOString(),
    resourceId: `/tenants/${TENANT}/providers/Microsoft.aadiam`,
    operationName: 'Sign-in activity',
    operationVersion: '1.0',
    category: 'SignInLogs',
    tenantId: TENANT,
    resultType: String(error),
    resultSignature: 'None',
    durationMs: 0,
    callerIpAddress: options.ip ?? '203.0.113.24',
    correlationId: randomUUID(),
    identity: options.user.split('@')[0],
    Level: 4,
    ...(options.place === null ? {} : { location: (options.place ?? BERLIN).country }),
    properties: properties(options),
  }
}

/** The same sign-in as Microsoft Graph tells it: whole seconds, lower-case account. */
export function graphSignIn(options: SignIn & { id: string }) {
  const { createdDateTime: _, ...rest } = properties(options)
  const seconds = `${new Date(options.at).toISOString().slice(0, 19)}Z`
  return {
    ...rest,
    createdDateTime: seconds,
    userPrincipalName: options.user.toLowerCase(),
    correlationId: randomUUID(),
  }
}

export type Audit = {
  id?: string
  at: number
  user: string
  operation: string
  ip?: string
  parameters?: Record<string, string>
  more?: Record<string, unknown>
  recordType?: number
}

/** A record of the Management Activity API: whole seconds, no zone. */
export function audit(options: Audit) {
  return {
    CreationTime: new Date(options.at).toISOString().slice(0, 19),
    Id: options.id ?? randomUUID(),
    Operation: options.operation,
    OrganizationId: TENANT,
    RecordType: options.recordType ?? 1,
    ResultStatus: 'True',
    UserKey: '10032000AAAA',
    UserType: 2,
    Version: 1,
    Workload: 'Exchange',
    ClientIP: `${options.ip ?? '203.0.113.24'}:51234`,
    ObjectId: 'inbox rule',
    UserId: options.user,
    ...(options.parameters
      ? { Parameters: Object.entries(options.parameters).map(([Name, Value]) => ({ Name, Value })) }
      : {}),
    ...options.more,
  }
}

/** One that is worth telling only after a risky sign-in: it is no matter of the rules on forwarding, hiding and names. */
export function inboxRule(options: Omit<Audit, 'operation'>) {
  return audit({
    operation: 'New-InboxRule',
    parameters: { Name: 'Filing', SubjectContainsWords: 'offer', DeleteMessage: 'True', MarkAsRead: 'True' },
    ...options,
  })
}

export function send(options: Omit<Audit, 'operation'> & { operation?: string }) {
  const subject = `Invoice ${options.id ?? randomUUID()}`
  return audit({
    operation: 'Send',
    recordType: 2,
    more: {
      MailboxOwnerUPN: options.user,
      Item: { Subject: subject, InternetMessageId: `<${randomUUID()}@example.org>` },
    },
    ...options,
  })
}

/** `count` sends, evenly from `from` to `to`, both ends included. */
export function sends(user: string, count: number, from: number, to: number) {
  return Array.from({ length: count }, (_, i) =>
    send({ user, at: count === 1 ? from : from + Math.round(((to - from) * i) / (count - 1) / 1000) * 1000 }),
  )
}

/** A spray from one address: one wrong password for each account. */
export function spray(ip: string, accounts: string[], from: number, step = 20_000) {
  return accounts.map((user, i) =>
    signIn({
      user,
      ip,
      at: from + i * step,
      error: i % 5 === 4 ? 50055 : 50126,
      client: 'Exchange Web Services',
      place: LAGOS,
    }),
  )
}

export function accounts(count: number, domain = 'fabrikam.example') {
  return Array.from({ length: count }, (_, i) => `user${i + 1}@${domain}`)
}
