/** What the audit trail keeps of a change: what differs, never a secret, and never much. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHANNEL_KINDS, CHANNEL_SECRETS } from '../../server/domain/channel.ts'
import type { Json } from '../../server/domain/json.ts'
import { entryText, readEntryText } from '../../server/store/audit-entry.ts'
import { recordChange } from '../../server/store/audit-record.ts'
import type { RecordKind } from '../../server/store/store.ts'

const HASH = 'scrypt$5f2c91'
const told = (kind: RecordKind, id: string, before: Json, after: Json) => {
  const text = entryText({ detail: null, change: recordChange(kind, id, before, after) })
  const { before: was, after: is } = readEntryText(text)
  return [was, is]
}

test.each<[string, RecordKind, string, Json, Json, Json, Json]>([
  [
    "a user's new password",
    'user',
    'bea',
    { name: 'Bea', role: 'viewer', password: HASH },
    { name: 'Bea', role: 'viewer', password: `${HASH}0` },
    { password: '[secret]' },
    { password: '[another secret]' },
  ],
  [
    'a field of a user that nobody thought of',
    'user',
    'bea',
    { role: 'viewer' },
    { role: 'viewer', pin: 1234 },
    {},
    { pin: '[secret]' },
  ],
  [
    'a key',
    'key',
    'k',
    null,
    { name: 'fluent-bit', scopes: ['ingest'], hash: HASH },
    null,
    { name: 'fluent-bit', scopes: ['ingest'], hash: '[secret]' },
  ],
  [
    'a recovery code that was used',
    'setting',
    'totp:bea',
    { on: true, secret: 'JBSWY3DP', usedStep: 1, recovery: ['a', 'b'] },
    { on: true, secret: 'JBSWY3DP', usedStep: 1, recovery: ['b'] },
    { recovery: '[2 secrets]' },
    { recovery: '[1 other secrets]' },
  ],
  [
    'a setting with something secret deep inside',
    'setting',
    'mail',
    null,
    { servers: [{ host: 'a', clientSecret: 'x', 'api-key': 'x' }] },
    null,
    { servers: [{ host: 'a', clientSecret: '[secret]', 'api-key': '[secret]' }] },
  ],
  [
    'an address that is a secret, of a channel',
    'channel',
    'c',
    { kind: 'slack', config: { url: 'https://hooks.example/T0/B0/x' } },
    { kind: 'webhook', config: { url: 'https://soc.example/', headers: { 'X-Auth': HASH } } },
    { kind: 'slack', config: { url: '[secret]' } },
    { kind: 'webhook', config: { url: '[another secret]', headers: '[secret]' } },
  ],
  [
    "a rule's severity, against what its file says",
    'rule',
    'r',
    {
      source: { severity: 'high', threshold: { more_than: 50, within: '1h' } },
      changes: {},
      matchVersion: 1,
    },
    {
      source: { severity: 'high', threshold: { more_than: 50, within: '1h' } },
      changes: { severity: 'low', enabled: false, threshold: { more_than: 80 } },
      matchVersion: 2,
    },
    { enabled: true, severity: 'high', threshold: { more_than: 50 } },
    { enabled: false, severity: 'low', threshold: { more_than: 80 } },
  ],
  [
    'a rule that is about secrets, which holds none',
    'rule',
    'r',
    { source: { detection: { Token: 'x' } } },
    { source: { detection: { Token: 'y' } } },
    { source: { detection: { Token: 'x' } } },
    { source: { detection: { Token: 'y' } } },
  ],
])('%s', (_, kind, id, before, after, was, is) => {
  expect(told(kind, id, before, after)).toEqual([was, is])
})

test.each(CHANNEL_KINDS)(
  'nothing secret of a channel of the kind %s is told, made, changed or deleted',
  (kind) => {
    const body = (n: number) => ({
      kind,
      config: Object.fromEntries(CHANNEL_SECRETS[kind].map((name) => [name, `${HASH}-${n}`])),
    })
    const changes = [told('channel', 'c', null, body(1)), told('channel', 'c', body(1), body(2))]
    changes.push(told('channel', 'c', body(2), null))
    expect(JSON.stringify(changes)).not.toContain(HASH)
    expect(JSON.stringify(changes).match(/\[(another )?secret\]/g)).toHaveLength(
      CHANNEL_SECRETS[kind].length * 4,
    )
  },
)

test('of a long query only what differs is kept, with what stands around it', () => {
  const query = (risk: string) =>
    `${'any where x == 1 or '.repeat(100)}risk == "${risk}"${' or y == 2'.repeat(100)}`
  const [was, is] = told('rule', 'r', { query: query('high') }, { query: query('low') }) as {
    query: string
  }[]
  expect(was!.query).toMatch(/^….*risk == "high".*…$/)
  expect(is!.query).toMatch(/^….*risk == "low".*…$/)
  expect(was!.query.length).toBeLessThan(220)
})

test.each<[string, Json]>([
  ['a long text', 'x'.repeat(1e6)],
  ['many fields', Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`field${i}`, i]))],
  ['many items', { list: Array.from({ length: 50_000 }, (_, i) => ({ i })) }],
  ['a long name', { ['n'.repeat(1e6)]: 1 }],
])('%s fills no more than a page, and what is small beside it is still told', (_, large) => {
  const change = recordChange('rule', 'r', null, { large, enabled: true })
  const text = entryText({ detail: { large }, change })
  expect(text.length).toBeLessThan(50_000)
  expect(readEntryText(text)).toMatchObject({ before: null, after: { enabled: true } })
})

test('any two states can be told, and only what differs is', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)
  fc.assert(
    fc.property(json, json, (before, after) => {
      const text = entryText({
        detail: null,
        change: recordChange('rule', 'r', { before }, { before: after }),
      })
      const read = readEntryText(text)
      const isSame = JSON.stringify(before) === JSON.stringify(after)
      if (isSame) expect(read).toEqual({ detail: null, before: {}, after: {} })
      expect(entryText({ detail: null, change: read }).length).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 300 },
  )
})

test.each<[Json]>([[null], ['a'], [{ ids: [1] }], [{ from: 1, to: 2 }], [{ before: 1, after: 2 }]])(
  'what was written before changes were kept is read as it is: %j',
  (detail) => {
    expect(readEntryText(JSON.stringify(detail))).toEqual({ detail, before: null, after: null })
  },
)
