/** What is asked and answered about the ways to sign in. */
import { z } from 'zod'
import type { SignInView, SignInWays } from '../../domain/api/sign-in.ts'
import { named } from '../schemas.ts'

const MOST_GROUPS = 200
const groups = z.array(z.string().trim().min(1).max(300)).max(MOST_GROUPS).default([])
const issuer = z
  .string()
  .trim()
  .max(1000)
  .refine(isProviderAddress, {
    error: 'must be an https address such as https://login.microsoftonline.com/TENANT/v2.0',
  })
  .meta({ description: 'Under which the provider has its `/.well-known/openid-configuration`.' })
const shape = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters'),
  issuer,
  clientId: z.string().trim().min(1).max(300),
  groups: z
    .strictObject({ admin: groups, analyst: groups, viewer: groups })
    .meta({ description: 'Values of the claim `groups` or `roles`; the highest role counts.' }),
}
const secretSet = z.strictObject({ set: z.literal(true) })

export const signInInput = z.strictObject({
  requireCode: z
    .boolean()
    .default(false)
    .meta({ description: 'Whoever signs in with a password needs a second factor.' }),
  provider: z
    .strictObject({
      ...shape,
      clientSecret: z
        .union([z.string().min(1).max(1000), secretSet])
        .optional()
        .meta({ description: 'Left out, or `{"set":true}`: the one that is stored.' }),
    })
    .nullable()
    .default(null),
})

export const signIn: z.ZodType<SignInView> = named(
  'SignIn',
  z.strictObject({
    requireCode: z.boolean(),
    provider: z.strictObject({ ...shape, clientSecret: secretSet }).nullable(),
    redirectUri: z.string().meta({ description: 'What the provider must know this server by.' }),
  }),
) as unknown as z.ZodType<SignInView>

export const signInWays: z.ZodType<SignInWays> = named(
  'SignInWays',
  z.strictObject({
    provider: z
      .strictObject({
        name: z.string(),
        path: z.string().meta({ description: 'Where to send the browser.' }),
      })
      .nullable(),
  }),
)

/** Without TLS only on this machine. */
function isProviderAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, search, hash } = new URL(text)
  if (username || search || hash) return false
  return (
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
  )
}
