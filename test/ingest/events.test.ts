import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEventId } from '../../server/domain/event.ts'
import type { Fields, Json } from '../../server/domain/json.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { RECEIVED, audit, diagnostic, ingest, one, refusal } from './records.ts'

const iso = (time: number) => new Date(time).toISOString()

describe('what a record is', () => {
  test.each<[string, unknown, string | null, string]>([
    ['recognised from its content', audit(), null, 'o365.audit'],
    ['as stated', audit(), 'o365.audit', 'o365.audit'],
    ['a name of the sender', { a: 1 }, 'my-app', 'my-app'],
    ['a name of the sender, whatever it looks like', audit(), 'my-app', 'my-app'],
    ['what it says itself', { event: { dataset: 'nginx.access' } }, null, 'nginx.access'],
    ['what it says itself, in one key', { 'event.dataset': 'nginx.access' }, null, 'nginx.access'],
    ['nothing known', { a: 1 }, null, 'generic'],
  ])('%s', (_, record, dataset, expected) => {
    const event = one(record, { dataset })
    expect(event).toMatchObject({ dataset: expected, index: `logs-${expected}-default` })
  })

  test.each(['A', 'with blank', 'a~b', 'x'.repeat(101), ''])('%j is no dataset name', (dataset) => {
    expect(refusal({ a: 1 }, { dataset })).toMatchObject({ code: 'dataset-invalid', dataset: null })
  })

  test('what was stated and is not so is refused, saying what it looks like', () => {
    expect(refusal({ a: 1 }, { dataset: 'o365.audit' })).toMatchObject({
      code: 'dataset-mismatch',
      detail: expect.stringMatching(/^Sent as o365\.audit, but it is not an audit record/) as string,
      raw: '{"a":1}',
      dataset: 'o365.audit',
    })
    expect(refusal(diagnostic(), { dataset: 'o365.audit' }).detail).toMatch(/looks like azure\.signinlogs/)
  })

  test('an index that names a known dataset states it, others do not', () => {
    const record = { line: 1, raw: '{}', record: audit() as Fields }
    const made = (index: string, content: Fields = record.record) =>
      toEvents({
        records: [{ ...record, record: content, index }],
        dataset: null,
        source: 's',
        drill: null,
        receivedAt: RECEIVED,
        batchId: 'b',
        geo: null,
      })
    expect(made('logs-o365.audit-default').events[0]!.event).toMatchObject({
      dataset: 'o365.audit',
      index: 'logs-o365.audit-default',
    })
    expect(made('logs-o365.audit-prod').events[0]!.event.fields['data_stream']).toMatchObject({
      namespace: 'prod',
    })
    expect(made('whatever').events[0]!.event).toMatchObject({ dataset: 'o365.audit', index: 'whatever' })
    expect(made('logs-o365.audit-default', { a: 1 }).rejections[0]).toMatchObject({
      code: 'dataset-mismatch',
    })
    expect(made('logs-syslog-default', { a: 1 }).events[0]!.event).toMatchObject({
      dataset: 'syslog',
      index: 'logs-syslog-default',
    })
    expect(made('whatever', { a: 1 }).events[0]!.event.dataset).toBe('generic')
  })
})

describe('documents already in ECS pass unchanged', () => {
  const elastic: Fields = {
    '@timestamp': '2026-06-01T08:30:15.123Z',
    event: {
      dataset: 'azure.signinlogs',
      id: 's1',
      category: ['authentication'],
      ingested: '2026-06-01T09:00:00Z',
    },
    data_stream: { type: 'logs', dataset: 'azure.signinlogs', namespace: 'prod' },
    geo: { country_iso_code: 'DE', city_name: 'Bonn', location: { lat: 50.7, lon: 7.1 } },
    source: { ip: '81.2.69.142' },
    tags: [],
    azure: { signinlogs: { properties: { risk_level_during_signin: 'high', empty: null } } },
  }

  test('a sign-in of Elastic gets only what is missing', () => {
    expect(one(elastic).fields).toEqual({
      ...elastic,
      source: {
        ip: '81.2.69.142',
        geo: {
          country_iso_code: 'DE',
          country_name: 'Germany',
          city_name: 'Bonn',
          location: { lat: 50.7, lon: 7.1 },
        },
      },
      vedette: { location_from: 'record' },
      azure: {
        signinlogs: {
          properties: { risk_level_during_signin: 'high', risk_level_during_sign_in: 'high', empty: null },
        },
      },
    })
    expect(one(elastic)).toMatchObject({ dataset: 'azure.signinlogs', identity: 's1' })
  })

  test('what is there stays', () => {
    const own = { ...elastic, source: { ip: '81.2.69.142', geo: { country_iso_code: 'FR' } } }
    expect(one(own).fields['source']).toEqual(own.source)
  })

  test('an audit document meets the raw record of the same id', () => {
    const raw = one(audit())
    expect(one(raw.fields).id).toBe(raw.id)
    expect(one(raw.fields).fields).toEqual(raw.fields)
  })

  test('a document of a known dataset without that dataset’s fields is taken too', () => {
    const document = {
      '@timestamp': '2026-06-01T08:30:15Z',
      event: { dataset: 'o365.audit', action: 'Send' },
    }
    expect(one(document, { dataset: 'o365.audit' })).toMatchObject({ dataset: 'o365.audit', ownTime: true })
    expect(refusal({ ...document, '@timestamp': 'now' })).toMatchObject({ code: 'time-unreadable' })
  })
})

describe('anything else is stored as it came', () => {
  test('with its dataset and a time', () => {
    expect(one({ a: { b: null }, c: [] }).fields).toEqual({
      a: { b: null },
      c: [],
      '@timestamp': iso(RECEIVED),
      event: { dataset: 'generic' },
      data_stream: { type: 'logs', dataset: 'generic', namespace: 'default' },
    })
  })

  test('a document for a named index gets nothing but a time', () => {
    const { events } = toEvents({
      records: [{ line: 1, raw: '{"a":1}', record: { a: 1 }, index: 'mine', docId: '7' }],
      dataset: null,
      source: 's',
      drill: null,
      receivedAt: RECEIVED,
      batchId: 'b',
      geo: null,
    })
    expect(events[0]!.event.fields).toEqual({ a: 1, '@timestamp': iso(RECEIVED) })
    expect(events[0]!.event).toMatchObject({ identity: 'mine/7', ownTime: false, index: 'mine' })
  })

  test.each<[Fields, number | null]>([
    [{ '@timestamp': '2026-05-31T10:00:00+02:00' }, Date.UTC(2026, 4, 31, 8)],
    [{ '@timestamp': 1000 }, 1000],
    [{ '@timestamp': '1000' }, 1000],
    [{ '@timestamp': '2026-05-31T10:00:00Z', time: '2020-01-01T00:00:00Z' }, Date.UTC(2026, 4, 31, 10)],
    [{ timestamp: '2026-05-31T10:00:00Z' }, Date.UTC(2026, 4, 31, 10)],
    [{ time: 1780221600 }, 1780221600000],
    [{ time: '1780221600.789' }, 1780221600789],
    [{ time: '1780221600789000000' }, 1780221600789],
    [{ TimeGenerated: '5/31/2026 10:00:00 AM' }, Date.UTC(2026, 4, 31, 10)],
    [{ eventTime: '2026-05-31T10:00:00Z' }, Date.UTC(2026, 4, 31, 10)],
    [{ time: 'noon' }, null],
    [{ time: 0 }, null],
    [{ '@timestamp': 'noon' }, null],
    [{}, null],
  ])('the time of %j', (record, expected) => {
    const event = one(record)
    expect(event).toMatchObject({ time: expected ?? RECEIVED, ownTime: expected !== null })
    if (expected === null) expect(event.fields['@timestamp']).toBe(iso(RECEIVED))
  })

  test('a timestamp that is none is kept beside', () => {
    expect(one({ '@timestamp': 'noon' }).fields['vedette']).toEqual({ timestamp_as_sent: 'noon' })
  })
})

describe('clocks', () => {
  const at = (offset: number) => one(audit({ CreationTime: iso(RECEIVED + offset) }))

  test('a time far ahead is stored as sent, counted at receipt, and flagged', () => {
    const event = at(3_600_000)
    expect(event).toMatchObject({ time: RECEIVED, ownTime: false })
    expect(event.fields).toMatchObject({
      '@timestamp': iso(RECEIVED + 3_600_000),
      vedette: { clock_ahead: true },
    })
  })

  test('a time a little ahead is a matter of clocks', () => {
    const event = at(5 * 60_000)
    expect(event).toMatchObject({ time: RECEIVED + 5 * 60_000, ownTime: true })
    expect(event.fields['vedette']).not.toHaveProperty('clock_ahead')
  })
})

describe('identity', () => {
  const ids = (records: unknown, batchId = 'batch-1') =>
    ingest(records, { batchId }).events.map(({ event }) => event.id)

  test('two identical lines stay two, and a retry of their batch is the same two', () => {
    const first = ids([{ a: 1 }, { a: 1 }])
    expect(new Set(first).size).toBe(2)
    expect(ids([{ a: 1 }, { a: 1 }])).toEqual(first)
    expect(ids([{ a: 1 }, { a: 1 }], 'batch-2')).not.toEqual(first)
  })

  test('a record with an id of its own is the same in any batch', () => {
    expect(ids(audit(), 'batch-1')).toEqual(ids(audit(), 'batch-2'))
  })

  test('an id holds the source’s own, and ids of two datasets never meet', () => {
    const Id = '5f1c0c7e-0001-4a00-9b00-000000000001'
    const mirror = one(audit({ Id, CreationTime: '2026-06-01T08:30:15', RecordType: 15 }))
    const signIn = one(diagnostic())
    expect(mirror.id).toContain(Id)
    expect(signIn.id).toContain(Id)
    expect(mirror.id).not.toBe(signIn.id)
    expect(parseEventId(signIn.id)).toEqual({
      second: Math.floor(signIn.time / 1000),
      dataset: 'azure.signinlogs',
      identity: Id,
    })
  })

  test('a document id stays known beside the source’s own', () => {
    const { events } = toEvents({
      records: [{ line: 1, raw: '{}', record: audit(), index: 'logs-o365.audit-default', docId: 'X' }],
      dataset: null,
      source: 's',
      drill: 'drill-1',
      receivedAt: RECEIVED,
      batchId: 'b',
      geo: null,
    })
    expect(events[0]!.event).toMatchObject({
      identity: '5f1c0c7e-0011-4a00-9b00-000000000011',
      drill: 'drill-1',
      docId: 'X',
    })
  })
})

test('lines keep their numbers, and raw is what was sent', () => {
  const { events, rejections } = ingest([audit(), { b: 1 }, audit({ Id: 'second' })], {
    dataset: 'o365.audit',
  })
  expect(events.map(({ line }) => line)).toEqual([1, 3])
  expect(rejections.map(({ line }) => line)).toEqual([2])
  expect(events[0]!.event.raw).toBe(JSON.stringify(audit()))
})

describe('no record can take its batch with it', () => {
  const odd = fc.constantFrom<Json>(
    null,
    '',
    'x',
    '{',
    '[1]',
    '{"a":{}}',
    0,
    -1,
    1e300,
    true,
    [],
    {},
    [null, 'x', [1]],
    [{ Name: 1, Value: {} }],
    { a: null },
  )
  const changed = (record: Fields) =>
    fc.dictionary(fc.constantFrom(...Object.keys(record), ...MORE_KEYS), odd, {
      maxKeys: 8,
      noNullPrototype: true,
    })

  test.each<[string, (changes: Fields) => Fields]>([
    ['sign-ins', (changes) => diagnostic(changes)],
    ['properties of sign-ins', (changes) => diagnostic({}, changes)],
    ['audit records', audit],
    ['audit records of a mailbox', (changes) => audit({ RecordType: 2, ...changes })],
    ['alerts', (changes) => audit({ RecordType: 40, ...changes })],
    ['documents', (changes) => ({ ...one(diagnostic()).fields, ...changes })],
    ['Entra’s audit records', (changes) => ({ ...entraAudit, ...changes })],
    ['properties of Entra’s audit records', (changes) => ({ ...entraAudit, properties: changes })],
    [
      'logs of OpenTelemetry',
      (changes) => ({ otel: { log: { body: changes, ...changes }, resource: changes } }),
    ],
    ['their attributes', (changes) => ({ otel: { log: { attributes: changes }, scope: changes } })],
    ['entries of the journal', (changes) => ({ journald: { __CURSOR: 'c', ...changes } })],
    [
      'lines of syslog',
      (changes) => ({ PROGRAM: 'sshd', MESSAGE: 'Invalid user x from 192.0.2.1', ...changes }),
    ],
    [
      'events of Windows',
      (changes) => ({ winlog: { channel: 'Security', event_id: 4625, ...changes }, ...changes }),
    ],
    ['anything', (changes) => changes],
  ])('%s with odd values become an event or a rejection with a reason', (_, make) => {
    fc.assert(
      fc.property(changed(make({})), (changes) => {
        const { events, rejections } = ingest(make(changes))
        expect(events.length + rejections.length).toBe(1)
        expect(rejections.map(({ code }) => code)).not.toContain('normalise-failed')
      }),
      { numRuns: Number(process.env['VEDETTE_PROPERTY_RUNS'] ?? 500) },
    )
  })
})

const entraAudit = { category: 'AuditLogs', time: '2026-06-01T08:00:00Z', properties: { id: 'x' } }

const MORE_KEYS =
  'status location deviceDetail authenticationProcessingDetails ipAddress Level durationMs resultType properties event message source geo azure o365 vedette data_stream @timestamp ClientIPAddress ExtendedProperties ModifiedProperties OperationProperties Actor Target Item Data AlertLinks Members AppAccessContext Folders UserAgent FileSize DeviceName MailboxOwnerUPN Sender auditData AuditData o365audit time initiatedBy targetResources additionalDetails result Level body attributes MESSAGE log otel journald winlog host process event_data host.name client.address enduser.id time_unix_nano __REALTIME_TIMESTAMP PRIORITY'.split(
    ' ',
  )
