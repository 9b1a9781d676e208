/** Schemas of channels and deliveries. */
import { z } from 'zod'
import { SEVERITIES } from '../../domain/alert.ts'
import { CHANNEL_KINDS, DELIVERY_STATES } from '../../domain/channel.ts'
import { named, time } from '../schemas.ts'

const severities = z.array(z.enum(SEVERITIES))
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')
const timezone = z.string().refine(isTimezone, 'must be a time zone such as Europe/Brussels')
export const quiet = z.strictObject({
  from: clock,
  to: clock,
  timezone: timezone.default('UTC'),
  except: severities.default(['critical']),
})

export const digest = z.strictObject({
  at: clock.default('08:00'),
  timezone: timezone.default('UTC'),
  severities: severities.default([]).meta({ description: 'Told once a day and not at once.' }),
})

export const channel = named(
  'Channel',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    config: z.record(z.string(), z.unknown()).meta({ description: 'Secrets are shown as {"set": true}.' }),
    severities,
    rules: z.array(z.string()).optional(),
    users: z.array(z.string()).optional(),
    quiet: quiet.optional(),
    digest: digest.optional(),
    drills: z.boolean().optional().meta({ description: 'Drills are told too, and say so.' }),
    enabled: z.boolean(),
    createdAt: time,
    version: z.int(),
  }),
)

export const delivery = named(
  'Delivery',
  z.strictObject({
    id: z.string(),
    channel: z.string(),
    change: z.string(),
    subject: z.string().meta({ description: 'The incident, or the alert that belongs to none.' }),
    sentence: z.string(),
    severity: z.enum(SEVERITIES),
    createdAt: time,
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    nextAt: time.nullable().meta({ description: 'When it is tried next, while it waits.' }),
    finishedAt: time.nullable(),
    error: z.string().nullable().meta({ description: 'Of the last try.' }),
  }),
)

export const testOutcome = z.strictObject({ ok: z.boolean(), detail: z.string(), tookMs: z.int() })

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
