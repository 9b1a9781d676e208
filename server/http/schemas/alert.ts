/** Answers about alerts. */
import { z } from 'zod'
import { CLOSE_REASONS, STATUSES } from '../../domain/alert.ts'
import type { AlertDetail, AlertView } from '../../domain/api.ts'
import { entity, json, named, severity, textOrNull, time, timeOrNull } from './base.ts'

const matched = z.strictObject({ field: z.string(), value: json })

const evidence = z.strictObject({
  eventId: z.string(),
  step: z.int(),
  time,
  receivedAt: time,
  dataset: z.string(),
  matched: z.array(matched),
})

export const alertShape = {
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: z.enum(['query', 'sequence', 'threshold', 'travel', 'new_terms', 'correlation']),
  severity,
  confidence: severity,
  status: z.enum(STATUSES),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
  closedAt: timeOrNull,
  withdrawReason: textOrNull,
  assignee: textOrNull,
  notes: z.array(z.strictObject({ at: time, by: z.string(), text: z.string() })),
  tags: z.array(z.string()),
  techniques: z.array(z.string()),
  user: textOrNull.meta({ description: 'The account in trouble; null where it is about an address alone.' }),
  users: z.array(z.string()).meta({ description: 'All accounts involved.' }),
  entity,
  firstSeen: time,
  lastSeen: time,
  raisedAt: time,
  revision: z.int().meta({ description: 'The number in the live feed of the last change of any kind.' }),
  version: z.int().meta({ description: 'Counts what people changed: the number for If-Match.' }),
  count: z.int().meta({ description: 'Events in evidence, exact.' }),
  summary: z.string(),
  eventIds: z.array(z.string()),
  evidence: z.array(evidence).meta({ description: 'The first and last 100 by event time.' }),
  facts: z.record(z.string(), json),
  incidentId: textOrNull,
  mergedInto: textOrNull,
  fromHistory: z.boolean(),
  lateAfterClose: z.boolean(),
  drill: z.boolean(),
  buildingBlock: z
    .boolean()
    .meta({ description: 'Of a rule that is material for others; left out of lists.' }),
}

export const alert = named('Alert', z.strictObject(alertShape) satisfies z.ZodType<AlertView>)

const whyStep = z.strictObject({
  step: z.int(),
  eventId: textOrNull,
  clauses: z.array(z.strictObject({ text: z.string(), met: z.boolean(), values: z.array(json) })),
})

const respondStep = z.strictObject({
  id: z.string(),
  title: z.string(),
  what: z.string(),
  undo: textOrNull,
  commands: z.strictObject({
    powershell: z.string().exactOptional(),
    graph: z.string().exactOptional(),
    shell: z.string().exactOptional(),
  }),
  done: z
    .strictObject({ at: time, by: z.string() })
    .nullable()
    .meta({ description: 'Who ticked it; null: nobody.' }),
})

const activity = z.strictObject({
  at: time,
  by: z.string(),
  did: z.enum(['status', 'assignee', 'step']),
  value: textOrNull.meta({ description: 'The new status, the new assignee, the id of the step.' }),
  detail: textOrNull.meta({ description: 'Why it was closed; whether the step is `done` or `undone`.' }),
})

export const alertDetail = named(
  'AlertDetail',
  z.strictObject({
    ...alertShape,
    why: z.array(whyStep),
    respond: z.array(respondStep),
    activity: z.array(activity).meta({ description: 'The last 200 changes by people, oldest first.' }),
  }) satisfies z.ZodType<AlertDetail>,
)
