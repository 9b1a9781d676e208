/** Writes an answer out, in the protocol that the request speaks. */
import type { Response } from 'express'
import type { Answer, Dialect } from './route.ts'

export function sendAnswer(response: Response, answer: Answer): void {
  response.status(answer.status).set(answer.headers ?? {})
  if (answer.text !== undefined) {
    const type = answer.type ?? 'text/plain'
    if (type === 'application/json') sendJson(response, answer.text)
    else response.type(type).send(answer.text)
  } else if (answer.bytes !== undefined) {
    response.type(answer.type ?? 'application/octet-stream').send(Buffer.from(answer.bytes))
  } else if (answer.json !== undefined) {
    sendJson(response, JSON.stringify(answer.json))
  } else {
    response.end()
  }
}

/** The protocol of the route that took the request, or that its path belongs to; none: plain HTTP. */
export function dialectOf(response: Response): Dialect | undefined {
  return response.locals.dialect as Dialect | undefined
}

function sendJson(response: Response, json: string): void {
  const type = dialectOf(response)?.jsonType?.(response.req)
  if (type === undefined) {
    response.type('application/json').send(json)
    return
  }
  // As it is: express would add a charset, which some clients do not expect in a type of their own.
  response.setHeader('content-type', type)
  response.send(Buffer.from(json))
}
