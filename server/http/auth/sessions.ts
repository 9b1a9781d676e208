/** Sessions of signed-in people: a random token in a cookie, its hash in the store. */
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ROLE_SCOPES, type Role } from '../../domain/access.ts'
import type { Json } from '../../domain/json.ts'
import { type Clock, HOUR, MINUTE, type Millis } from '../../domain/time.ts'
import { type RecordPut, STORE_FULL, type Store, type StoredRecord } from '../../store/store.ts'
import { clientAddress } from '../proxy.ts'
import { sessionCookieName, sessionToken } from './credentials.ts'
import { readSignIn } from './sign-in-settings.ts'
import { factorState } from './totp.ts'
import type { Who } from './who.ts'

type SessionBody = {
  user: string
  expiresAt: Millis
  address?: string | null
  agent?: string | null
  /** A provider vouched for the person; whether it asked for a second factor is its business. */
  vouched?: boolean
}
/** Where a person signs in from; `ends`: the token of the session that the browser had until then. */
export type Origin = { address: string | null; agent: string | null; ends: string | null; vouched?: boolean }
export type Session = {
  id: string
  user: string
  createdAt: Millis
  /** Known to five minutes. */
  lastSeen: Millis
  expiresAt: Millis
  /** Of the sign-in. */
  address: string | null
  agent: string | null
}
type Deps = { store: Store; clock: Clock }

export const SESSION_LENGTH: Millis = 12 * HOUR
const LONGEST_AGENT = 300
// A session in use is written again at most this often.
const RENEW_AFTER: Millis = 5 * MINUTE

/** `secure`: by the settings every connection is encrypted. */
export function originOf(request: IncomingMessage, secure: boolean): Origin {
  return {
    address: clientAddress(request),
    agent: request.headers['user-agent']?.slice(0, LONGEST_AGENT) ?? null,
    ends: sessionToken(request, secure),
  }
}

/** Signs a user in; gives the token for the cookie. It is always a new one: what the browser held before is over. */
export async function startSession(
  deps: Deps,
  user: { id: string; name: string },
  { address, agent, ends, vouched = false }: Origin,
  detail: Json = null,
): Promise<{ token: string; who: Who }> {
  const token = randomBytes(32).toString('base64url')
  const at = deps.clock()
  const expiresAt = at + SESSION_LENGTH
  const body: SessionBody = { user: user.id, expiresAt, address, agent, ...(vouched ? { vouched } : {}) }
  const audit = { at, actor: user.name, verb: 'session.start', subject: user.id, detail }
  await deps.store.putRecords([
    { kind: 'session', id: sessionId(token), body, expect: 0, audit, at },
    ...(ends === null
      ? []
      : [{ kind: 'session' as const, id: sessionId(ends), body: null, audit: null, at }]),
    ...(await expiredSessions(deps)),
  ])
  return { token, who: (await findSession(deps, token))! }
}

/** Whose token it is, or null when the session is over. Using a session extends it, unless `renew` is false. */
export async function findSession(deps: Deps, token: string, renew = true): Promise<Who | null> {
  const { store, clock } = deps
  const id = sessionId(token)
  const record = await store.record('session', id)
  if (!record) return null
  const session = record.body as unknown as SessionBody
  const at = clock()
  if (session.expiresAt <= at) return null
  const user = (await store.record('user', session.user))?.body as
    { name: string; role: Role; disabled: boolean } | undefined
  if (!user || user.disabled) return null
  let { expiresAt } = session
  if (renew && at + SESSION_LENGTH - expiresAt > RENEW_AFTER) {
    // Only if it is still there: a sign-out at the same moment stays one.
    const body: SessionBody = { ...session, expiresAt: at + SESSION_LENGTH }
    try {
      await store.putRecords([{ kind: 'session', id, body, expect: record.version, audit: null, at }])
      expiresAt = body.expiresAt
    } catch (error) {
      // Without room on the disk the session is as good as before, and what it reads can still be read.
      if ((error as { code?: unknown }).code !== STORE_FULL) throw error
    }
  }
  const mustEnrol = !session.vouched && (await lacksFactor(store, session.user))
  return {
    via: 'session',
    id: `user:${session.user}`,
    name: user.name,
    scopes: ROLE_SCOPES[user.role],
    session: { id, user: session.user, role: user.role, expiresAt, mustEnrol },
  }
}

/** Everybody needs a second factor here, and this user has none yet. */
async function lacksFactor(store: Store, user: string): Promise<boolean> {
  const { settings } = await readSignIn(store)
  return settings.requireCode && (await factorState(store, user)) === null
}

export async function endSession({ store, clock }: Deps, who: Who): Promise<void> {
  const at = clock()
  const { id, user } = who.session!
  const audit = { at, actor: who.name, verb: 'session.end', subject: user, detail: null }
  await store.putRecords([{ kind: 'session', id, body: null, audit, at }])
}

/** The puts that sign a user out everywhere. */
export async function sessionsOf(deps: Deps, user: string): Promise<RecordPut[]> {
  return endings(deps, (session) => session.user === user)
}

/** Sessions that still hold, the last seen first; of one user, or of all. */
export async function listSessions({ store, clock }: Deps, user: string | null): Promise<Session[]> {
  const now = clock()
  return (await store.records('session'))
    .map(readSession)
    .filter((session) => session.expiresAt > now && (user === null || session.user === user))
    .sort((a, b) => b.lastSeen - a.lastSeen)
}

/** Ends these, in the audit trail by whose they were. */
export async function endSessions({ store, clock }: Deps, ended: Session[], actor: string): Promise<void> {
  if (ended.length === 0) return
  const at = clock()
  await store.putRecords(
    ended.map(({ id, user, address }) => ({
      kind: 'session',
      id,
      body: null,
      audit: { at, actor, verb: 'session.revoke', subject: user, detail: { address } },
      at,
    })),
  )
}

/** Without Max-Age the browser forgets it when it closes; how long it is good for, the server decides. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${sessionCookieName(secure)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

export function clearedCookie(secure: boolean): string {
  return `${sessionCookie('', secure)}; Max-Age=0`
}

async function expiredSessions(deps: Deps): Promise<RecordPut[]> {
  const now = deps.clock()
  return endings(deps, (session) => session.expiresAt <= now)
}

async function endings(
  { store, clock }: Deps,
  isOver: (session: SessionBody) => boolean,
): Promise<RecordPut[]> {
  const at = clock()
  return (await store.records('session'))
    .filter((record) => isOver(record.body as unknown as SessionBody))
    .map((record) => ({ kind: 'session', id: record.id, body: null, audit: null, at }))
}

function readSession({ id, body, createdAt }: StoredRecord): Session {
  const { user, expiresAt, address = null, agent = null } = body as unknown as SessionBody
  return { id, user, createdAt, lastSeen: expiresAt - SESSION_LENGTH, expiresAt, address, agent }
}

function sessionId(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
