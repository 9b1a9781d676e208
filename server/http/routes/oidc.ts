/** Signing in with the provider: the browser goes there and comes back, each time as a page. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { cookieOf } from '../auth/credentials.ts'
import { FLOW_SECONDS } from '../auth/oidc.ts'
import { refusal, signedIn } from '../auth/oidc-pages.ts'
import { userOf } from '../auth/oidc-users.ts'
import { originOf, sessionCookie, startSession } from '../auth/sessions.ts'
import { readSignIn } from '../auth/sign-in-settings.ts'
import type { Context } from '../context.ts'
import type { HttpSettings } from '../parts.ts'
import { Problem } from '../problem.ts'
import { clientAddress, isEncrypted } from '../proxy.ts'
import { route, type Route } from '../route.ts'

export const OIDC_PATH = '/api/v1/session/oidc'
const CALLBACK = `${OIDC_PATH}/callback`
const COOKIE = 'vedette_oidc'
const page = { type: 'text/html' }

export function oidcRoutes(context: Context): Route[] {
  const { store, settings, oidc, attempts } = context
  const tag = 'access'
  return [
    route({
      method: 'get',
      path: OIDC_PATH,
      tag,
      summary: 'Sign in with the provider: sends the browser there',
      access: 'public',
      query: z.object({
        to: z.string().max(2000).default('/').meta({ description: 'The page of the dashboard to go on to.' }),
      }),
      answers: {
        302: { description: 'To the provider' },
        403: { description: 'The provider cannot be asked; a page says why', ...page },
        404: { description: 'No provider is set' },
      },
      async handle({ request, query }) {
        const provider = await needProvider()
        try {
          const { address, cookie } = await oidc.begin(
            provider,
            redirectUri(request, settings),
            ownPage(query.to),
          )
          const kept = flowCookie(cookie, FLOW_SECONDS, isEncrypted(request, settings.secureCookie))
          return { status: 302, headers: { location: address, 'set-cookie': kept } }
        } catch (error) {
          return refusal(error, settings.clientDir, [])
        }
      },
    }),
    route({
      method: 'get',
      path: CALLBACK,
      tag,
      summary: 'Where the provider sends the browser back to',
      access: 'public',
      answers: {
        200: { description: 'Signed in; sets the session cookie and goes on to the dashboard', ...page },
        403: { description: 'Not let in; a page says why', ...page },
        404: { description: 'No provider is set' },
        429: { description: 'Too many attempts' },
      },
      async handle({ request, now }) {
        const provider = await needProvider()
        const address = clientAddress(request) ?? ''
        await attempts.take(address, 'oidc')
        const secure = isEncrypted(request, settings.secureCookie)
        const cookies = [flowCookie('', 0, secure)]
        try {
          const callback = new URL(request.originalUrl, 'http://callback')
          const { claims, to } = await oidc.finish(provider, callback, cookieOf(request, COOKIE))
          const user = await userOf(context, provider, claims)
          await attempts.forgive(address, 'oidc')
          const origin = { ...originOf(request, settings.secureCookie), vouched: true }
          const { token } = await startSession(context, user, origin, { with: provider.name })
          return signedIn(to, settings.clientDir, [...cookies, sessionCookie(token, secure)])
        } catch (error) {
          const why = error instanceof Error ? error.message.slice(0, 300) : String(error)
          const detail = { address, why }
          await store.note({
            at: now,
            actor: provider.name,
            verb: 'session.refused',
            subject: 'oidc',
            detail,
          })
          return refusal(error, settings.clientDir, cookies)
        }
      },
    }),
  ]

  async function needProvider() {
    const { provider } = (await readSignIn(store)).settings
    if (provider) return provider
    throw new Problem('notFound', 'People sign in with a password here: no provider is set.')
  }
}

/** The provider knows it letter by letter, so a header that lies leads nowhere. */
export function redirectUri(request: IncomingMessage, settings: HttpSettings): string {
  const scheme = isEncrypted(request, settings.secureCookie) ? 'https' : 'http'
  const own = settings.publicUrl ?? `${scheme}://${request.headers.host ?? 'localhost'}`
  return own + CALLBACK
}

/** A page of this dashboard, whatever was asked for. */
function ownPage(to: string): string {
  const base = 'http://own.invalid'
  if (!URL.canParse(to, base)) return '/'
  const { origin, pathname, search } = new URL(to, base)
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/'
}

// Lax: it must come along when the provider sends the browser back.
function flowCookie(value: string, seconds: number, secure: boolean): string {
  const flags = `Path=${OIDC_PATH}; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
  return `${COOKIE}=${value}; ${flags}${secure ? '; Secure' : ''}`
}
