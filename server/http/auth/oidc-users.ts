/** Who somebody is here that a provider vouches for: by its issuer and subject, never by a name or an address alone. */
import { createHash } from 'node:crypto'
import { type Role, ROLES } from '../../domain/access.ts'
import type { SignInProvider } from '../../domain/sign-in.ts'
import { OidcRefused } from './oidc.ts'
import { changeUser, createUser, type Deps, findUser, listUsers, type User } from './users.ts'

export type Claims = { readonly [name: string]: unknown; iss: string; sub: string }

/**
 * The user, made at the first sign-in; the role follows the groups each time. Throws `OidcRefused` where no group gives
 * a role, and where the account was switched off here.
 */
export async function userOf(deps: Deps, provider: SignInProvider, claims: Claims): Promise<User> {
  const role = roleOf(provider, claims)
  const origin = { issuer: claims.iss, subject: claims.sub }
  const known = (await listUsers(deps.store)).find(
    ({ oidc }) => oidc?.issuer === origin.issuer && oidc.subject === origin.subject,
  )
  if (known?.disabled) {
    throw new OidcRefused(`${known.name} is switched off here: an administrator can change that.`)
  }
  if (known) return known.role === role ? known : changeUser(deps, known.id, { role }, provider.name)
  const name = nameOf(claims)
  if (await findUser(deps.store, name)) {
    throw new OidcRefused(
      `There is a user ${name} here already, who is somebody else as far as ${provider.name} can tell. ` +
        'An administrator can delete that user; then you can sign in.',
    )
  }
  const made = { name, role, password: null, oidc: origin, actor: provider.name, at: deps.clock() }
  return createUser(deps.store, made)
}

/** The highest role that one of the person's groups gives. */
function roleOf({ name, groups }: SignInProvider, claims: Claims): Role {
  const theirs = [...textsOf(claims['groups']), ...textsOf(claims['roles'])]
  const role = ROLES.toReversed().find((one) => groups[one].some((group) => theirs.includes(group)))
  if (role) return role
  if (hasTooManyGroups(claims)) {
    throw new OidcRefused(
      `You are in more groups than ${name} tells at once. In Entra ID, let the token hold only groups that are ` +
        'assigned to the application, or use app roles.',
    )
  }
  throw new OidcRefused(
    `None of your groups may sign in here. ${name} told of ${theirs.length === 0 ? 'no group' : `${theirs.length}`}; ` +
      'an administrator sets under Settings, Sign-in, which group has which role.',
  )
}

/** Entra ID leaves the list out of the token where it is long, and says where to ask for it instead. */
function hasTooManyGroups(claims: Claims): boolean {
  const names = claims['_claim_names']
  return claims['hasgroups'] === true || (typeof names === 'object' && names !== null && 'groups' in names)
}

function nameOf(claims: Claims): string {
  const told = [claims['preferred_username'], claims['email'], claims['upn'], claims['name']]
  const name = told
    .filter((one): one is string => typeof one === 'string')
    .map((one) => one.trim().replaceAll(/[^\p{L}\p{N}._@+-]+/gu, '-'))
    .find((one) => /^[\p{L}\p{N}]/u.test(one))
  return (name ?? createHash('sha256').update(claims.sub).digest('hex').slice(0, 12)).slice(0, 100)
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((one): one is string => typeof one === 'string')
}
