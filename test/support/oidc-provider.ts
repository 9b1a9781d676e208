/** A real provider of OpenID Connect on a free port, at which whoever is `person` is signed in without a question. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export type Person = { sub: string; claims: Record<string, unknown> }
export type OidcProvider = {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who sits before the browser; null: whoever it is does not want to sign in. */
  person: Person | null
  stop(): Promise<void>
}

export async function oidcProvider(redirectUris: string[]): Promise<OidcProvider> {
  const people = new Map<string, Person>()
  let handle: http.RequestListener = () => {}
  const server = http.createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const it: OidcProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'vedette',
    clientSecret: 'the secret of the client',
    person: null,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const provider = new Provider(it.issuer, {
    clients: [{ client_id: it.clientId, client_secret: it.clientSecret, redirect_uris: redirectUris }],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'groups', 'roles', '_claim_names', 'hasgroups'],
    },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['test'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people.get(id)?.claims }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: oidc.session!.accountId!,
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  handle = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void callback(request, response)
    const { person } = it
    if (person) people.set(person.sub, person)
    const outcome = person
      ? { login: { accountId: person.sub } }
      : { error: 'access_denied', error_description: 'The person said no.' }
    void provider.interactionFinished(request, response, outcome)
  }
  return it
}
