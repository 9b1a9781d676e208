/** A second factor: codes of an authenticator app (RFC 6238), or one of the recovery codes. Each is good once. */
import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Json } from '../../domain/json.ts'
import type { Clock, Millis } from '../../domain/time.ts'
import type { RecordPut, Store } from '../../store/store.ts'

type Deps = { store: Store; clock: Clock }
/** `secret`: base32. `usedStep`: of the last code that was taken. `recovery`: SHA-256 of the codes left. */
type Factor = { secret: string; on: boolean; usedStep: number; recovery: string[] }

const STEP: Millis = 30_000
const RECOVERY_CODES = 10

/** Null: none is set up. */
export async function factorState(store: Store, user: string): Promise<{ recoveryLeft: number } | null> {
  const factor = (await load(store, user))?.factor
  return factor?.on ? { recoveryLeft: factor.recovery.length } : null
}

/** A new secret that counts once its first code was shown to `confirmFactor`; a factor that is on is left alone. */
export async function proposeFactor(
  { store, clock }: Deps,
  user: { id: string; name: string },
): Promise<{ secret: string; address: string } | 'on'> {
  const known = await load(store, user.id)
  if (known?.factor.on) return 'on'
  const secret = new Secret({ size: 20 }).base32
  const at = clock()
  const audit = { at, actor: user.name, verb: 'totp.propose', subject: user.id, detail: null }
  const factor: Factor = { secret, on: false, usedStep: 0, recovery: [] }
  await store.putRecords([{ kind: 'setting', id: recordId(user.id), body: factor as Json, audit, at }])
  return { secret, address: generator(secret, user.name).toString() }
}

/** Turns it on; gives the recovery codes, shown this once. Null: the code is wrong, or nothing was proposed. */
export async function confirmFactor(
  { store, clock }: Deps,
  user: { id: string; name: string },
  code: string,
): Promise<string[] | null> {
  const known = await load(store, user.id)
  if (!known || known.factor.on) return null
  const at = clock()
  const step = stepOf(known.factor, code, at)
  if (step === null) return null
  const codes = Array.from({ length: RECOVERY_CODES }, () => randomBytes(10).toString('hex'))
  const factor: Factor = { ...known.factor, on: true, usedStep: step, recovery: codes.map(hashed) }
  const audit = { at, actor: user.name, verb: 'totp.on', subject: user.id, detail: null }
  const [written] = await store.putRecords([
    { kind: 'setting', id: recordId(user.id), body: factor as Json, expect: known.version, audit, at },
  ])
  return written!.written ? codes : null
}

/** Whether the code is right, and it is used up then: of two who send one at the same moment, one gets in. */
export async function takeCode(
  { store, clock }: Deps,
  user: { id: string; name: string },
  code: string,
): Promise<boolean> {
  const known = await load(store, user.id)
  if (!known?.factor.on) return false
  const at = clock()
  const { factor, version } = known
  const step = stepOf(factor, code, at)
  const hash = hashed(code.trim().toLowerCase())
  const isRecovery = step === null && factor.recovery.includes(hash)
  if (step === null && !isRecovery) return false
  const body: Factor = isRecovery
    ? { ...factor, recovery: factor.recovery.filter((one) => one !== hash) }
    : { ...factor, usedStep: step! }
  const verb = isRecovery ? 'totp.recovery' : 'totp.code'
  const audit = { at, actor: user.name, verb, subject: user.id, detail: null }
  const [written] = await store.putRecords([
    { kind: 'setting', id: recordId(user.id), body: body as Json, expect: version, audit, at },
  ])
  return written!.written
}

/** The put that takes a user's factor away. */
export function factorRemoval(user: string, audit: RecordPut['audit'], at: Millis): RecordPut {
  return { kind: 'setting', id: recordId(user), body: null, audit, at }
}

/** The step of a right code within one step of now, later than the last that was taken. */
function stepOf({ secret, usedStep }: Factor, code: string, at: Millis): number | null {
  const delta = generator(secret, '').validate({
    token: code.replaceAll(/\s/g, ''),
    timestamp: at,
    window: 1,
  })
  if (delta === null) return null
  const step = Math.floor(at / STEP) + delta
  return step > usedStep ? step : null
}

function generator(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Vedette', label, secret: Secret.fromBase32(secret), algorithm: 'SHA1' })
}

async function load(store: Store, user: string): Promise<{ factor: Factor; version: number } | null> {
  const record = await store.record('setting', recordId(user))
  return record && { factor: record.body as unknown as Factor, version: record.version }
}

function recordId(user: string): string {
  return `totp:${user}`
}

// The codes are random, so a hash without salt or cost says nothing about them.
function hashed(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
