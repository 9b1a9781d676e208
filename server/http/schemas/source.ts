/** Answers about data sources. */
import { z } from 'zod'
import type { SnippetView, SourceView } from '../../domain/api.ts'
import { named, time, timeOrNull } from './base.ts'

export const source = named(
  'Source',
  z.strictObject({
    source: z.string(),
    dataset: z.string(),
    firstReceivedAt: time,
    lastReceivedAt: time,
    lastEventTime: timeOrNull,
    events: z.int(),
    rejected: z.int(),
    lastRejection: z
      .strictObject({ at: time, code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: 'The newest record that was rejected, and why.' }),
    perMinute: z.number().meta({ description: 'Events a minute over the last ten minutes.' }),
    usualPerMinute: z
      .number()
      .nullable()
      .meta({
        description:
          'Events a minute at this hour of the week (median of up to eight weeks), with less than two weeks of ' +
          'history over the day before; null while there is too little to say.',
      }),
    usualBasis: z.enum(['hour-of-week', 'day-before']).nullable(),
    usualPauseMs: z.int().nullable().meta({
      description:
        'The longest pause that is usual from the time of its last record on; null: it never paused.',
    }),
    delayMs: z.int().meta({ description: 'Between the latest event and its receipt.' }),
    delay: z.strictObject({ medianMs: z.int(), p95Ms: z.int() }).nullable().meta({
      description: "From the events' own times to their receipt, over the last 24 hours; 9 % exact.",
    }),
    silentSince: timeOrNull,
  }) satisfies z.ZodType<SourceView>,
)

const snippetShape = {
  shipper: z.string(),
  title: z.string(),
  language: z.string(),
  path: z.string().meta({ description: 'Where the text belongs.' }),
}

export const snippetHead = named('SnippetHead', z.strictObject(snippetShape))

export const snippet = named(
  'Snippet',
  z.strictObject({
    ...snippetShape,
    text: z.string().meta({ description: 'The configuration, with YOUR_KEY where the key belongs.' }),
    steps: z.array(z.string()),
    notes: z.array(z.string()).meta({ description: 'When the server is full or away, and known traps.' }),
  }) satisfies z.ZodType<SnippetView>,
)
