/** Answers about events, and records that could not be read. */
import { z } from 'zod'
import type { EventView } from '../../domain/api.ts'
import { json, named, textOrNull, time, timeOrNull } from './base.ts'

const eventShape = {
  id: z.string(),
  time,
  receivedAt: time,
  dataset: z.string(),
  index: z.string(),
  source: z.string(),
  fields: z.record(z.string(), json).meta({ description: 'The normalised document, nested.' }),
  raw: z.string().meta({ description: 'The record as it was sent.' }),
}

export const event = named('Event', z.strictObject(eventShape) satisfies z.ZodType<EventView>)

export const alertEvent = named(
  'AlertEvent',
  z.strictObject({
    ...eventShape,
    step: z.int(),
    receivedAt: timeOrNull,
    index: textOrNull,
    source: textOrNull,
    fields: eventShape.fields.nullable().meta({ description: 'Null once retention has removed the event.' }),
    raw: textOrNull,
  }),
)

export const eventsAnswer = named(
  'EventsAnswer',
  z.strictObject({
    accepted: z.int(),
    updated: z.int().meta({ description: 'Those of `accepted` that changed a known id.' }),
    duplicates: z.int(),
    rejected: z.int(),
    errors: z
      .array(z.strictObject({ line: z.int(), code: z.string(), detail: z.string() }))
      .meta({ description: 'The first 100.' }),
  }),
)

export const rejected = named(
  'Rejected',
  z.strictObject({
    id: z.string(),
    receivedAt: time,
    dataset: textOrNull,
    source: z.string(),
    code: z.string(),
    detail: z.string(),
    raw: z.string(),
    replayedAt: timeOrNull,
  }),
)
