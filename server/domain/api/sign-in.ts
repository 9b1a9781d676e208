/** The ways to sign in as the API shows them. */
import type { SignInProvider } from '../sign-in.ts'

export type SignInView = {
  requireCode: boolean
  provider: (Omit<SignInProvider, 'clientSecret'> & { clientSecret: { set: true } }) | null
  /** What the provider must know this server by. */
  redirectUri: string
}
export type SignInWays = { provider: { name: string; path: string } | null }
