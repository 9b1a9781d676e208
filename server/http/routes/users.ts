/** The people who may sign in. */
import { z } from 'zod'
import { ROLE_SCOPES, ROLES } from '../../domain/access.ts'
import { toIso } from '../../domain/time.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../auth/passwords.ts'
import { changeUser, createUser, deleteUser, findUser, listUsers, type User } from '../auth/users.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { created, etag, expectedVersion, noContent, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

export const userName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u, 'must be letters, digits and . _ @ + -, without blanks')
export const newPassword = z
  .string()
  .min(SHORTEST_PASSWORD, `must have at least ${SHORTEST_PASSWORD} characters`)
  .max(LONGEST_PASSWORD)

const userInput = z
  .object({
    name: userName.optional(),
    // What the set-up and signing in call it.
    user: userName.optional().meta({ description: 'The same as `name`.' }),
    password: newPassword,
    role: z.enum(ROLES),
  })
  .meta({ anyOf: [{ required: ['name'] }, { required: ['user'] }] })

const userChange = z
  .strictObject({
    role: z.enum(ROLES).exactOptional(),
    disabled: z.boolean().exactOptional(),
    password: newPassword.exactOptional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')

const MAY_TRIAGE = ROLES.filter((role) => ROLE_SCOPES[role].includes('write'))

export function userRoutes(context: Context): Route[] {
  const { store } = context
  const tag = 'access'
  return [
    route({
      method: 'get',
      path: '/api/v1/users',
      tag,
      summary: 'List users',
      access: ['admin'],
      answers: { 200: { description: 'All users', schema: answers.listOf('users', answers.user) } },
      handle: async () => ok({ users: (await listUsers(store)).map(userView), nextCursor: null }),
    }),
    route({
      method: 'get',
      path: '/api/v1/assignees',
      tag: 'alerts',
      summary: 'Names of the people who can work on alerts',
      access: ['read'],
      answers: {
        200: { description: 'By name', schema: z.strictObject({ assignees: z.array(z.string()) }) },
      },
      async handle() {
        const able = (await listUsers(store)).filter(
          ({ disabled, role }) => !disabled && MAY_TRIAGE.includes(role),
        )
        return ok({ assignees: able.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)) })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/users',
      tag,
      summary: 'Make a user',
      access: ['admin'],
      body: jsonBody(userInput),
      answers: {
        201: { description: 'Made', schema: answers.user },
        409: { description: 'The name is taken' },
      },
      async handle({ body, who, now }) {
        const { password, role } = body
        const made = { name: nameIn(body), password, role, actor: who.name, at: now }
        const user = await createUser(store, made)
        return created(userView(user), `/api/v1/users/${encodeURIComponent(user.id)}`, etag(user.version))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/users/{id}',
      tag,
      summary: 'One user',
      access: ['admin'],
      answers: {
        200: { description: 'The user', schema: answers.user },
        404: { description: 'No such user' },
      },
      async handle({ params }) {
        const user = await findUser(store, params.id!)
        if (!user) throw new Problem('notFound', `There is no user ${JSON.stringify(params.id)}.`)
        return ok(userView(user), etag(user.version))
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/users/{id}',
      tag,
      summary: 'Change role or password, or switch a user off; each ends the sessions',
      access: ['admin'],
      body: jsonBody(userChange),
      answers: {
        200: { description: 'Changed', schema: answers.user },
        404: { description: 'No such user' },
        409: { description: 'Nobody could manage users any more' },
        412: { description: 'Changed meanwhile' },
      },
      async handle({ params, body, who, request }) {
        const user = await changeUser(context, params.id!, body, who.name, expectedVersion(request))
        return ok(userView(user), etag(user.version))
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/users/{id}',
      tag,
      summary: 'Delete a user and end the sessions',
      access: ['admin'],
      answers: {
        204: { description: 'Deleted' },
        404: { description: 'No such user' },
        409: { description: 'Nobody could manage users any more' },
      },
      async handle({ params, who }) {
        await deleteUser(context, params.id!, who.name)
        return noContent
      },
    }),
  ]
}

/** The one name of `name` and `user`. */
function nameIn({ name, user }: { name?: string | undefined; user?: string | undefined }): string {
  const given = name ?? user
  if (given !== undefined && (user ?? given) === given) return given
  const message = given === undefined ? 'name is missing' : 'name and user differ: send one of them'
  throw new Problem('invalid', `${message}.`, { errors: [{ message, path: 'name' }] })
}

function userView({ id, name, role, disabled, createdAt, version }: User) {
  return { id, name, user: name, role, disabled, createdAt: toIso(createdAt), version }
}
