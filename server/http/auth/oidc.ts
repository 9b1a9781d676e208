/**
 * Signing in with a provider of OpenID Connect: authorization code flow with PKCE, state and nonce (OpenID Connect Core
 * 1.0, RFC 7636, RFC 9700). What belongs to a flow under way stays here; the browser holds a random name of it.
 */
import { randomBytes } from 'node:crypto'
import type { Configuration, IDToken } from 'openid-client'
import type { SignInProvider } from '../../domain/sign-in.ts'
import { type Clock, MINUTE, type Millis, SECOND } from '../../domain/time.ts'

export type OidcFlows = {
  /** Where to send the browser, and what its cookie must hold when it comes back. `to`: where it wants to be then. */
  begin(
    provider: SignInProvider,
    redirectUri: string,
    to: string,
  ): Promise<{ address: string; cookie: string }>
  /** Whose flow it was, by the checked ID token. Throws `OidcRefused` with what was wrong. */
  finish(
    provider: SignInProvider,
    callback: URL,
    cookie: string | null,
  ): Promise<{ claims: IDToken; to: string }>
  /** Throws `OidcRefused` when there is no provider at this address, or not for this client. */
  check(provider: SignInProvider): Promise<void>
}
type Flow = { to: string; state: string; nonce: string; verifier: string; redirectUri: string; until: Millis }

/** A flow that did not lead to a person; the message is for whoever tried. */
export class OidcRefused extends Error {
  override readonly name = 'OidcRefused'
}

const LASTS: Millis = 10 * MINUTE
/** More flows at once than people: somebody knocks without an end, and the oldest ones go. */
const MOST = 1000
const PROVIDER_SECONDS = 10
const RENEW: Millis = 10 * MINUTE

export function createOidcFlows(clock: Clock): OidcFlows {
  const flows = new Map<string, Flow>()
  let known: { key: string; at: Millis; config: Promise<Configuration> } | null = null

  /** Read again now and then: providers change their keys. */
  function configOf(provider: SignInProvider): Promise<Configuration> {
    const key = JSON.stringify([provider.issuer, provider.clientId, provider.clientSecret])
    if (known?.key === key && clock() - known.at < RENEW) return known.config
    const config = discover(provider)
    known = { key, at: clock(), config }
    // What failed is tried again at the next sign-in.
    config.catch(() => (known = null))
    return config
  }

  function forget(): void {
    for (const [cookie, { until }] of flows) if (until <= clock()) flows.delete(cookie)
    while (flows.size >= MOST) flows.delete(flows.keys().next().value!)
  }

  return {
    async begin(provider, redirectUri, to) {
      const config = await configOf(provider)
      const client = await import('openid-client')
      const verifier = client.randomPKCECodeVerifier()
      const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier, redirectUri, to }
      const address = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      forget()
      const cookie = randomBytes(32).toString('base64url')
      flows.set(cookie, { ...flow, until: clock() + LASTS })
      return { address: address.href, cookie }
    },
    async finish(provider, callback, cookie) {
      const flow = cookie === null ? undefined : flows.get(cookie)
      // Once, whatever comes of it.
      if (cookie !== null) flows.delete(cookie)
      if (!flow || flow.until <= clock()) {
        throw new OidcRefused('This sign-in was not begun in this browser, or took longer than ten minutes.')
      }
      const config = await configOf(provider)
      const client = await import('openid-client')
      const current = new URL(flow.redirectUri)
      current.search = callback.search
      try {
        const tokens = await client.authorizationCodeGrant(config, current, {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        })
        return { claims: tokens.claims()!, to: flow.to }
      } catch (error) {
        throw new OidcRefused(`${provider.name} did not let you in: ${reasonOf(error)}`)
      }
    },
    check: async (provider) => void (await discover(provider)),
  }
}

async function discover({ name, issuer, clientId, clientSecret }: SignInProvider): Promise<Configuration> {
  const client = await import('openid-client')
  const address = new URL(issuer)
  const isPlain = address.protocol === 'http:'
  try {
    return await client.discovery(address, clientId, clientSecret, undefined, {
      timeout: PROVIDER_SECONDS,
      ...(isPlain ? { execute: [client.allowInsecureRequests] } : {}),
    })
  } catch (error) {
    throw new OidcRefused(`${name} cannot be asked at ${issuer}: ${reasonOf(error)}`)
  }
}

/** Of nested errors the innermost says what happened: the provider's own words, or the network's. */
function reasonOf(error: unknown): string {
  const {
    error_description: said,
    error: code,
    cause,
    message,
  } = error as {
    error_description?: string
    error?: string
    cause?: unknown
    message?: string
  }
  if (said !== undefined || typeof code === 'string') return (said ?? code)!.slice(0, 300)
  if (cause instanceof Error) return reasonOf(cause)
  return message === 'The operation was aborted due to timeout'
    ? `no answer within ${PROVIDER_SECONDS} s`
    : (message ?? 'it failed').slice(0, 300)
}

export const FLOW_SECONDS = LASTS / SECOND
