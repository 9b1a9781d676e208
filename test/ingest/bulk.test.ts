import { expect, test } from 'vitest'
import { decodeBulk } from '../../server/ingest/bulk.ts'

const items = (body: string, index: string | null = null) => {
  const decoded = decodeBulk(Buffer.from(body), index)
  if ('unreadable' in decoded) throw new Error(decoded.unreadable.code)
  return decoded.items.map((item) => ({
    at: [item.position, item.line],
    is: [item.action, item.index, item.docId],
    got:
      'error' in item
        ? [item.error.status, item.error.type, item.error.code]
        : 'change' in item
          ? item.change
          : item.raw,
  }))
}
const doc = '{"a":1}'

test.each<[string, string, (string | null)[], string]>([
  ['index', `{"index":{"_index":"i"}}\n${doc}\n`, ['index', 'i', null], doc],
  ['create with an id', `{"create":{"_index":"i","_id":"x"}}\n${doc}`, ['create', 'i', 'x'], doc],
  ['a number as id', `{"index":{"_index":"i","_id":7}}\n${doc}`, ['index', 'i', '7'], doc],
  ['an index of the URL', `{"index":{}}\n${doc}`, ['index', 'url', null], doc],
  [
    'more keys than we know',
    `{"create":{"_index":"i","pipeline":null},"attempts":0}\n${doc}`,
    ['create', 'i', null],
    doc,
  ],
  ['blank lines and CRLF', `\r\n{"index":{"_index":"i"}}\r\n\r\n${doc}\r\n\r\n`, ['index', 'i', null], doc],
])('%s', (_, body, is, raw) => {
  expect(items(body, 'url')).toMatchObject([{ is, got: raw }])
})

test.each<[string, string, object]>([
  ['a part of a document', `{"doc":${doc}}`, { doc: { a: 1 }, upsert: null }],
  [
    'a document where there is none yet',
    `{"doc":${doc},"doc_as_upsert":true,"detect_noop":false}`,
    { doc: { a: 1 }, upsert: { a: 1 } },
  ],
  ['another document there', `{"doc":${doc},"upsert":{"b":2}}`, { doc: { a: 1 }, upsert: { b: 2 } }],
])('an update says %s', (_, line, change) => {
  const body = `{"update":{"_index":"i","_id":"x","retry_on_conflict":3}}\n${line}\n`
  expect(items(body)).toMatchObject([{ is: ['update', 'i', 'x'], got: change }])
})

test.each<[string, string, (string | number)[]]>([
  ['a delete', '{"delete":{"_index":"i","_id":"x"}}', [400, 'illegal_argument_exception', 'bulk-delete']],
  [
    'an update by script',
    '{"update":{"_index":"i","_id":"x"}}\n{"script":{},"upsert":{"a":1}}',
    [400, 'illegal_argument_exception', 'bulk-script'],
  ],
  [
    'an update with nothing in it',
    '{"update":{"_index":"i","_id":"x"}}\n{"upsert":{"a":1}}',
    [400, 'illegal_argument_exception', 'bulk-update'],
  ],
  [
    'an update without id',
    `{"update":{"_index":"i"}}\n{"doc":${doc},"doc_as_upsert":true}`,
    [400, 'illegal_argument_exception', 'bulk-id'],
  ],
  [
    'an empty id',
    `{"index":{"_index":"i","_id":""}}\n${doc}`,
    [400, 'illegal_argument_exception', 'bulk-id'],
  ],
  ['no index', `{"index":{}}\n${doc}`, [400, 'action_request_validation_exception', 'bulk-index']],
  [
    'an index with a slash',
    `{"index":{"_index":"a/b"}}\n${doc}`,
    [400, 'invalid_index_name_exception', 'bulk-index'],
  ],
  ['an action line that is no JSON', `{"index":\n${doc}`, [400, 'illegal_argument_exception', 'not-json']],
  [
    'an unknown action',
    `{"upsert":{"_index":"i"}}\n${doc}`,
    [400, 'illegal_argument_exception', 'bulk-action'],
  ],
  [
    'a document that is no JSON',
    '{"index":{"_index":"i"}}\n{"a":',
    [400, 'document_parsing_exception', 'not-json'],
  ],
  [
    'a document that is a list',
    '{"index":{"_index":"i"}}\n[1]',
    [400, 'document_parsing_exception', 'not-an-object'],
  ],
  [
    'a document that is too large',
    `{"index":{"_index":"i"}}\n{"a":"${'x'.repeat(1 << 20)}"}`,
    [400, 'document_parsing_exception', 'record-too-large'],
  ],
])('%s is one item with status 400, and the next is taken', (_, broken, error) => {
  expect(items(`${broken}\n{"index":{"_index":"i"}}\n${doc}\n`)).toMatchObject([
    { at: [1, 1], got: error },
    { at: [2, expect.any(Number)], is: ['index', 'i', null], got: doc },
  ])
})

test('an action without its document at the end is one item with status 400', () => {
  expect(items('{"index":{"_index":"i"}}\n')).toMatchObject([
    { got: [400, 'illegal_argument_exception', 'bulk-source'] },
  ])
})

test('a broken action directly before another does not swallow it', () => {
  expect(items(`{"index":\n{"index":{"_index":"i"}}\n${doc}`)).toMatchObject([
    { at: [1, 1] },
    { at: [2, 2], got: doc },
  ])
})

test('more actions than a request may hold are refused whole', () => {
  const pair = `{"index":{}}\n{}\n`
  expect(decodeBulk(Buffer.from(pair.repeat(250_001)), 'i')).toMatchObject({
    unreadable: { code: 'too-many-records' },
  })
})

test('an empty body is unreadable', () => {
  expect(decodeBulk(Buffer.from('\n\n'), 'i')).toMatchObject({ unreadable: { code: 'empty-body' } })
})

test.each([
  ['no index', '{"index":{}}'],
  ['an id that cannot be one', '{"index":{"_index":"i","_id":""}}'],
  ['an unknown action', '{"nope":{"_index":"i"}}'],
  ['an index that cannot be one', '{"create":{"_index":"a b"}}'],
])('a document behind an action line with %s is kept, and the reason names the line', (_, action) => {
  const decoded = decodeBulk(Buffer.from(`${action}\n${doc}\n{"index":{"_index":"i"}}\n{"b":2}\n`), null)
  const [refused, stored] = 'items' in decoded ? decoded.items : []
  expect(refused).toMatchObject({ error: { status: 400, raw: doc } })
  expect(JSON.stringify(refused)).toContain(JSON.stringify(action).slice(1, -1))
  expect(stored).toMatchObject({ raw: '{"b":2}' })
})
