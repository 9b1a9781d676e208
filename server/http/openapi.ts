/** The description of the API, made from the table of routes: what checks a request documents it. */
import { z } from 'zod'
import { route, type Route } from './route.ts'
import { namedSchemas, problem } from './schemas.ts'

export const OPENAPI_PATH = '/api/v1/openapi.json'

type Node = { [key: string]: unknown }

/** The route that answers with the description, its own included. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  let text: string | null = null
  const own: Route = route({
    method: 'get',
    path: OPENAPI_PATH,
    tag: 'operations',
    summary: 'This description',
    access: 'public',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    handle() {
      text ??= JSON.stringify(describe([...routes, own], version))
      return { status: 200, text, type: 'application/json' }
    },
  })
  return own
}

export function describe(routes: readonly Route[], version: string): Node {
  const paths: Record<string, Node> = {}
  for (const one of routes) (paths[one.path] ??= {})[one.method] = operation(one)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vedette',
      version,
      description:
        'Times are ISO 8601 UTC with milliseconds. In requests they may also be epoch milliseconds or relative (now-30d).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: namedComponents(), securitySchemes: SECURITY },
  }
}

const SECURITY = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key; also `ApiKey KEY` and `Splunk KEY`.' },
  basic: { type: 'http', scheme: 'basic', description: 'An API key as password, with any user name.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'vedette_session',
    description: 'Set by signing in; over TLS `__Host-vedette_session`.',
  },
}

function operation(one: Route): Node {
  const isPublic = one.access === 'public'
  const scopes = typeof one.access === 'string' ? [] : one.access
  return {
    operationId: operationId(one),
    tags: [one.tag],
    summary: one.summary,
    ...(scopes.length > 0
      ? { description: `Needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.` }
      : {}),
    security: isPublic ? [] : [{ key: [] }, { basic: [] }, { session: [] }],
    ...parameters(one),
    ...(one.body
      ? { requestBody: { required: one.body.required, content: requestContent(one.body.media) } }
      : {}),
    responses: responses(one, isPublic, scopes.length > 0),
  }
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .split(/[/{}._]+/)
    .filter(Boolean)
  return [method, ...(words.length > 0 ? words : ['root'])]
    .map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('')
}

function parameters({ path, query }: Route): Node {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = query ? queryParameters(query) : []
  const all = [...inPath, ...inQuery]
  return all.length > 0 ? { parameters: all } : {}
}

function queryParameters(query: z.ZodObject): Node[] {
  const { properties = {}, required = [] } = toSchema(query, 'input') as {
    properties?: Record<string, Node>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function requestContent(media: Record<string, z.ZodType>): Node {
  return Object.fromEntries(
    Object.entries(media).map(([type, schema]) => [type, { schema: toSchema(schema, 'input') }]),
  )
}

function responses(one: Route, isPublic: boolean, isScoped: boolean): Node {
  const implied: Route['answers'] = {
    ...(one.query || one.body ? { 400: { description: 'Unreadable, or a query parameter is wrong' } } : {}),
    ...(isPublic ? {} : { 401: { description: 'No credentials, or none that are good' } }),
    ...(isScoped ? { 403: { description: 'Too little scope, or a change from another site' } } : {}),
    ...(one.body
      ? {
          413: { description: 'Unpacked, the body is too large' },
          415: { description: 'The content type or coding is not supported' },
          ...(one.body.media['*/*'] ? {} : { 422: { description: 'Readable, but wrong' } }),
        }
      : {}),
    500: { description: 'The server failed; its log has the cause' },
  }
  const all = { ...implied, ...one.answers }
  return Object.fromEntries(
    Object.entries(all).map(([status, { description, schema, type }]) => [
      status,
      { description, ...content(one, Number(status), schema, type) },
    ]),
  )
}

function content(one: Route, status: number, schema: z.ZodType | undefined, type: string | undefined): Node {
  if (type) return { content: { [type]: { schema: { type: 'string' } } } }
  if (schema) return { content: { 'application/json': { schema: toSchema(schema, 'output') } } }
  if (status < 400) return {}
  if (one.dialect) return { content: { 'application/json': { schema: { type: 'object' } } } }
  return { content: { 'application/problem+json': { schema: toSchema(problem, 'output') } } }
}

const refTo = (id: string) => `#/components/schemas/${id}`

function namedComponents(): Record<string, Node> {
  const { schemas } = z.toJSONSchema(namedSchemas, { uri: refTo, io: 'output', override: tidy })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutHead(schema as Node)]))
}

/** A schema inline, with references for those that have a name. */
function toSchema(schema: z.ZodType, io: 'input' | 'output'): Node {
  const id = namedSchemas.get(schema)?.id
  if (id) return { $ref: refTo(id) }
  const inline = z.toJSONSchema(schema, {
    metadata: namedSchemas,
    io,
    override: tidy,
    unrepresentable: 'any',
  }) as Node
  return withoutHead(JSON.parse(JSON.stringify(inline).replaceAll('"#/$defs/', `"${refTo('')}`)) as Node)
}

function withoutHead(schema: Node): Node {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => !['$schema', '$id', 'id', '$defs'].includes(name)),
  )
}

// The bounds of exact numbers in JavaScript say nothing about the API.
function tidy({ jsonSchema }: { jsonSchema: Node }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
