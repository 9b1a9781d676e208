/** Answers about people, keys and what they did. */
import { z } from 'zod'
import { ROLES, SCOPES } from '../../domain/access.ts'
import type { SessionView } from '../../domain/api.ts'
import { json, named, textOrNull, time, timeOrNull } from './base.ts'

export const session = named(
  'Session',
  z.strictObject({
    user: z.string(),
    role: z.enum(ROLES),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: time,
    mustEnrol: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'Nothing may be done but setting up a second factor.' }),
  }) satisfies z.ZodType<SessionView>,
)

const keyShape = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: time,
  createdBy: z.string(),
  expires: timeOrNull,
  lastUsed: timeOrNull.meta({ description: 'Known to the minute.' }),
  lastUsedFrom: textOrNull.meta({ description: 'The address.' }),
}

export const key = named('Key', z.strictObject(keyShape))

export const newKey = named(
  'NewKey',
  z.strictObject({ ...keyShape, key: z.string().meta({ description: 'Shown this once.' }) }),
)

export const user = named(
  'User',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    user: z.string().meta({ description: 'The same as `name`.' }),
    role: z.enum(ROLES),
    disabled: z.boolean(),
    createdAt: time,
    version: z.int(),
  }),
)

export const auditEntry = named(
  'AuditEntry',
  z.strictObject({
    id: z.int(),
    at: time,
    actor: z.string(),
    verb: z.string(),
    subject: z.string(),
    detail: json,
    before: json.meta({ description: 'What differs, as it was, without secrets; null: there was nothing.' }),
    after: json.meta({ description: 'What differs, as it is from then on; null: there is nothing.' }),
    hash: z.string().meta({ description: 'SHA-256 over the hash of the entry before and this one.' }),
  }),
)
