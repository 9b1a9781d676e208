/** Writes an answer out, in the protocol that the request speaks. */
import type { Response } from 'express'
import type { Answer, Dialect } from './route.ts'

export function sendAnswer(response: Response, answer: Answer): void {
  response.status(answer.status).set(answer.headers ?? {})
  if (answer.text !== undefined) {
    const type = answer.type ?? 'text/plain'
    response.type(type === 'application/json' ? jsonType(response) : type).send(answer.text)
  } else if (answer.bytes !== undefined) {
    response.type(answer.type ?? 'application/octet-stream').send(Buffer.from(answer.bytes))
  } else if (answer.json !== undefined) {
    response.type(jsonType(response)).send(JSON.stringify(answer.json))
  } else {
    response.end()
  }
}

/** The protocol of the route that took the request, or that its path belongs to; none: plain HTTP. */
export function dialectOf(response: Response): Dialect | undefined {
  return response.locals.dialect as Dialect | undefined
}

function jsonType(response: Response): string {
  return dialectOf(response)?.jsonType?.(response.req) ?? 'application/json'
}
