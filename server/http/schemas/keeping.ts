/** Schemas of what is kept: retention and backups. */
import { z } from 'zod'
import type { BackupsView, MadeBackupView, RetentionView } from '../../domain/api/keeping.ts'
import { named, time } from '../schemas.ts'

const timeOrNull = time.nullable()

export const madeBackup: z.ZodType<MadeBackupView> = named(
  'MadeBackup',
  z.strictObject({
    file: z.string(),
    bytes: z.int(),
    events: z.int(),
    checked: z.literal(true).meta({ description: 'It was restored once, and was whole.' }),
    tookMs: z.int(),
  }),
)

export const backups: z.ZodType<BackupsView> = named(
  'Backups',
  z.strictObject({
    backups: z.array(
      z.strictObject({
        file: z.string(),
        bytes: z.int(),
        at: time,
        events: z.int().nullable(),
        checked: z.boolean(),
        tookMs: z.int().nullable(),
      }),
    ),
    nextCursor: z.null(),
    schedule: z.strictObject({
      enabled: z.boolean(),
      time: z.string(),
      keep: z.int(),
      next: timeOrNull,
    }),
    running: z.boolean(),
    failure: z.strictObject({ at: time, detail: z.string() }).nullable(),
  }),
)

export const retention: z.ZodType<RetentionView> = named(
  'Retention',
  z.strictObject({
    retention: z.string().nullable().meta({ description: 'How long events are kept, from their receipt.' }),
    incidents: z.string().nullable().meta({ description: 'How long incidents and alerts are kept.' }),
    maxDisk: z.int().nullable().meta({ description: 'Bytes that the data folder may take.' }),
    bytes: z.int().meta({ description: 'What it takes: stored logs, the log of changes, backups.' }),
    short: z.boolean().meta({
      description: 'The limit cannot be kept without removing logs of the last day, which stay.',
    }),
    oldestEvent: timeOrNull.meta({ description: 'When the oldest stored events were received.' }),
    removed: z.array(
      z.strictObject({
        at: time,
        reason: z.enum(['age', 'disk']),
        events: z.int(),
        incidents: z.int(),
        rejected: z.int(),
        from: timeOrNull,
        to: timeOrNull,
      }),
    ),
    next: z.strictObject({ at: time, reason: z.literal('age') }).nullable(),
  }),
)
