/** How people sign in, beyond a name and a password. */
import type { Role } from './access.ts'

/** A provider of OpenID Connect, such as Entra ID. */
export type SignInProvider = {
  /** On the button: `Microsoft`. */
  name: string
  /** As in its discovery document: `https://login.microsoftonline.com/{tenant}/v2.0`. */
  issuer: string
  clientId: string
  clientSecret: string
  /** Values of the claim `groups` or `roles` that give a role; the highest counts. */
  groups: Record<Role, string[]>
}
export type SignInSettings = {
  /** Whoever signs in with a password needs a second factor. */
  requireCode: boolean
  provider: SignInProvider | null
}

export const PASSWORD_ONLY: SignInSettings = { requireCode: false, provider: null }
