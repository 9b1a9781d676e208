import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'
import { API_KEY } from './world.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
})
afterAll(() => line.stop())

const properties = (types: Record<string, string>) => ({
  properties: Object.fromEntries(Object.entries(types).map(([path, type]) => [path, { type }])),
})
async function send(method: string, path: string, json?: unknown): Promise<{ status: number; answer: any }> {
  const response = await line.request(path, { method, ...(json === undefined ? {} : { json }) })
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
  const text = await response.text()
  return { status: response.status, answer: text === '' ? null : JSON.parse(text) }
}
async function kept(path: string, json: unknown, method = 'PUT'): Promise<void> {
  expect(await send(method, path, json)).toEqual({ status: 200, answer: { acknowledged: true } })
}
async function ids(index: string, query: string): Promise<string> {
  const { answer } = await send('POST', `/${index}/_eql/search`, { query })
  expect(answer.error).toBeUndefined()
  return answer.hits.events.map((hit: any) => hit._id).join()
}

const DOCUMENTS = [
  { v: '1.10.0', d: '2026-01-01T00:00:00+01:00', host: { ip: '::ffff:10.0.0.1' } },
  { v: '1.9.0', d: '2026-01-02', host: { ip: '192.168.0.1' } },
]
const load = (index: string) =>
  line.bulk(
    DOCUMENTS.map((one, i) => ({ index, id: i + 1, json: JSON.stringify({ '@timestamp': i + 1, ...one }) })),
  )
const TYPES = { v: 'version', d: 'date' }
const IP = { properties: { host: properties({ ip: 'ip' }) } }
const BY_VERSION = 'any where v > "1.9.5"'
const BY_DATE = 'any where d < "2026-01-01"'
const BY_IP = 'any where host.ip == "10.0.0.1"'

describe('what a template says holds for documents that come later', () => {
  test('without one they compare as the text they are', async () => {
    await load('plain-1')
    for (const query of [BY_VERSION, BY_DATE, BY_IP]) expect(await ids('plain-1', query)).toBe('')
  })

  test.each<[string, string, (pattern: string) => Promise<void>]>([
    [
      'an index template',
      'whole',
      (pattern) =>
        kept('/_index_template/whole', {
          index_patterns: [pattern],
          template: { mappings: { properties: { ...properties(TYPES).properties, ...IP.properties } } },
        }),
    ],
    [
      'an index template sent with POST, and a component of it',
      'composed',
      async (pattern) => {
        await kept('/_component_template/hosts', { template: { mappings: IP } })
        const template = { mappings: properties(TYPES) }
        await kept(
          '/_index_template/composed',
          { index_patterns: [pattern], template, composed_of: ['hosts'] },
          'POST',
        )
      },
    ],
    [
      'components alone',
      'components',
      async (pattern) => {
        await kept('/_component_template/hosts', { template: { mappings: IP } })
        await kept('/_component_template/times', { template: { mappings: properties(TYPES) } })
        await kept('/_index_template/components', {
          index_patterns: pattern,
          composed_of: ['hosts', 'times'],
        })
      },
    ],
    [
      'a legacy template',
      'legacy',
      (pattern) =>
        kept('/_template/legacy', {
          index_patterns: [pattern],
          mappings: { properties: { ...properties(TYPES).properties, ...IP.properties } },
        }),
    ],
  ])('%s', async (_name, index, make) => {
    await make(`${index}-*`)
    await load(`${index}-1`)
    for (const query of [BY_VERSION, BY_DATE, BY_IP]) expect(await ids(`${index}-1`, query)).toBe('1')
  })

  test('the higher priority wins, whichever came first', async () => {
    const put = (name: string, priority: number, type: string) =>
      kept(`/_index_template/${name}`, {
        index_patterns: ['ranked-*'],
        priority,
        template: { mappings: properties({ v: type }) },
      })
    await put('ranked-a', 10, 'version')
    await put('ranked-b', 9, 'date')
    await load('ranked-1')
    expect(await ids('ranked-1', BY_VERSION)).toBe('1')
    await put('ranked-a', 1, 'date')
    await put('ranked-b', 2, 'version')
    expect(await ids('ranked-1', BY_VERSION)).toBe('1')
  })

  test('until it is removed', async () => {
    const template = { mappings: properties(TYPES) }
    await kept('/_index_template/brief', { index_patterns: ['brief-*'], template })
    await load('brief-1')
    expect(await ids('brief-1', BY_VERSION)).toBe('1')
    expect((await send('DELETE', '/_index_template/brief')).answer).toEqual({ acknowledged: true })
    expect(await ids('brief-1', BY_VERSION)).toBe('')
    expect((await send('DELETE', '/_index_template/brief')).status).toBe(404)
  })
})

describe('a template can be read again', () => {
  test.each([
    ['/_index_template/', { index_patterns: ['r-*'], priority: 3, template: { settings: {} } }],
    ['/_component_template/', { template: { mappings: {} }, version: 2 }],
    ['/_template/', { index_patterns: ['r-*'], order: 1, mappings: {} }],
  ])('%s', async (path, body) => {
    const noun = path.slice(2, -1)
    const shape = (name: string) =>
      noun === 'template' ? { [name]: body } : { [`${noun}s`]: [{ name, [noun]: body }] }
    const missing = await send('GET', `${path}same`)
    expect([missing.status, missing.answer.status]).toEqual([404, 404])
    expect(missing.answer.error).toMatchObject({
      type: 'resource_not_found_exception',
      root_cause: [{ type: 'resource_not_found_exception' }],
    })
    expect((await send('HEAD', `${path}same`)).status).toBe(404)
    expect((await send('HEAD', `${path}same*`)).status).toBe(404)
    // All three sorts may have one of the same name.
    await kept(`${path}same`, body)
    expect((await send('HEAD', `${path}same`)).status).toBe(200)
    expect((await send('GET', `${path}same`)).answer).toEqual(shape('same'))
    expect((await send('GET', `${path}sa*e`)).answer).toEqual(shape('same'))
    expect((await send('GET', `${path}other*`)).status).toBe(200)
    const again = await send('PUT', `${path}same?create=true`, body)
    expect([again.status, again.answer.error.type]).toEqual([400, 'illegal_argument_exception'])
  })

  test('and its making is in the audit trail', async () => {
    await kept('/_index_template/audited', { index_patterns: ['audited-*'] })
    const { audit } = await line.get('/api/v1/audit')
    expect(audit[0]).toMatchObject({ verb: 'template.put', subject: 'audited' })
  })
})

test.each([
  ['/_index_template/wrong', [], /no object/],
  ['/_index_template/wrong', null, /no object/],
  ['/_component_template/wrong', 'text', /no object/],
  ['/_template/wrong', 1, /no object/],
  ['/_index_template/wrong', {}, /index patterns/],
  ['/_index_template/wrong', { index_patterns: [1] }, /index patterns/],
  ['/_index_template/wrong', { index_patterns: ['a'], template: [] }, /template/],
  ['/_index_template/wrong', { index_patterns: ['a'], template: { mappings: 1 } }, /mapping/],
  ['/_component_template/wrong', {}, /template/],
  ['/_template/wrong', { index_patterns: 'a', mappings: [] }, /mapping/],
  ['/_index_template/_legacy%2Fa', { index_patterns: ['a'] }, /name/],
  ['/_component_template/a*', { template: {} }, /name/],
])('PUT %s with %j is 400', async (path, body, reason) => {
  const { status, answer } = await send('PUT', path, body)
  expect([status, answer.status]).toEqual([400, 400])
  expect(answer.error.reason).toMatch(reason)
  expect((await send('HEAD', path.replace('*', ''))).status).toBe(404)
})

test('the official client makes, finds and removes them', async () => {
  const client = new Client({ node: line.url, auth: { apiKey: API_KEY } })
  const template = { mappings: { properties: { v: { type: 'version' as const } } } }
  await client.cluster.putComponentTemplate({ name: 'official-part', template })
  await client.indices.putIndexTemplate({
    name: 'official',
    index_patterns: ['official-*'],
    composed_of: ['official-part'],
  })
  expect(await client.indices.existsIndexTemplate({ name: 'official' })).toBe(true)
  const { index_templates: found } = await client.indices.getIndexTemplate({ name: 'official' })
  expect(found[0]!.index_template.composed_of).toEqual(['official-part'])
  await load('official-1')
  expect(await ids('official-1', BY_VERSION)).toBe('1')
  await client.indices.deleteIndexTemplate({ name: 'official' })
  expect(await client.indices.existsIndexTemplate({ name: 'official' })).toBe(false)
  await client.close()
})
