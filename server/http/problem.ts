/** The catalogue of what a caller can do wrong. Codes are stable; the text says what to do next. */

export type ProblemKind = { status: number; title: string }

export const problems = {
  unreadable: { status: 400, title: 'The request cannot be read' },
  invalidQuery: { status: 400, title: 'A query parameter is wrong' },
  queryMistaken: { status: 400, title: 'The query has mistakes' },
  unauthenticated: { status: 401, title: 'This needs a key or a sign-in' },
  sessionEnded: { status: 401, title: 'The session is over' },
  codeRequired: { status: 401, title: 'A code is needed too' },
  signInRefused: { status: 401, title: 'User or password is wrong' },
  forbidden: { status: 403, title: 'These credentials may not do this' },
  factorRequired: { status: 403, title: 'A second factor is needed first' },
  foreignOrigin: { status: 403, title: 'The request comes from another site' },
  wrongSetupToken: { status: 403, title: 'The set-up token is wrong' },
  notFound: { status: 404, title: 'There is no such thing' },
  methodNotAllowed: { status: 405, title: 'This cannot be done here' },
  idTaken: { status: 409, title: 'The id is taken' },
  setupDone: { status: 409, title: 'The set-up is done' },
  lastAdmin: { status: 409, title: 'This is the last administrator' },
  ruleBuiltIn: { status: 409, title: 'The rule came with the product' },
  alreadyReplayed: { status: 409, title: 'The record was replayed' },
  changed: { status: 412, title: 'Someone else was faster' },
  bodyTooLarge: { status: 413, title: 'The body is too large' },
  unsupportedCoding: { status: 415, title: 'The content coding is not supported' },
  unsupportedType: { status: 415, title: 'The content type is not supported' },
  invalid: { status: 422, title: 'The request is wrong' },
  ruleInvalid: { status: 422, title: 'The rule has errors' },
  upgradeRequired: { status: 426, title: 'This is a WebSocket' },
  tooManyAttempts: { status: 429, title: 'Too many attempts' },
  backupFailed: { status: 500, title: 'The backup failed' },
  internal: { status: 500, title: 'The server failed' },
  storageFull: { status: 503, title: 'The disk is full' },
  notReady: { status: 503, title: 'The server is not ready' },
} as const satisfies Record<string, ProblemKind>

export type ProblemName = keyof typeof problems

/** One of several mistakes: where, what, and what to do about it. What is absent is written as null. */
export type ProblemError = {
  /** Where in a text that came, from 1. */
  line?: number
  column?: number
  length?: number
  message: string
  hint?: string
  /** Where in a JSON body or a query string, as a path: `scopes.0`. */
  path?: string
}

/** Thrown when the caller is wrong; the boundary writes it as `application/problem+json`. */
export class Problem extends Error {
  readonly kind: ProblemName
  readonly errors: ProblemError[]
  readonly headers: Record<string, string>

  constructor(
    kind: ProblemName,
    detail: string,
    more: { errors?: ProblemError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail)
    this.name = 'Problem'
    this.kind = kind
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }

  get status(): number {
    return problems[this.kind].status
  }

  get title(): string {
    return problems[this.kind].title
  }

  /** `unsupportedType` -> `unsupported-type`. */
  get code(): string {
    return this.kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  }
}
