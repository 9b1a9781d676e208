/** Calls about how people sign in. */
import type { SessionView } from '../../../server/domain/api.ts'
import type { SessionEntry } from '../../../server/domain/api/access.ts'
import type { SignInView, SignInWays } from '../../../server/domain/api/sign-in.ts'
import { request } from './request.ts'

export type { SessionEntry, SignInView, SignInWays }
export type FactorState = { on: boolean; recoveryLeft: number }
export type FactorProposal = { secret: string; address: string; matrix: string[] }
export type SignInInput = {
  requireCode: boolean
  provider:
    | (Omit<NonNullable<SignInView['provider']>, 'clientSecret'> & { clientSecret: string | { set: true } })
    | null
}

const OWN = '/api/v1/session'

export function getWays(): Promise<SignInWays> {
  return request(`${OWN}/ways`)
}

export function postPassword(current: string, next: string): Promise<SessionView> {
  return request(`${OWN}/password`, { method: 'POST', body: { current, new: next } })
}

export function getFactor(signal?: AbortSignal): Promise<FactorState> {
  return request(`${OWN}/totp`, signal ? { signal } : {})
}

export function postFactor(password: string): Promise<FactorProposal> {
  return request(`${OWN}/totp`, { method: 'POST', body: { password } })
}

export function putFactor(code: string): Promise<{ recoveryCodes: string[] }> {
  return request(`${OWN}/totp`, { method: 'PUT', body: { code } })
}

export function postFactorOff(code: string): Promise<void> {
  return request(`${OWN}/totp/off`, { method: 'POST', body: { code } })
}

export function deleteFactorOf(user: string): Promise<void> {
  return request(`/api/v1/users/${encodeURIComponent(user)}/totp`, { method: 'DELETE' })
}

export async function getSessions(signal?: AbortSignal): Promise<SessionEntry[]> {
  const path = '/api/v1/sessions'
  return (await request<{ sessions: SessionEntry[] }>(path, signal ? { signal } : {})).sessions
}

/** Null: all of one's own but this. */
export function deleteSessionOf(id: string | null): Promise<void> {
  return request(`/api/v1/sessions${id === null ? '' : `/${encodeURIComponent(id)}`}`, { method: 'DELETE' })
}

export function getSignIn(signal?: AbortSignal): Promise<SignInView> {
  return request('/api/v1/sign-in', signal ? { signal } : {})
}

export function putSignIn(input: SignInInput): Promise<SignInView> {
  return request('/api/v1/sign-in', { method: 'PUT', body: input })
}
