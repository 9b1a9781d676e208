/** One door to the server: JSON in, JSON out, every failure a `Failure` with a sentence to show. */
import type { ProblemView } from '../../../server/domain/api.ts'
import { setServerTime } from '../clock.ts'

/** `status` 0: the server was not reached. */
export class Failure extends Error {
  readonly status: number
  readonly problem: ProblemView | null
  /** Seconds after which a try may work, where the server said so. */
  readonly retryAfter: number | null

  constructor(
    status: number,
    message: string,
    problem: ProblemView | null,
    retryAfter: number | null = null,
  ) {
    super(message)
    this.status = status
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

export type Options = {
  method?: string
  body?: unknown
  /** Sent as it is, in the place of `body`. */
  yaml?: string
  /** The answer is a text and no JSON. */
  asText?: boolean
  ifMatch?: number
  signal?: AbortSignal
  /** Called with the version in the answer's ETag, where it has one. */
  onVersion?: (version: number) => void
}

let answeredAt = 0

/** When the server last did what it was asked, by this page's clock. */
export function lastAnswerAt(): number {
  return answeredAt
}

let onUnauthorised: () => void = () => undefined

/** Called on every 401 except those of signing in itself. */
export function whenUnauthorised(then: () => void): void {
  onUnauthorised = then
}

export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = {
    Accept: options.asText ? '*/*' : 'application/json, application/problem+json',
  }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.yaml !== undefined) headers['Content-Type'] = 'application/yaml'
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`
  let answer: Response
  try {
    answer = await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.yaml === undefined ? {} : { body: options.yaml }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Failure(0, 'The server did not answer. It may be restarting, or the network is down.', null)
  }
  const date = answer.headers.get('Date')
  if (date) setServerTime(date)
  if (answer.ok) answeredAt = Date.now()
  const version = /^(?:W\/)?"(\d+)"$/.exec(answer.headers.get('ETag') ?? '')
  if (answer.ok && version) options.onVersion?.(Number(version[1]))
  if (answer.ok && answer.status === 204) return undefined as T
  if (answer.ok) return (options.asText ? await answer.text() : await answer.json()) as T
  const problem = await problemOf(answer)
  if (answer.status === 401 && !path.endsWith('/session')) onUnauthorised()
  const after = Number(answer.headers.get('Retry-After'))
  throw new Failure(answer.status, sentenceOf(answer.status, problem), problem, after > 0 ? after : null)
}

/** What a caught value means to a reader. */
export function failureText(cause: unknown): string {
  return cause instanceof Failure
    ? cause.message
    : 'Something went wrong in this page. Reload it and try again.'
}

function sentenceOf(status: number, problem: ProblemView | null): string {
  if (problem?.detail) return problem.detail
  if (problem?.title) return `${problem.title}.`
  if (status === 503) return 'The server is busy. Try again in a moment.'
  return `The server answered ${status}.`
}

async function problemOf(answer: Response): Promise<ProblemView | null> {
  if (!/json/.test(answer.headers.get('Content-Type') ?? '')) return null
  try {
    return (await answer.json()) as ProblemView
  } catch {
    return null
  }
}
