/** The answers about fire drills. */
import { z } from 'zod'
import type { FireDrillView } from '../../domain/api/fire-drill.ts'
import { named, time } from '../schemas.ts'

const millis = z.number().nonnegative()

export const fireDrillSchedule = z.strictObject({
  enabled: z.boolean(),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as "04:00"')
    .meta({ description: "By the server's own clock." }),
  scenario: z.string().max(100).meta({ description: 'One of `GET /api/v1/drills`.' }),
})

const rule = z.strictObject({
  ruleId: z.string(),
  name: z.string(),
  afterMs: millis
    .nullable()
    .meta({ description: "From the port's answer to the alert; null: it never came." }),
})
const channel = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(['told', 'later', 'passed', 'failed']).meta({
    description:
      '`later`: quiet hours or a digest keep it; `passed`: the channel does not want alerts such as these.',
  }),
  afterMs: millis.nullable(),
  why: z.string().nullable(),
})
const run = named(
  'FireDrillRun',
  z.strictObject({
    drill: z.string(),
    scenario: z.string(),
    startedAt: time,
    finishedAt: time,
    by: z.string(),
    passed: z.boolean(),
    why: z.string().nullable().meta({ description: 'What went wrong, in a sentence.' }),
    acceptMs: millis.nullable().meta({ description: 'Until the port had answered for all of its records.' }),
    detectMs: millis.nullable().meta({ description: 'From there to the last of the expected alerts.' }),
    notifyMs: millis.nullable().meta({ description: 'From there to the first channel that was told.' }),
    rules: z.array(rule),
    channels: z.array(channel),
  }),
)
export const fireDrill: z.ZodType<FireDrillView> = named(
  'FireDrill',
  z.strictObject({
    schedule: fireDrillSchedule,
    next: time.nullable(),
    running: time.nullable().meta({ description: 'When the one under way began.' }),
    runs: z.array(run),
  }),
)
