/** The boundary: whatever is thrown becomes one answer, and what is our own fault is logged once. */
import type { ErrorRequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { ProblemErrorView, ProblemView } from '../domain/api.ts'
import { Overloaded } from '../pipeline/gate.ts'
import { STORE_FULL } from '../store/store.ts'
import { Problem, type ProblemError, type ProblemName } from './problem.ts'
import type { Answer } from './route.ts'
import { dialectOf, sendAnswer } from './send.ts'

export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      // Too late for an answer: cut the connection, so that nobody takes the part for the whole.
      log.error({ err: error, path: request.path }, 'a request failed while it was being answered')
      next(error)
      return
    }
    if (error instanceof Overloaded) {
      sendOverloaded(response, error)
      return
    }
    sendProblem(response, toProblem(error, response, log))
  }
}

/** What was thrown, as a problem. An unknown error is logged here, once, under the id that the answer names. */
export function toProblem(error: unknown, response: Response, log: Logger): Problem {
  if (error instanceof Problem) return error
  if (isBadCursor(error)) {
    return new Problem('invalidQuery', 'cursor: use `nextCursor` of the page before, unchanged.')
  }
  if (codeOf(error) === STORE_FULL) return storageFull()
  const fromExpress = expressProblem(error)
  if (fromExpress) return fromExpress
  const id = String(response.getHeader('x-request-id'))
  log.error(
    { err: error, requestId: id, path: response.req.path, method: response.req.method },
    'request failed',
  )
  return new Problem('internal', `The server's log has the cause under the id ${id}.`)
}

/** Writes a problem as the protocol of the request writes errors. */
export function sendProblem(response: Response, problem: Problem): void {
  const dialect = dialectOf(response)
  if (dialect) {
    sendAnswer(response.set(dialect.headers), dialect.answer(problem, response.req))
    return
  }
  response.set(problem.headers)
  response.status(problem.status).type('application/problem+json')
  response.send(JSON.stringify(problemView(problem, response.req.originalUrl.split('?')[0]!)))
}

export function problemView(problem: Problem, instance: string): ProblemView {
  return {
    type: `/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance,
    ...(problem.errors.length > 0 ? { errors: problem.errors.map(errorView) } : {}),
  }
}

function errorView({ line, column, length, message, hint, path }: ProblemError): ProblemErrorView {
  return {
    line: line ?? null,
    column: column ?? null,
    length: length ?? null,
    message,
    hint: hint ?? null,
    ...(path === undefined ? {} : { path }),
  }
}

// Several real shippers drop the data on a 429, or on a 503 whose body is JSON or empty: this form they all retry.
export function sendOverloaded(response: Response, error: Overloaded, busy?: Answer): void {
  response.set('retry-after', String(error.retryAfter))
  if (busy) {
    sendAnswer(response, busy)
    return
  }
  response.status(503).type('text/plain').send(`${error.message}\n`)
}

function isBadCursor(error: unknown): boolean {
  return codeOf(error) === 'BAD_CURSOR'
}

// The store's errors come from another thread as copies: only the code tells what they were.
function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined
}

function storageFull(): Problem {
  const detail =
    'Nothing was changed, and nothing stored is lost. Free some space on the disk that holds VEDETTE_DATA, then try again.'
  return new Problem('storageFull', detail, { headers: { 'retry-after': '30' } })
}

/** Errors of express and its parsers carry a status; anything below 500 is the caller's. */
function expressProblem(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null
  const { status, type } = error as { status?: unknown; type?: unknown }
  if (typeof status !== 'number' || status < 400 || status >= 500) return null
  const kinds: Record<number, ProblemName> = {
    404: 'notFound',
    413: 'bodyTooLarge',
    415: 'unsupportedCoding',
  }
  if (type === 'request.aborted') return new Problem('unreadable', 'The connection ended within the body.')
  return new Problem(kinds[status] ?? 'unreadable', `${error.message}.`)
}
