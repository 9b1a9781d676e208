/** Who is signed in, as this page knows it. */
import { signal } from '@preact/signals'
import type { SessionView } from '../../server/domain/api.ts'
import { deleteSession, getSession, getSetup, postSession, postSetup } from './api/calls.ts'
import { Failure, failureText, whenUnauthorised } from './api/request.ts'

export type SessionState =
  | { kind: 'asking' }
  | { kind: 'unreachable'; why: string }
  /** `ended`: there was a session in this page, so say that it is over. */
  | { kind: 'out'; ended: boolean; setupOpen: boolean }
  | { kind: 'in'; session: SessionView }

export const session = signal<SessionState>({ kind: 'asking' })

export async function askSession(): Promise<void> {
  try {
    session.value = { kind: 'in', session: await getSession() }
  } catch (cause) {
    if (cause instanceof Failure && cause.status === 401) {
      session.value = { kind: 'out', ended: false, setupOpen: await isSetupOpen() }
    } else {
      session.value = { kind: 'unreachable', why: failureText(cause) }
    }
  }
}

/** Asks whether the session still holds. A server that cannot be reached says nothing about it. */
export async function recheckSession(): Promise<void> {
  if (session.peek().kind !== 'in') return
  try {
    await getSession()
  } catch (cause) {
    if (cause instanceof Failure && cause.status === 401) endSession()
  }
}

export async function signIn(user: string, password: string, code?: string): Promise<void> {
  session.value = { kind: 'in', session: await postSession(user, password, code) }
}

export async function setUp(token: string, user: string, password: string): Promise<void> {
  session.value = { kind: 'in', session: await postSetup(token, user, password) }
}

export async function signOut(): Promise<void> {
  try {
    await deleteSession()
  } finally {
    session.value = { kind: 'out', ended: false, setupOpen: false }
  }
}

/** The name of who is signed in; empty when nobody is. */
export function whoAmI(): string {
  return session.value.kind === 'in' ? session.value.session.user : ''
}

/** Viewers may look; the server refuses their changes, so the buttons are not offered. */
export function mayWrite(): boolean {
  return session.value.kind === 'in' && session.value.session.scopes.includes('write')
}

export function mayAdmin(): boolean {
  return session.value.kind === 'in' && session.value.session.scopes.includes('admin')
}

whenUnauthorised(endSession)

function endSession(): void {
  if (session.peek().kind === 'in') session.value = { kind: 'out', ended: true, setupOpen: false }
}

async function isSetupOpen(): Promise<boolean> {
  try {
    return (await getSetup()).open
  } catch {
    return false
  }
}
