/** The people who sign in. A user's id is the name in lower case. */
import type { Role } from '../../domain/access.ts'
import type { Json } from '../../domain/json.ts'
import type { Clock, Millis } from '../../domain/time.ts'
import type { RecordPut, Store, StoredRecord } from '../../store/store.ts'
import { Problem } from '../problem.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import { sessionsOf } from './sessions.ts'
import { factorRemoval } from './totp.ts'

export type User = {
  id: string
  name: string
  role: Role
  disabled: boolean
  createdAt: Millis
  version: number
  /** Who it is for the provider that vouches for them; null: they sign in with a password. */
  oidc: OidcOrigin | null
}
export type OidcOrigin = { issuer: string; subject: string }
/** `password` null: there is none. */
type UserBody = { name: string; role: Role; disabled: boolean; password: string | null; oidc?: OidcOrigin }
export type UserInput = {
  name: string
  role: Role
  password: string | null
  oidc?: OidcOrigin
  actor: string
  at: Millis
}
export type UserChange = { role?: Role; disabled?: boolean; password?: string }

export type Deps = { store: Store; clock: Clock }

/** The setting that closes the set-up for good. */
const SETUP_DONE = 'setup'

export async function hasUsers(store: Pick<Store, 'records'>): Promise<boolean> {
  return (await store.records('user')).length > 0
}

export async function listUsers(store: Store): Promise<User[]> {
  return (await store.records('user')).map(readUser).sort((a, b) => b.createdAt - a.createdAt)
}

export async function findUser(store: Store, name: string): Promise<User | null> {
  const record = await store.record('user', userId(name))
  return record && readUser(record)
}

/** The user, if the password is right and the user may sign in. Takes as long for a name that does not exist. */
export async function checkPassword(store: Store, name: string, password: string): Promise<User | null> {
  const record = await store.record('user', userId(name))
  const body = record?.body as unknown as UserBody | undefined
  const matches = await passwordMatches(password, body?.password ?? null)
  return record && body && matches && !body.disabled ? readUser(record) : null
}

export async function isSetUp(store: Store): Promise<boolean> {
  return (await store.record('setting', SETUP_DONE)) !== null || (await hasUsers(store))
}

/** The first administrator, from the set-up page. Throws `setupDone` if there is one. */
export async function createFirstAdmin(
  { store, clock }: Deps,
  name: string,
  password: string,
): Promise<User> {
  const done = () => new Problem('setupDone', 'There is an administrator already: sign in.')
  if (await isSetUp(store)) throw done()
  const at = clock()
  const put = await userPut({ name, role: 'admin', password, actor: name, at }, 'setup.done')
  // Two set-ups at once: the store takes all puts of a call or none, so only one of them closes it.
  const close: RecordPut = {
    kind: 'setting',
    id: SETUP_DONE,
    body: { at, by: name },
    expect: 0,
    audit: null,
    at,
  }
  const written = await store.putRecords([close, put])
  if (written.some((result) => !result.written)) throw done()
  return newUser({ name, role: 'admin', at })
}

/** Throws `idTaken` when there is a user of this name in any case. */
export async function createUser(store: Store, input: UserInput): Promise<User> {
  const [written] = await store.putRecords([await userPut(input, 'user.create')])
  if (!written!.written) {
    throw new Problem('idTaken', `There is a user ${JSON.stringify(userId(input.name))} already.`)
  }
  return newUser(input)
}

/** Whoever is switched off, or has a new password or role, is signed out everywhere. */
export async function changeUser(
  deps: Deps,
  id: string,
  change: UserChange,
  actor: string,
  expect?: number,
): Promise<User> {
  const record = await needUser(deps, id)
  if (expect !== undefined && expect !== record.version) throw changedMeanwhile()
  const before = record.body as unknown as UserBody
  const { password, ...rest } = change
  const body: UserBody = {
    ...before,
    ...rest,
    ...(password === undefined ? {} : { password: await hashPassword(password) }),
  }
  if (isActiveAdmin(before) && !isActiveAdmin(body)) await needOtherAdmin(deps, record.id)
  const at = deps.clock()
  const detail: Json = { ...rest, ...(password === undefined ? {} : { password: 'changed' }) }
  const audit = { at, actor, verb: 'user.change', subject: record.id, detail }
  const put: RecordPut = { kind: 'user', id: record.id, body, expect: record.version, audit, at }
  const mustSignInAgain = body.disabled || password !== undefined || body.role !== before.role
  const endSessions = mustSignInAgain ? await sessionsOf(deps, record.id) : []
  const [written] = await deps.store.putRecords([put, ...endSessions])
  if (!written!.written) throw changedMeanwhile()
  return readUser({ ...record, body, version: written!.version })
}

export async function deleteUser(deps: Deps, id: string, actor: string): Promise<void> {
  const record = await needUser(deps, id)
  if (isActiveAdmin(record.body as unknown as UserBody)) await needOtherAdmin(deps, record.id)
  const at = deps.clock()
  const audit = { at, actor, verb: 'user.delete', subject: record.id, detail: null }
  const put: RecordPut = { kind: 'user', id: record.id, body: null, audit, at }
  await deps.store.putRecords([
    put,
    factorRemoval(record.id, { ...audit, verb: 'totp.reset' }, at),
    ...(await sessionsOf(deps, record.id)),
  ])
}

export function userId(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

async function userPut(input: UserInput, verb: string): Promise<RecordPut> {
  const { name, role, password, oidc, actor, at } = input
  const id = userId(name)
  const hash = password === null ? null : await hashPassword(password)
  const body: UserBody = { name, role, disabled: false, password: hash, ...(oidc ? { oidc } : {}) }
  return { kind: 'user', id, body, expect: 0, audit: { at, actor, verb, subject: id, detail: { role } }, at }
}

function newUser({ name, role, oidc, at }: Pick<UserInput, 'name' | 'role' | 'oidc' | 'at'>): User {
  return { id: userId(name), name, role, disabled: false, createdAt: at, version: 1, oidc: oidc ?? null }
}

async function needUser({ store }: Deps, id: string): Promise<StoredRecord> {
  const record = await store.record('user', userId(id))
  if (!record) throw new Problem('notFound', `There is no user ${JSON.stringify(id)}.`)
  return record
}

async function needOtherAdmin({ store }: Deps, id: string): Promise<void> {
  const others = (await store.records('user')).filter((record) => record.id !== id)
  if (others.some((record) => isActiveAdmin(record.body as unknown as UserBody))) return
  throw new Problem('lastAdmin', 'Nobody could manage users any more: make another administrator first.')
}

function isActiveAdmin(user: UserBody): boolean {
  return user.role === 'admin' && !user.disabled
}

function changedMeanwhile(): Problem {
  return new Problem('changed', 'The user was changed meanwhile: read it again.')
}

function readUser(record: StoredRecord): User {
  const { name, role, disabled, oidc = null } = record.body as unknown as UserBody
  return { id: record.id, name, role, disabled, createdAt: record.createdAt, version: record.version, oidc }
}
