/** Synthetic events of about 2.5 KB, varied as sign-ins and audit records of a few hundred people are. */
import { createHash } from 'node:crypto'
import { eventId, type LogEvent } from '../../server/domain/event.ts'

const START = Date.UTC(2026, 0, 5, 7)
const APPS = ['Office 365 Exchange Online', 'Outlook Mobile', 'Microsoft Teams', 'SharePoint Online', 'OWA']
const ACTIONS = ['Send', 'MailItemsAccessed', 'New-InboxRule', 'FileAccessed', 'UserLoggedIn', 'Set-Mailbox']
const CITIES = [
  ['Berlin', 'DE', 52.52, 13.405],
  ['Hamburg', 'DE', 53.5511, 9.9937],
  ['Vienna', 'AT', 48.2082, 16.3738],
  ['Seattle', 'US', 47.6062, -122.3321],
] as const
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'BAV2ROPC',
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18129; Pro)',
]

/** Event number `n`: the same number gives the same event. One in two is a sign-in; some seconds hold several. */
export function syntheticEvent(n: number): LogEvent {
  const random = randomOf(n)
  const time = START + n * 700 + Math.floor(random() * 500)
  const guid = () => guidOf(`${n}/${random()}`)
  const user = `${pick(['ann', 'bob', 'carla', 'dmitri', 'eve'], random)}.${Math.floor(random() * 60)}@contoso.example`
  const isSignIn = random() < 0.5
  const identity = guid()
  const ip = addressOf(user, random)
  const common = { n, time, random, guid, user, identity, ip }
  const dataset = isSignIn ? 'azure.signinlogs' : 'o365.audit'
  const event = {
    id: eventId(dataset, identity, time, true),
    time,
    receivedAt: time + 90_000,
    dataset,
    index: `logs-${dataset}-default`,
    source: 'vector',
    category: [isSignIn ? 'authentication' : 'web'],
    drill: null,
    ownTime: true,
    identity,
    ...(isSignIn ? signIn(common) : audit(common)),
  }
  // Flat strings, as a parsed request gives them.
  return JSON.parse(JSON.stringify(event)) as LogEvent
}

type Common = {
  time: number
  random: () => number
  guid: () => string
  user: string
  identity: string
  ip: string
}

function signIn({ time, random, guid, user, identity, ip }: Common): Pick<LogEvent, 'fields' | 'raw'> {
  const [city, country, lat, lon] = pick(CITIES, random)
  const code = random() < 0.2 ? 50126 : 0
  const properties = {
    id: identity,
    createdDateTime: new Date(time).toISOString(),
    userDisplayName: user.split('@')[0]!,
    userPrincipalName: user,
    userId: guidOf(user),
    appId: guidOf(user.length.toString()),
    appDisplayName: pick(APPS, random),
    ipAddress: ip,
    clientAppUsed: pick(['Browser', 'Mobile Apps and Desktop clients', 'Exchange Web Services'], random),
    userAgent: pick(AGENTS, random),
    correlationId: guid(),
    conditionalAccessStatus: pick(['success', 'notApplied', 'failure'], random),
    originalRequestId: guid(),
    isInteractive: random() < 0.7,
    tokenIssuerType: 'AzureAD',
    processingTimeInMilliseconds: Math.floor(random() * 400),
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: pick(['none', 'none', 'none', 'low', 'medium'], random),
    riskState: 'none',
    resourceDisplayName: 'Office 365 Exchange Online',
    resourceId: '00000002-0000-0ff1-ce00-000000000000',
    authenticationProtocol: 'none',
    status: { errorCode: code, failureReason: code ? 'Invalid username or password.' : 'Other.' },
    appliedConditionalAccessPolicies: ['Require MFA for all users', 'Block legacy authentication'].map(
      (name) => ({
        id: guidOf(name),
        displayName: name,
        enforcedGrantControls: ['Mfa'],
        result: pick(['success', 'notApplied', 'reportOnlySuccess'], random),
      }),
    ),
    authenticationDetails: [
      {
        authenticationStepDateTime: new Date(time).toISOString(),
        authenticationMethod: 'Password',
        succeeded: !code,
      },
      {
        authenticationStepDateTime: new Date(time + 900).toISOString(),
        authenticationMethod: 'Authenticator app',
      },
    ],
    uniqueTokenIdentifier: guid().slice(0, 22),
    autonomousSystemNumber: 3320,
    deviceDetail: {
      deviceId: guidOf(`${user}/device`),
      operatingSystem: 'Windows 10',
      browser: 'Edge 143.0.0',
    },
    location: { city, countryOrRegion: country, geoCoordinates: { latitude: lat, longitude: lon } },
  }
  const raw = {
    time: new Date(time).toISOString(),
    category: 'SignInLogs',
    resultType: String(code),
    properties,
  }
  const fields = {
    '@timestamp': new Date(time).toISOString(),
    event: {
      action: 'Sign-in activity',
      category: ['authentication'],
      dataset: 'azure.signinlogs',
      id: identity,
      kind: 'event',
      outcome: code ? 'failure' : 'success',
      type: ['info'],
    },
    user: { email: user, name: user.split('@')[0]!, domain: 'contoso.example', id: guidOf(user) },
    source: { ip, geo: { city_name: city, country_iso_code: country, location: { lat, lon } } },
    user_agent: { original: properties.userAgent },
    related: { ip: [ip], user: [user] },
    azure: {
      signinlogs: { category: 'SignInLogs', result_type: String(code), properties: snakeKeys(properties) },
    },
  }
  return { fields, raw: JSON.stringify(raw) }
}

function audit({ time, random, guid, user, identity, ip }: Common): Pick<LogEvent, 'fields' | 'raw'> {
  const action = pick(ACTIONS, random)
  const record = {
    Id: identity,
    CreationTime: new Date(time).toISOString().slice(0, 19),
    Operation: action,
    OrganizationId: '9b1f6c2e-0c4a-4a52-9a51-5c3f6a1d2e77',
    RecordType: 2 + Math.floor(random() * 50),
    ResultStatus: 'Succeeded',
    UserKey: guidOf(user),
    UserType: 0,
    Version: 1,
    Workload: 'Exchange',
    UserId: user,
    ClientIPAddress: ip,
    ClientInfoString: `Client=OWA;${pick(AGENTS, random)}`,
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: 0,
    LogonUserSid: `S-1-5-21-1234567-${Math.floor(random() * 1e6)}`,
    MailboxGuid: guidOf(`${user}/mailbox`),
    MailboxOwnerUPN: user,
    OriginatingServer: `AM9PR0${Math.floor(random() * 40)} (15.20.${Math.floor(random() * 9000)}.011)`,
    SessionId: guid(),
    Item: {
      Id: Buffer.from(guid() + guid()).toString('base64'),
      InternetMessageId: `<${guid()}@contoso.example>`,
      Subject: `Offer ${Math.floor(random() * 1e6)}: quarterly figures`,
      ParentFolder: { Id: Buffer.from(guid()).toString('base64'), Path: '\\Sent Items' },
    },
    AffectedItems: Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      Id: Buffer.from(guid() + guid()).toString('base64'),
      InternetMessageId: `<${guid()}@contoso.example>`,
      ParentFolder: { Id: Buffer.from(guidOf(user)).toString('base64'), Path: '\\Inbox' },
      Subject: `Re: offer ${Math.floor(random() * 1e6)}`,
    })),
    Parameters: [
      { Name: 'Name', Value: `rule ${Math.floor(random() * 100)}` },
      { Name: 'Identity', Value: guid() },
    ],
  }
  const { Parameters: _, ...plain } = record
  const fields = {
    '@timestamp': new Date(time).toISOString(),
    event: {
      action,
      category: ['web'],
      dataset: 'o365.audit',
      id: identity,
      kind: 'event',
      outcome: 'success',
      provider: 'Exchange',
    },
    user: { email: user, name: user.split('@')[0]!, domain: 'contoso.example', id: guidOf(user) },
    source: { ip },
    client: { address: ip, ip },
    related: { ip: [ip], user: [user] },
    network: { type: 'ipv4' },
    o365: {
      audit: {
        ...plain,
        Parameters: Object.fromEntries(record.Parameters.map(({ Name, Value }) => [Name, Value])),
      },
    },
  }
  return { fields, raw: JSON.stringify(record) }
}

function snakeKeys<T extends object>(value: T) {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), one]),
  )
}

/** One of three places of a person's own; now and then any other. */
function addressOf(user: string, random: () => number): string {
  const place = random() < 0.03 ? Math.floor(random() * 1e6) : Math.floor(random() * 3)
  const bytes = createHash('md5').update(`${user}/${place}`).digest()
  return `${[203, 198, 81, 92][bytes[3]! % 4]}.${bytes[0]! % 8}.${bytes[1]}.${bytes[2]}`
}

function guidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function pick<T>(of: readonly T[], random: () => number): T {
  return of[Math.floor(random() * of.length)]!
}

/** Mulberry32: small, seeded, good enough for samples. */
function randomOf(seed: number): () => number {
  let state = (seed * 0x9e3779b1) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
