/** Puts the table of routes into express: admit, then read, then handle, then answer. */
import type { Express, Request, Response } from 'express'
import type { Gate } from './auth/gate.ts'
import { type RawBody, readBody } from './body.ts'
import type { Context } from './context.ts'
import { Overloaded } from './parts.ts'
import { pathPattern } from './path-pattern.ts'
import { Problem } from './problem.ts'
import { sendOverloaded, sendProblem, toProblem } from './problem-json.ts'
import { readQuery } from './query.ts'
import type { Answer, Route } from './route.ts'
import { sendAnswer } from './send.ts'

/** `onChange`: a person or a program changed something, perhaps who may do what. */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  parts: { gate: Gate; context: Context; onChange(): void },
): void {
  const { gate, context } = parts
  for (const route of routes) {
    app[route.method](expressPath(route.path), async (request, response) => {
      response.locals.route = route.path
      response.locals.dialect = route.dialect
      try {
        sendAnswer(response, await handle(route, request, response, gate, context))
        if (route.method !== 'get' && !isForShippers(route)) parts.onChange()
      } catch (error) {
        answerError(error, route, response, context)
      }
    })
  }
}

/** What no route took. Whoever shows no credentials does not learn which paths exist. */
export function mountNothing(app: Express, routes: readonly Route[], gate: Gate): void {
  app.use(async (request) => {
    await gate.admit(request, 'any')
    throw noRoute(routes, request)
  })
}

async function handle(
  route: Route,
  request: Request,
  response: Response,
  gate: Gate,
  context: Context,
): Promise<Answer> {
  if (route.keyParameter) takeKey(request, route.keyParameter)
  const who = await gate.admit(request, route.access)
  const query = route.query ? readQuery(route.query, request.query) : {}
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const params = request.params as Record<string, string>
  const handleWith = (body: unknown) =>
    route.handle({ request, who, params, query, body, now: context.clock(), signal: gone.signal })
  if (!route.body || route.body.streamed) return handleWith(route.body?.read(NOTHING))
  const { maxBody } = context.settings
  if (!isForShippers(route)) {
    // Nobody knows yet who sends it: no more than a name and a password need.
    const limit = route.access === 'public' ? Math.min(maxBody, PUBLIC_BODY) : maxBody
    return handleWith(route.body.read(await readBody(request, limit)))
  }
  const arrival = await context.intake.arrive(request, who)
  try {
    const raw = await readBody(request, maxBody, arrival)
    arrival.arrived()
    const body = route.body.read(raw)
    return await context.intake.turn(request, who, raw.bytes.byteLength, () => handleWith(body))
  } finally {
    arrival.leave()
  }
}

const PUBLIC_BODY = 64 * 1024

function isForShippers({ access }: Route): boolean {
  return typeof access !== 'string' && access.includes('ingest')
}

function answerError(error: unknown, { dialect }: Route, response: Response, context: Context): void {
  if (error instanceof Overloaded) {
    context.metrics.overloaded()
    if (dialect?.cutWhenFull?.(response.req)) response.req.socket.destroy()
    else sendOverloaded(response.set(dialect?.headers ?? {}), error, dialect?.busy)
    return
  }
  sendProblem(response, toProblem(error, response, context.log))
}

const NOTHING: RawBody = { bytes: new Uint8Array(), type: '' }

/** A key in the query counts as one in the header, and is gone from the request before anything could write it down. */
function takeKey(request: Request, parameter: string): void {
  const { [parameter]: key } = request.query
  if (typeof key !== 'string') return
  request.headers.authorization ??= `Splunk ${key}`
  for (const name of ['url', 'originalUrl'] as const)
    request[name] = withoutParameter(request[name], parameter)
}

function withoutParameter(url: string, parameter: string): string {
  const [path, query = ''] = url.split('?', 2) as [string, string?]
  const kept = query.split('&').filter((pair) => pair.split('=', 1)[0] !== parameter)
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path
}

function noRoute(routes: readonly Route[], request: Request): Problem {
  const methods = routes
    .filter((route) => pathPattern(route.path).test(request.path))
    .map((route) => route.method.toUpperCase())
  if (methods.length === 0) return new Problem('notFound', `There is nothing at ${request.path}.`)
  const allow = [...new Set(methods)].join(', ')
  return new Problem('methodNotAllowed', `Here one can ${allow}.`, { headers: { allow } })
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
