/** Which paths are Elasticsearch's, also under a prefix that a shipper was told to use, such as `/api/default`. */
import type { Request, RequestHandler } from 'express'
import { ELASTIC } from './elastic-json.ts'
import { pathPattern } from './path-pattern.ts'
import type { Route } from './route.ts'

/**
 * Takes the prefix off, before any route looks, and marks the request so that whatever becomes of it is answered as
 * Elasticsearch does. Where it could be either, the first name of a path is an index, and of `/a/b/_bulk` as little as
 * possible is prefix: so a document without an index of its own still has one.
 */
export function elasticPaths(routes: readonly Route[]): RequestHandler {
  // Any name of one part would be an index.
  const paths = new Set(routes.map(({ path }) => path).filter((path) => path !== INDEX))
  const known = anyOf([...paths])
  const own = anyOf([...paths].filter((path) => path.includes('/_')))

  return (request, response, next) => {
    const path = elasticPath(request, known, own)
    if (path !== null) {
      response.locals.dialect = ELASTIC
      response.set(ELASTIC.headers)
      request.url = path + request.url.slice(request.path.length)
    }
    next()
  }
}

const INDEX = '/{index}'
const OUR_OWN = /^\/api\/v1(?:\/|$)/
/** What people set as prefix: by these names alone it is clear that no index is meant. */
const PREFIX = /^\/(?:elastic|elasticsearch|es|opensearch|api\/[^/]+)(?=\/|$)/

/** The path without prefix; null: not Elasticsearch's. */
function elasticPath({ path: sent, method, headers }: Request, known: RegExp, own: RegExp): string | null {
  // Clients from before version 8 name a type: it would be an `_id` here.
  const path = sent.replace(/\/_doc\/_bulk\/?$/, '/_bulk')
  if (OUR_OWN.test(path)) return null
  const short = path.replace(PREFIX, '')
  if (path.includes('/_')) {
    if (short !== path && short !== '/_bulk' && own.test(short)) return short
    return known.test(path) ? path : (withoutPrefix(path, own) ?? path)
  }
  if (known.test(path)) return null
  const isRead = method === 'GET' || method === 'HEAD'
  if (isRead && isGreeting(path, headers['user-agent'] ?? '')) return '/'
  // An index is looked for with HEAD and made with PUT.
  const mayBeIndex = method === 'HEAD' || method === 'PUT'
  return mayBeIndex && short !== path && /^\/[^/]+$/.test(short) ? short : null
}

function withoutPrefix(path: string, own: RegExp): string | null {
  let rest = path
  while (!rest.startsWith('/_')) {
    const next = rest.indexOf('/', 1)
    if (next === -1) return null
    rest = rest.slice(next)
    if (own.test(rest)) return rest
  }
  return null
}

/** Beats ask for the prefix itself, Logstash for the prefix with a slash. */
function isGreeting(path: string, agent: string): boolean {
  if (path.replace(PREFIX, '').replace('/', '') === '') return true
  return /^(?:\/[^/]+){1,3}\/$/.test(path) || (/beat\//i.test(agent) && /^(?:\/[^/]+){1,3}$/.test(path))
}

function anyOf(paths: readonly string[]): RegExp {
  return new RegExp(paths.map((path) => pathPattern(path).source).join('|'))
}
