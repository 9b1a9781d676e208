/** Answers of searches. */
import { z } from 'zod'
import { json, named, textOrNull, time } from './base.ts'
import { event } from './event.ts'

export const searchAnswer = named(
  'SearchAnswer',
  z.strictObject({
    events: z.array(event),
    sequences: z.array(
      z.strictObject({
        joinKeys: z.array(json),
        events: z
          .array(event.nullable())
          .meta({ description: 'Null: the place of a missing event, or of one that retention has removed.' }),
      }),
    ),
    total: z.strictObject({
      value: z.int(),
      exact: z.boolean().meta({ description: 'False: there are at least so many.' }),
    }),
    nextCursor: textOrNull,
    tookMs: z.int(),
  }),
)

export const histogram = named(
  'Histogram',
  z.strictObject({ buckets: z.array(z.strictObject({ from: time, to: time, count: z.int() })) }),
)

export const topValues = named(
  'TopValues',
  z.strictObject({
    values: z.array(
      z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() }),
    ),
    other: z.int().meta({ description: 'How often all other values were there, together.' }),
  }),
)
