/** The API description: complete, sound in itself, and true to the routes that express has. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

type Operation = {
  operationId: string
  summary: string
  security: object[]
  parameters?: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}
let world: World
let api: {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
beforeAll(async () => {
  world = await startWorld()
  api = (await (await world.request('/api/v1/openapi.json', { key: null })).json()) as never
})
afterAll(() => world.stop())
const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  )

/** What express really answers, read from its own router. */
function mounted(): string[] {
  const app = world.http.server.listeners('request')[0] as unknown as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] }
  }
  return app.router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
      : [],
  )
}

test('it names the routes that are there, and no others', () => {
  expect(mounted().length).toBeGreaterThan(40)
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(mounted().sort())
})

test('every reference leads to a schema, and every schema is used', () => {
  const text = JSON.stringify(api)
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id!))
  expect([...used].sort()).toEqual(Object.keys(api.components.schemas).sort())
  expect(text).not.toMatch(/\$defs|\$schema|"\$id"/)
})

test('every operation has its own id, a summary, its path parameters, and says what it answers', () => {
  const ids = operations().map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { name, path, operation } of operations()) {
    expect(operation.summary, name).toMatch(/^[A-Z]/)
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    expect(
      inPath.map((parameter) => `{${parameter.name}}`),
      name,
    ).toEqual(path.match(/\{\w+\}/g) ?? [])
    const good = Object.keys(operation.responses).filter((status) => Number(status) < 400)
    expect(good.length, name).toBeGreaterThan(0)
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description, `${name} ${status}`).toMatch(/\w/)
      if (status.startsWith('4') && !path.includes('_bulk') && path !== '/') {
        expect(Object.keys(response.content ?? {}), `${name} ${status}`).toHaveLength(1)
      }
    }
  }
})

test('it says which operations need credentials', () => {
  for (const { name, operation } of operations()) {
    const isOpen =
      /(healthz|readyz|openapi\.json|setup|post \/api\/v1\/session|session\/(ways|oidc|oidc\/callback))$/.test(
        name,
      )
    expect(operation.security, name).toHaveLength(isOpen ? 0 : 3)
    expect('401' in operation.responses, name).toBe(!isOpen || name.endsWith('session'))
  }
})

test('query parameters say their bounds', () => {
  const size = api.paths['/api/v1/alerts']!.get!.parameters!.find(({ name }) => name === 'size')!
  expect(size).toMatchObject({
    in: 'query',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
  })
})
