/** Answers about signing in. */
import { z } from 'zod'
import type { SessionEntry } from '../../domain/api/access.ts'
import { named, time } from '../schemas.ts'

export const sessionEntry = named(
  'SessionEntry',
  z.strictObject({
    id: z.string(),
    user: z.string(),
    createdAt: time,
    lastSeen: time.meta({ description: 'Known to five minutes.' }),
    expiresAt: time,
    address: z.string().nullable().meta({ description: 'From where the person signed in.' }),
    agent: z.string().nullable().meta({ description: 'What the browser called itself.' }),
    current: z.boolean().meta({ description: 'The one that this request came with.' }),
  }) satisfies z.ZodType<SessionEntry>,
)

export const totpState = named('TotpState', z.strictObject({ on: z.boolean(), recoveryLeft: z.int() }))
export const totpProposal = named(
  'TotpProposal',
  z.strictObject({
    secret: z.string().meta({ description: 'Base32, for typing in.' }),
    address: z.string().meta({ description: '`otpauth://...`' }),
    matrix: z.array(z.string()).meta({ description: 'The QR code of `address`: rows of 1 (dark) and 0.' }),
  }),
)
export const recoveryCodes = named('RecoveryCodes', z.strictObject({ recoveryCodes: z.array(z.string()) }))
