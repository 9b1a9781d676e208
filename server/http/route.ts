/** A route as data: who may call it, what it takes, what it answers. The API description is made from it. */
import type { Request } from 'express'
import { z } from 'zod'
import type { Scope } from '../domain/access.ts'
import type { Millis } from '../domain/time.ts'
import type { Who } from './auth/who.ts'
import type { BodyReader } from './body.ts'
import { Problem } from './problem.ts'

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete'
/** `public`: anyone. `any`: whoever is known. Otherwise one of the scopes is enough. */
export type Access = 'public' | 'any' | readonly Scope[]

export type Call<Q, B> = {
  request: Request
  who: Who
  params: { [name: string]: string }
  query: Q
  body: B
  now: Millis
  /** Aborted when the client goes away. */
  signal: AbortSignal
}
export type Answer = {
  status: number
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is, with `type`. */
  text?: string
  bytes?: Uint8Array
  type?: string
  headers?: Record<string, string | string[]>
}
export type AnswerSpec = { description: string; schema?: z.ZodType; type?: string }

/** How a protocol of shippers writes errors, and what every answer of it carries. */
export type Dialect = {
  headers: Record<string, string>
  answer(problem: Problem, request: Request): Answer
  /** The media type of JSON answers; absent: `application/json`. */
  jsonType?(request: Request): string
  /** The answer to "full", where the protocol has its own that its clients heed; absent: text that all others retry. */
  busy?: Answer
  /** Clients that lose data on any answer to "full", but not on a cut connection. */
  cutWhenFull?(request: Request): boolean
}

export type RouteSpec<Q extends z.ZodObject, B> = {
  method: Method
  /** As in the API description: `/api/v1/alerts/{id}`. */
  path: string
  tag: string
  summary: string
  access: Access
  /** A query parameter that may hold the key, for a protocol whose clients send it there. */
  keyParameter?: string
  query?: Q
  body?: BodyReader<B>
  answers: { [status: number]: AnswerSpec }
  dialect?: Dialect
  handle(call: Call<z.output<Q>, B>): Promise<Answer> | Answer
}
export type Route = Omit<RouteSpec<z.ZodObject, unknown>, 'handle'> & {
  handle(call: Call<unknown, unknown>): Promise<Answer> | Answer
}

/** Ties the types of one route together, then forgets them: the table holds routes of every type. */
export function route<Q extends z.ZodObject = z.ZodObject<Record<never, never>>, B = undefined>(
  spec: RouteSpec<Q, B>,
): Route {
  return spec as unknown as Route
}

export function ok(json: unknown, headers: Answer['headers'] = {}): Answer {
  return { status: 200, json, headers }
}

export function created(json: unknown, location: string, headers: Answer['headers'] = {}): Answer {
  return { status: 201, json, headers: { location, ...headers } }
}

export const noContent: Answer = { status: 204 }

/** `"3"`, `W/"3"` or `3` -> 3; undefined without the header, or for `*`. 400 for anything else. */
export function expectedVersion(request: Request): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return undefined
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())
  if (!version) throw new Problem('unreadable', 'If-Match must be a version, such as "3".')
  return Number(version[1])
}

export function etag(version: number): Record<string, string> {
  return { etag: `"${version}"` }
}
