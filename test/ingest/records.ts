/** Made-up raw records in the shapes of Microsoft's logs, for the tests of this folder. */
import type { Fields } from '../../server/domain/json.ts'
import { decodeEvents } from '../../server/ingest/decode.ts'
import { type IngestRequest, type Ingested, toEvents } from '../../server/ingest/events.ts'

export const RECEIVED = Date.UTC(2026, 5, 1, 12, 0, 0)

export function properties(changes: Fields = {}): Fields {
  return {
    id: '5f1c0c7e-0001-4a00-9b00-000000000001',
    createdDateTime: '2026-06-01T08:30:15.1239999+00:00',
    userDisplayName: 'Mara Lindt',
    userPrincipalName: 'Mara.Lindt@brightwater.example',
    userId: '5f1c0c7e-0002-4a00-9b00-000000000002',
    appId: '00000002-0000-0ff1-ce00-000000000000',
    appDisplayName: 'Office 365 Exchange Online',
    ipAddress: '81.2.69.142',
    status: { errorCode: 0 },
    location: {
      city: 'Leeds',
      state: 'England',
      countryOrRegion: 'GB',
      geoCoordinates: { latitude: 53.8, longitude: -1.55 },
    },
    riskLevelDuringSignIn: 'high',
    riskState: 'atRisk',
    riskDetail: 'none',
    autonomousSystemNumber: 20712,
    isInteractive: true,
    userType: 'Member',
    userAgent: 'Mozilla/5.0 (made up)',
    deviceDetail: { deviceId: '', operatingSystem: 'Windows 10', isManaged: false },
    authenticationProcessingDetails: [
      { key: 'Is CAE Token', value: 'False' },
      { key: 'Legacy TLS (TLS 1.0, 1.1, 3DES)', value: 'True' },
    ],
    ...changes,
  }
}

export function diagnostic(changes: Fields = {}, inner: Fields = {}): Fields {
  return {
    time: '2026-06-01T08:33:00.0000000Z',
    resourceId: '/tenants/5f1c0c7e-0009-4a00-9b00-000000000009/providers/Microsoft.aadiam',
    operationName: 'Sign-in activity',
    category: 'SignInLogs',
    tenantId: '5f1c0c7e-0009-4a00-9b00-000000000009',
    resultType: '0',
    durationMs: 12,
    callerIpAddress: '10.0.0.1',
    correlationId: '5f1c0c7e-0003-4a00-9b00-000000000003',
    Level: 4,
    location: 'GB',
    properties: properties(inner),
    ...changes,
  }
}

/** The same sign-in as Microsoft Graph tells it. */
export function graph(changes: Fields = {}): Fields {
  const {
    userAgent: _1,
    autonomousSystemNumber: _2,
    authenticationProcessingDetails: _3,
    ...rest
  } = properties()
  return {
    ...rest,
    createdDateTime: '2026-06-01T08:30:15Z',
    userPrincipalName: 'mara.lindt@brightwater.example',
    userType: 'member',
    correlationId: '5f1c0c7e-0003-4a00-9b00-000000000003',
    status: { errorCode: 0, failureReason: 'Other.', additionalDetails: null },
    riskLevelDuringSignIn: 'hidden',
    riskLevelAggregated: 'hidden',
    ...changes,
  }
}

export function audit(changes: Fields = {}): Fields {
  return {
    CreationTime: '2026-06-01T09:10:11',
    Id: '5f1c0c7e-0011-4a00-9b00-000000000011',
    Operation: 'New-InboxRule',
    OrganizationId: '5F1C0C7E-0009-4A00-9B00-000000000009',
    RecordType: 1,
    ResultStatus: 'True',
    UserKey: '1003BFFD00000001',
    UserType: 2,
    Version: 1,
    Workload: 'Exchange',
    ClientIP: '81.2.69.142:50123',
    ObjectId: 'Mara.Lindt\\Filing',
    UserId: 'Mara.Lindt@brightwater.example',
    OrganizationName: 'brightwater.example',
    OriginatingServer: 'MB01 (15.20.1.1)',
    Parameters: [
      { Name: 'Name', Value: 'Filing' },
      { Name: 'ForwardTo', Value: 'a@elsewhere.example;b@elsewhere.example' },
      { Name: 'Comment', Value: '' },
      { Name: 'Absent', Value: null },
    ],
    ...changes,
  }
}

/** Decodes and normalises a body made of these records, as one NDJSON request. */
export function ingest(records: unknown, request: Partial<IngestRequest> = {}): Ingested {
  const list = Array.isArray(records) ? records : [records]
  return ingestText(list.map((record) => JSON.stringify(record)).join('\n'), request)
}

export function ingestText(body: string | Uint8Array, request: Partial<IngestRequest> = {}): Ingested {
  const decoded = decodeEvents(typeof body === 'string' ? Buffer.from(body) : body)
  if ('unreadable' in decoded) throw new Error(decoded.unreadable.detail)
  const made = toEvents({
    records: decoded.records,
    dataset: null,
    source: 'test',
    drill: null,
    receivedAt: RECEIVED,
    batchId: 'batch-1',
    geo: null,
    ...request,
  })
  return { events: made.events, rejections: [...decoded.rejections, ...made.rejections] }
}

/** The one event of one record; throws if it was rejected. */
export function one(record: unknown, request: Partial<IngestRequest> = {}) {
  const { events, rejections } = ingest(record, request)
  if (events.length !== 1) throw new Error(JSON.stringify(rejections))
  return events[0]!.event
}

/** The code of the one rejection of one record. */
export function refusal(record: unknown, request: Partial<IngestRequest> = {}) {
  const { events, rejections } = ingest(record, request)
  if (rejections.length !== 1) throw new Error(JSON.stringify(events))
  return rejections[0]!
}
