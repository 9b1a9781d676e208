/** Answers about how it stands. */
import { z } from 'zod'
import type { CorrelatorView, Overview } from '../../domain/api.ts'
import { json, named, severity, textOrNull, time, timeOrNull } from './base.ts'
import { source } from './source.ts'

const correlatorShape = {
  lastRunAt: timeOrNull,
  pending: z.int(),
  lagMs: z.int().meta({ description: 'How long the oldest group that is due has waited.' }),
  rules: z.int(),
}

const correlatorBrief = z.strictObject(correlatorShape) satisfies z.ZodType<CorrelatorView>

export const correlator = named(
  'Correlator',
  z.strictObject({
    ...correlatorShape,
    oldestPending: timeOrNull,
    lastError: textOrNull,
    completeUpTo: z
      .record(z.string(), time)
      .meta({ description: 'Per dataset: up to when what has arrived is correlated.' }),
    late: z.int().meta({ description: 'Events stored more than 90 minutes after their time.' }),
    tooLate: z.int().meta({
      description:
        'Events that came when what they could have met was deleted by age: correlated with what is left.',
    }),
    ahead: z.int().meta({ description: 'Events with a time in the future, correlated at their receipt.' }),
    tooCommon: z
      .array(z.strictObject({ ruleId: z.string(), values: z.array(json), hits: z.int(), at: time }))
      .meta({ description: 'Join keys that very many events have in common, over the last day.' }),
  }),
)

export const correlatorRun = named(
  'CorrelatorRun',
  z.strictObject({
    settled: z.int(),
    raised: z.int(),
    extended: z.int(),
    merged: z.int(),
    withdrawn: z.int(),
  }),
)

const bySeverity = z.strictObject({ low: z.int(), medium: z.int(), high: z.int(), critical: z.int() })

export const overview = named(
  'Overview',
  z.strictObject({
    now: time,
    open: bySeverity,
    events: z.strictObject({
      total: z.int(),
      perMinute: z.number(),
      lastReceivedAt: timeOrNull,
      lastEventTime: timeOrNull,
      lastHour: z.array(z.strictObject({ minute: time, events: z.int() })),
      usual: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
    }),
    sources: z.array(source),
    correlator: correlatorBrief,
    storage: z.strictObject({ full: z.boolean(), since: timeOrNull, freeBytes: z.int().nullable() }),
    alertsPerDay: z.array(bySeverity.extend({ day: z.string() })),
    riskiest: z.array(
      z.strictObject({
        user: z.string(),
        riskScore: z.number(),
        severity,
        summary: z.string(),
        incidentId: z.string(),
        alertId: textOrNull,
      }),
    ),
  }) satisfies z.ZodType<Overview>,
)
