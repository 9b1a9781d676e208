import { once } from 'node:events'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import type { AlertList, ProblemView } from '../domain/api.ts'
import type { Fields } from '../domain/json.ts'

/** A server that a command talks to over HTTP, with a key. */
export type ApiClient = { url: string; key: string }

/** What went wrong, in words for the person at the terminal. */
export class CommandError extends Error {}

export type IngestAnswer = {
  accepted: number
  updated: number
  duplicates: number
  rejected: number
  errors: { line: number; code: string; detail: string }[]
}

/** Posts records as NDJSON; anything that was rejected is an error. */
export async function postRecords(
  client: ApiClient,
  query: Record<string, string>,
  records: readonly unknown[],
): Promise<IngestAnswer> {
  const answer = (await request(client, `/api/v1/events?${new URLSearchParams(query).toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: records.map((record) => JSON.stringify(record)).join('\n'),
  })) as IngestAnswer
  if (answer.rejected > 0) {
    const first = answer.errors[0]
    throw new CommandError(
      `The server rejected ${answer.rejected} records; the first: ${first?.code}: ${first?.detail}`,
    )
  }
  return answer
}

export async function listAlerts(client: ApiClient, query: Record<string, string>): Promise<AlertList> {
  return (await request(client, `/api/v1/alerts?${new URLSearchParams(query).toString()}`, {})) as AlertList
}

/** One page of a search, as `POST /api/v1/search` gives it. */
export type SearchPage = { events: { fields: Fields }[]; nextCursor: string | null }

export async function searchEvents(client: ApiClient, body: Record<string, unknown>): Promise<SearchPage> {
  return (await request(client, '/api/v1/search', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })) as SearchPage
}

/**
 * Waits as long as it takes: a large store is copied and restored before the answer comes. Not `fetch`, which gives up
 * after five minutes without one.
 */
export async function postBackup(
  client: ApiClient,
): Promise<{ file: string; bytes: number; events: number }> {
  const url = new URL('/api/v1/backups', client.url)
  const send = url.protocol === 'https:' ? requestTls : requestPlain
  const headers = { accept: 'application/json', authorization: `Bearer ${client.key}`, 'content-length': 0 }
  try {
    const asked = send(url, { method: 'POST', headers })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const body = await text(answer)
    if (answer.statusCode === 201) return JSON.parse(body) as never
    throw new CommandError(refusalText(client, answer.statusCode!, body))
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`No answer from ${client.url}: ${reasonOf(error)}. Does the server run there?`, {
      cause: error,
    })
  }
}

async function request(
  client: ApiClient,
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
) {
  let response: Response
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${client.key}`, ...init.headers }
    response = await fetch(new URL(path, client.url), {
      ...init,
      headers,
      signal: AbortSignal.timeout(30_000),
    })
  } catch (error) {
    throw new CommandError(`No answer from ${client.url}: ${reasonOf(error)}. Does the server run there?`, {
      cause: error,
    })
  }
  if (response.ok) return response.json()
  throw new CommandError(refusalText(client, response.status, await response.text()))
}

function refusalText(client: ApiClient, status: number, text: string): string {
  if (status === 401) return `${client.url} does not know this key (401). Give a valid one with --key.`
  if (status === 403) {
    return `The key may not do this (403): ${detailOf(text)}`
  }
  return `${client.url} answered ${status}: ${detailOf(text)}`
}

function detailOf(text: string): string {
  try {
    const problem = JSON.parse(text) as Partial<ProblemView>
    return problem.detail ?? problem.title ?? text.slice(0, 300)
  } catch {
    return text.slice(0, 300)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined && error.name === 'Error') return code
  return error.name === 'TimeoutError' ? 'it took longer than 30 seconds' : error.message
}
