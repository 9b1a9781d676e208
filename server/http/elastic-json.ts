/** How Elasticsearch writes answers: its errors, its product header, and `filter_path`. */
import type { Request } from 'express'
import { z } from 'zod'
import type { Json } from '../domain/json.ts'
import { nameFits } from '../domain/name-pattern.ts'
import type { Problem } from './problem.ts'
import type { Dialect } from './route.ts'

const HEADERS = { 'x-elastic-product': 'Elasticsearch' }

export const ELASTIC: Dialect = {
  // Official clients refuse an answer without it, even after the data is stored, and then send it again.
  headers: HEADERS,
  answer(problem) {
    const { status, message: reason, headers } = problem
    return { status, json: errorBody({ type: errorType(problem), reason }, status), headers }
  },
  jsonType,
  // rsyslog, which names no user agent, takes any answer but 200 as final; after a cut connection it tries again.
  cutWhenFull: (request) => request.headers['user-agent'] === undefined,
}

export function errorBody({ type, reason }: { type: string; reason: string }, status: number) {
  return { error: { root_cause: [{ type, reason }], type, reason }, status }
}

/** Clients from 8 on ask for a version of the answers, and check that they got it. */
function jsonType(request: Request): string {
  const asked = /application\/vnd\.elasticsearch\+json\s*;\s*compatible-with=(\d+)/i.exec(
    request.headers.accept ?? '',
  )
  return asked ? `application/vnd.elasticsearch+json;compatible-with=${asked[1]}` : 'application/json'
}

function errorType(problem: Problem): string {
  switch (problem.status) {
    case 400:
      return 'parse_exception'
    case 401:
    case 403:
      return 'security_exception'
    case 404:
      return 'resource_not_found_exception'
    case 413:
      return 'content_too_long_exception'
    case 415:
      return 'media_type_header_exception'
    default:
      return problem.status < 500 ? 'illegal_argument_exception' : 'exception'
  }
}

/** `filter_path`, once or several times. */
export const filterPathQuery = z
  .union([z.string().max(1000), z.array(z.string().max(1000)).max(100)])
  .transform((given) => [given].flat().join(','))
  .optional()
  .meta({ description: 'Keeps only these parts of the answer: `errors,items.*.error`.' })

/**
 * Keeps only what the patterns name: `errors,items.*.error`. `*` is one name, `**` any number, arrays are looked
 * through; a pattern that names an object keeps all of it. Without patterns, everything.
 */
export function filterPath(answer: unknown, patterns: string | undefined): unknown {
  if (!patterns) return answer
  const paths = patterns
    .split(',')
    .filter(Boolean)
    .map((pattern) => partsOf(pattern.trim()))
  if (paths.some(([first]) => first!.startsWith('-'))) return answer
  return keep(answer as Json, paths) ?? {}
}

function keep(node: Json, paths: string[][]): Json | undefined {
  // A path that is used up names all that is here.
  if (paths.some((path) => path.every((part) => part === '**'))) return node
  if (typeof node !== 'object' || node === null) return undefined
  if (Array.isArray(node)) {
    const kept = node.flatMap((item) => keep(item, paths) ?? [])
    return kept.length > 0 ? kept : undefined
  }
  const kept = Object.entries(node).flatMap(([name, value]) => {
    const rest = distinct(paths.flatMap((path) => after(path, name)))
    const inside = rest.length > 0 ? keep(value, rest) : undefined
    return inside === undefined ? [] : [[name, inside] as const]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** Several `**` in a row say no more than one, and would have to be tried in every way. */
function partsOf(pattern: string): string[] {
  return pattern.split('.').filter((part, i, all) => part !== '**' || all[i - 1] !== '**')
}

/** Without what is there twice: of `**.a.**.a` there is more than one way to the same rest, and more with each level. */
function distinct(paths: string[][]): string[][] {
  return [...new Map(paths.map((path) => [path.join('.'), path])).values()]
}

/** What is left of a path once this name is passed; none where the name does not fit. */
function after(path: string[], name: string): string[][] {
  const [first, ...rest] = path
  if (first === '**') return [path, ...after(rest, name)]
  return first !== undefined && nameFits(first, name) ? [rest] : []
}
