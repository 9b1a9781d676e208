import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installBuiltIn } from '../../server/pipeline/rulebook.ts'
import { readRule } from '../../server/rules/rule-file.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  const { rule } = readRule(
    { value: { name: 'Came with it', language: 'eql', query: 'any where true' } },
    { builtIn: true },
  )
  await installBuiltIn(world.store, [rule!], () => world.now.value)
})
afterAll(() => world.stop())

const query =
  'sequence by user.email with maxspan=4h [any where event.action == "a"] [any where event.action == "b"]'
const rule = (name: string, more = {}) => ({ name, language: 'eql', query, ...more })
const save = (method: string, path: string, json: unknown, headers = {}) =>
  world.request(path, { method, json, headers })

test('name, language and query are enough; the rest follows', async () => {
  const response = await world.post('/api/v1/rules', rule('Two things in a row'))
  expect(response.status).toBe(201)
  const made = (await response.json()) as any
  expect(made).toMatchObject({
    id: 'two-things-in-a-row',
    kind: 'sequence',
    entity: 'user.email',
    severity: 'medium',
    enabled: true,
    builtIn: false,
    version: 1,
  })
  // Both steps name no dataset: worth knowing, and no error.
  expect(made.warnings.map(({ message }: any) => message)).toEqual(
    Array(2).fill(expect.stringContaining('no dataset')),
  )
  expect(response.headers.get('location')).toBe('/api/v1/rules/two-things-in-a-row')
  expect(response.headers.get('etag')).toBe('"1"')
  expect(await world.get('/api/v1/rules/two-things-in-a-row')).toEqual(made)
  const { rules } = await world.get('/api/v1/rules')
  expect(rules.map(({ id }: any) => id).sort()).toEqual(['came-with-it', 'two-things-in-a-row'])
  expect((await world.post('/api/v1/rules', rule('Two things in a row'))).status).toBe(409)
})

test('a rule comes as YAML too, and errors point into that text', async () => {
  const send = (body: string, type = 'application/yaml') =>
    world.request('/api/v1/rules', { method: 'POST', body, headers: { 'content-type': type } })
  expect((await send('name: From YAML\nlanguage: eql\nquery: |\n  any where true\n')).status).toBe(201)
  const wrong = await send('name: Wrong\nlanguage: eql\nseverity: urgent\nquery: |\n  any where (\n')
  expect(wrong.status).toBe(422)
  const { errors, type } = (await wrong.json()) as any
  expect(type).toBe('/problems/rule-invalid')
  expect(errors.map(({ line }: any) => line)).toEqual([3, 5])
  const broken = await send('name: [unclosed\nlanguage')
  expect(broken.status).toBe(400)
  expect(((await broken.json()) as any).errors[0]).toMatchObject({
    line: expect.any(Number),
    column: expect.any(Number),
  })
  expect((await send('{}', 'application/toml')).status).toBe(415)
})

test('a YAML that swells by aliases is refused', async () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [i, name] of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
    const of = `*${'abcdefgh'[i]}`
    lines.push(`${name}: &${name} [${Array(9).fill(of).join()}]`)
  }
  const headers = { 'content-type': 'application/yaml' }
  const response = await world.request('/api/v1/rules', { method: 'POST', body: lines.join('\n'), headers })
  expect(response.status).toBe(400)
})

test('a rule is replaced, unless someone was faster, and made where there was none', async () => {
  const path = '/api/v1/rules/two-things-in-a-row'
  const replaced = await save('PUT', path, rule('Renamed'), { 'if-match': '"1"' })
  expect([replaced.status, await replaced.json()]).toMatchObject([
    200,
    { id: 'two-things-in-a-row', name: 'Renamed', version: 2 },
  ])
  expect((await save('PUT', path, rule('Too late'), { 'if-match': '"1"' })).status).toBe(412)
  expect((await save('PUT', '/api/v1/rules/by-put', rule('By PUT'))).status).toBe(201)
  expect((await save('PUT', '/api/v1/rules/came-with-it', rule('Mine now'))).status).toBe(409)
  expect((await save('PUT', path, { name: 'x' })).status).toBe(422)
})

test('what a GET shows can be sent back unchanged', async () => {
  const shown = await world.get('/api/v1/rules/by-put')
  const again = await save('PUT', '/api/v1/rules/by-put', shown)
  expect(again.status).toBe(200)
  const { version, ...rest } = (await again.json()) as any
  expect({ ...rest, version: version - 1 }).toEqual(shown)
})

test('a rule is switched off and on, built-in ones too, and only the own ones can be deleted', async () => {
  const off = await save('PATCH', '/api/v1/rules/came-with-it', { enabled: false, severity: 'low' })
  expect(await off.json()).toMatchObject({ enabled: false, severity: 'low', builtIn: true, version: 2 })
  expect(
    (await save('PATCH', '/api/v1/rules/came-with-it', { enabled: true }, { 'if-match': '"1"' })).status,
  ).toBe(412)
  expect((await save('PATCH', '/api/v1/rules/came-with-it', { query: 'any where false' })).status).toBe(422)
  expect((await save('PATCH', '/api/v1/rules/nothing', { enabled: false })).status).toBe(404)
  const remove = async (id: string, headers = {}) =>
    (await world.request(`/api/v1/rules/${id}`, { method: 'DELETE', headers })).status
  expect(await remove('came-with-it')).toBe(409)
  expect(await remove('by-put', { 'if-match': '"1"' })).toBe(412)
  expect(await remove('by-put')).toBe(204)
  expect(await remove('by-put')).toBe(404)
})

test('every change is in the audit trail under who made it', async () => {
  const { audit } = await world.get('/api/v1/audit?size=100')
  const verbs = audit.filter(({ actor }: any) => actor === 'environment').map(({ verb }: any) => verb)
  expect(verbs).toEqual(expect.arrayContaining(['rule.create', 'rule.replace', 'rule.change', 'rule.delete']))
})

describe('validate', () => {
  test('answers all errors of a rule, and keeps nothing', async () => {
    const before = (await world.get('/api/v1/rules')).rules.length
    const response = await world.post('/api/v1/rules/validate', {
      rule: { ...rule('x'), severity: 'urgent', query: 'any where (' },
    })
    expect(response.status).toBe(200)
    const { valid, errors } = (await response.json()) as any
    expect(valid).toBe(false)
    expect(errors.length).toBeGreaterThanOrEqual(2)
    expect((await world.get('/api/v1/rules')).rules).toHaveLength(before)
  })
  test('takes a bare query, and places are places in it', async () => {
    const wrong = await world.post('/api/v1/rules/validate', { language: 'eql', query: 'any where\n  (' })
    const { errors } = (await wrong.json()) as any
    expect(errors[0]).toMatchObject({ line: 2, column: expect.any(Number), message: expect.any(String) })
    const right = await world.post('/api/v1/rules/validate', { language: 'kql', query: 'user.name: alice' })
    expect(await right.json()).toMatchObject({ valid: true, errors: [] })
  })
  test('takes a rule as YAML text, and places are places in that text', async () => {
    const check = async (text: string) =>
      (await (await world.post('/api/v1/rules/validate', { rule: text })).json()) as any
    const good = 'name: A rule\nlanguage: eql\nquery: any where true\n'
    expect(await check(good)).toMatchObject({ valid: true, errors: [] })
    const wrong = await check(`${good.replace('true', '(')}severity: urgent\n`)
    expect(wrong.valid).toBe(false)
    expect(wrong.errors.map(({ line }: any) => line).toSorted()).toEqual([3, 4])
    expect((await check('name: "open')).errors[0]).toMatchObject({ line: 1, message: expect.any(String) })
    expect((await check('text')).valid).toBe(false)
  })
  const SEND = 'Send {"rule": RULE}, an object or YAML text, or {"language": "eql" or "kql", "query": TEXT}'
  test.each([
    [{}, SEND],
    [{ rule: 'name: x', language: 'eql', query: 'any where true' }, SEND],
    [{ language: 'sql', query: 'x' }, 'language must be one of eql, kql; it was "sql"'],
    [{ query: 'x' }, 'language is missing: it must be one of eql, kql'],
    [{ language: 'eql' }, 'query is missing'],
    [{ rule: 1 }, 'rule must be an object or text; it was a number'],
    [[], 'The body must be an object; it was a list'],
  ])('%j is 422 and says what to send', async (json, message) => {
    const response = await world.post('/api/v1/rules/validate', json)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ detail: `${message}.`, errors: [{ message }] })
  })
})
