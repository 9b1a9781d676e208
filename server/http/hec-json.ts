/** How Splunk's HTTP Event Collector answers: its texts and codes, from "Troubleshoot HTTP Event Collector". */
import type { Request } from 'express'
import { keyCandidates } from './auth/credentials.ts'
import type { Problem } from './problem.ts'
import type { Answer, Dialect } from './route.ts'

export type HecReply = { status: number; text: string; code: number }

export const HEC = {
  success: { status: 200, text: 'Success', code: 0 },
  tokenRequired: { status: 401, text: 'Token is required', code: 2 },
  invalidAuthorization: { status: 401, text: 'Invalid authorization', code: 3 },
  invalidToken: { status: 403, text: 'Invalid token', code: 4 },
  noData: { status: 400, text: 'No data', code: 5 },
  invalidData: { status: 400, text: 'Invalid data format', code: 6 },
  failed: { status: 500, text: 'Internal server error', code: 8 },
  busy: { status: 503, text: 'Server is busy', code: 9 },
  channelMissing: { status: 400, text: 'Data channel is missing', code: 10 },
  eventRequired: { status: 400, text: 'Event field is required', code: 12 },
  eventBlank: { status: 400, text: 'Event field cannot be blank', code: 13 },
  healthy: { status: 200, text: 'HEC is healthy', code: 17 },
  tooLarge: { status: 413, text: 'Request entity too large', code: 27 },
} as const satisfies Record<string, HecReply>

export const HEC_DIALECT: Dialect = {
  headers: {},
  answer(problem, request) {
    const reply = replyTo(problem, request)
    // The text is Splunk's, for clients; the detail is for the person who reads their log.
    return { ...hecAnswer(reply, { detail: problem.message }), headers: problem.headers }
  },
  busy: hecAnswer(HEC.busy),
  // splunk-logging, and what is built on it, drops its events on any status but retries after a cut connection.
  cutWhenFull: (request) => request.headers['user-agent']?.startsWith('Needle/') === true,
}

export function hecAnswer({ status, text, code }: HecReply, more: object = {}): Answer {
  return { status, json: { text, code, ...more } }
}

function replyTo(problem: Problem, request: Request): HecReply {
  switch (problem.status) {
    case 401:
      return refusalOf(request.headers.authorization)
    case 403:
      return HEC.invalidToken
    case 413:
      return HEC.tooLarge
    default:
      return problem.status >= 500
        ? { ...HEC.failed, status: problem.status }
        : { ...HEC.invalidData, status: problem.status }
  }
}

/** Who speaks as to Splunk is answered as by it, 403; a key in another form is a 401, as everywhere here. */
function refusalOf(authorization: string | undefined): HecReply {
  if (authorization === undefined) return HEC.tokenRequired
  if (keyCandidates(authorization).length === 0) return HEC.invalidAuthorization
  return /^splunk\s/i.test(authorization) ? HEC.invalidToken : { ...HEC.invalidToken, status: 401 }
}
