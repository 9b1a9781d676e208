/** Answers about trying rules out. */
import { z } from 'zod'
import { CLOSE_REASONS, STATUSES } from '../../domain/alert.ts'
import type { BacktestView, DrillOutcome, DrillView, ExplainView } from '../../domain/api.ts'
import { entity, json, named, severity, textOrNull, time } from './base.ts'

const comparedAlert = z.strictObject({
  id: textOrNull.meta({ description: 'Of the alert that exists; null: there is none.' }),
  summary: z.string(),
  user: textOrNull,
  entity,
  severity,
  firstSeen: time,
  lastSeen: time,
  count: z.int(),
  drill: z.boolean(),
  status: z.enum(STATUSES).nullable(),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
})

export const backtest = named(
  'Backtest',
  z.strictObject({
    alerts: z.array(comparedAlert).meta({ description: 'All that would have been raised.' }),
    new: z.array(comparedAlert).meta({ description: 'Those of them that no alert tells.' }),
    lost: z.array(comparedAlert).meta({ description: 'Alerts that would not have been raised.' }),
    kept: z.array(comparedAlert).meta({ description: 'Alerts that would have been raised too.' }),
    events: z.int().meta({ description: 'Stored events of the range.' }),
    tookMs: z.int(),
  }) satisfies z.ZodType<BacktestView>,
)

const eventRef = { eventId: z.string(), time }

export const explanation = named(
  'Explanation',
  z.strictObject({
    fired: z.boolean(),
    alerts: z.array(z.string()).meta({ description: 'Ids of the alerts that tell it.' }),
    summary: z.string(),
    steps: z.array(
      z.strictObject({
        step: z.int(),
        matched: z.int(),
        events: z.array(z.strictObject(eventRef)).meta({ description: 'The latest of those that met it.' }),
        nearest: z
          .array(
            z.strictObject({
              ...eventRef,
              clauses: z.array(z.strictObject({ text: z.string(), met: z.boolean(), values: z.array(json) })),
            }),
          )
          .meta({ description: 'Of those that did not meet it the ones that lack least.' }),
      }),
    ),
    missing: z.array(z.string()).meta({ description: 'In sentences, the weightiest first.' }),
    exceptions: z
      .array(z.strictObject({ id: z.string(), reason: z.string(), events: z.int() }))
      .meta({ description: 'Those that leave out events about the entity that met a step.' }),
  }) satisfies z.ZodType<ExplainView>,
)

export const drill = named(
  'Drill',
  z.strictObject({
    name: z.string(),
    title: z.string(),
    kind: z.enum(['attack', 'rule']).meta({
      description: '`attack`: a whole one; `rule`: the small one of a single rule.',
    }),
    expected: z.array(z.string()).meta({ description: 'Ids of the rules that must tell of it.' }),
  }) satisfies z.ZodType<DrillView>,
)

export const drillOutcome = named(
  'DrillOutcome',
  z.strictObject({
    drill: z.string().meta({ description: "The mark of this run's records." }),
    expected: z.array(z.string()),
    raised: z
      .array(z.string())
      .meta({ description: 'Ids of the alerts that came, those of expected rules first.' }),
    tookMs: z.int(),
  }) satisfies z.ZodType<DrillOutcome>,
)
