/** The ways to sign in: which there are, for whoever is about to; and setting them. */
import type { SignInView } from '../../domain/api/sign-in.ts'
import type { SignInProvider } from '../../domain/sign-in.ts'
import { OidcRefused } from '../auth/oidc.ts'
import { readSignIn, saveSignIn, type StoredSignIn } from '../auth/sign-in-settings.ts'
import { factorState } from '../auth/totp.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { etag, expectedVersion, ok, route, type Route } from '../route.ts'
import * as schemas from '../schemas/sign-in.ts'
import { OIDC_PATH, redirectUri } from './oidc.ts'

export function signInRoutes(context: Context): Route[] {
  const { store, settings, oidc } = context
  const tag = 'access'
  const path = '/api/v1/sign-in'
  return [
    route({
      method: 'get',
      path: '/api/v1/session/ways',
      tag,
      summary: 'How one can sign in besides with a password',
      access: 'public',
      answers: { 200: { description: 'The provider, if there is one', schema: schemas.signInWays } },
      async handle() {
        const { provider } = (await readSignIn(store)).settings
        return ok({ provider: provider && { name: provider.name, path: OIDC_PATH } })
      },
    }),
    route({
      method: 'get',
      path,
      tag,
      summary: 'How people sign in here',
      access: ['admin'],
      answers: { 200: { description: 'The settings, without the secret', schema: schemas.signIn } },
      async handle({ request }) {
        const stored = await readSignIn(store)
        return ok(view(stored, redirectUri(request, settings)), etag(stored.version))
      },
    }),
    route({
      method: 'put',
      path,
      tag,
      summary: 'Set how people sign in; a new provider is asked first whether it is there',
      access: ['admin'],
      body: jsonBody(schemas.signInInput),
      answers: {
        200: { description: 'The settings as they are kept', schema: schemas.signIn },
        412: { description: 'Someone was faster: If-Match names an older version' },
        422: { description: 'A setting is wrong, or the provider cannot be asked' },
      },
      async handle({ body, who, request }) {
        const before = (await readSignIn(store)).settings
        const provider = body.provider && withSecret(body.provider, before.provider)
        if (provider && !isSameClient(provider, before.provider)) await needProvider(provider)
        if (body.requireCode && !before.requireCode && who.session) await needOwnFactor(who.session.user)
        const expect = expectedVersion(request)
        const saved = await saveSignIn(
          context,
          { requireCode: body.requireCode, provider },
          { actor: who.name, ...(expect === undefined ? {} : { expect }) },
        )
        if ('conflict' in saved)
          throw new Problem('changed', `The settings are at version ${saved.conflict}: read them again.`)
        return ok(view(saved, redirectUri(request, settings)), etag(saved.version))
      },
    }),
  ]

  async function needProvider(provider: SignInProvider): Promise<void> {
    try {
      await oidc.check(provider)
    } catch (error) {
      if (!(error instanceof OidcRefused)) throw error
      throw mistake(
        'provider.issuer',
        error.message,
        'Is it the address of the tenant, with /v2.0 at its end?',
      )
    }
  }

  /** Else whoever switches it on locks themselves out with the same stroke. */
  async function needOwnFactor(user: string): Promise<void> {
    if (await factorState(store, user)) return
    throw mistake(
      'requireCode',
      'You have no second factor yourself yet.',
      'Set yours up under My account first.',
    )
  }
}

type Input = Omit<SignInProvider, 'clientSecret'> & { clientSecret?: string | { set: true } | undefined }

function withSecret({ clientSecret, ...rest }: Input, before: SignInProvider | null): SignInProvider {
  if (typeof clientSecret === 'string') return { ...rest, clientSecret }
  // A secret goes to nobody but whom it was given for.
  if (before && before.issuer === rest.issuer && before.clientId === rest.clientId) {
    return { ...rest, clientSecret: before.clientSecret }
  }
  throw mistake('provider.clientSecret', 'The secret of this client is missing.', 'Make one at the provider.')
}

function isSameClient(a: SignInProvider, b: SignInProvider | null): boolean {
  return b !== null && a.issuer === b.issuer && a.clientId === b.clientId && a.clientSecret === b.clientSecret
}

function mistake(path: string, message: string, hint: string): Problem {
  return new Problem('invalid', message, { errors: [{ path, message, hint }] })
}

function view({ settings: { requireCode, provider } }: StoredSignIn, uri: string): SignInView {
  return { requireCode, provider: provider && { ...provider, clientSecret: { set: true } }, redirectUri: uri }
}
