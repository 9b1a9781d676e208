/** Answers about incidents. */
import { z } from 'zod'
import { STATUSES } from '../../domain/alert.ts'
import type { BlastRadius, IncidentDetail, IncidentView } from '../../domain/api.ts'
import { entity, named, severity, textOrNull, time } from './base.ts'

export const incident = named(
  'Incident',
  z.strictObject({
    id: z.string(),
    user: textOrNull,
    entity,
    summary: z.string(),
    severity,
    riskScore: z.number().min(0).max(100),
    status: z.enum(STATUSES),
    firstSeen: time,
    lastSeen: time,
    raisedAt: time,
    revision: z.int(),
    version: z.int(),
    mergedInto: textOrNull,
    alertIds: z.array(z.string()),
    related: z
      .array(z.string())
      .meta({ description: "Alerts of other accounts' incidents that got into this account too." }),
    story: z.array(z.strictObject({ time, text: z.string(), alertId: z.string() })),
    drill: z.boolean(),
  }) satisfies z.ZodType<IncidentView>,
)

export const blastRadius = named(
  'BlastRadius',
  z.strictObject({
    sent: z.strictObject({
      mails: z.int(),
      subjects: z.array(z.string()),
      from: z.array(z.string()).meta({ description: 'The mailboxes that it sent as.' }),
      to: z.array(z.string()).meta({ description: 'Recipients, where the logs name them.' }),
    }),
    read: z.strictObject({ operations: z.int(), mails: z.number(), folders: z.array(z.string()) }),
    deleted: z.strictObject({ mails: z.number() }),
    shared: z.array(z.strictObject({ what: z.string(), with: textOrNull })),
    granted: z.array(
      z.strictObject({ kind: z.enum(['app', 'delegate']), name: z.string(), access: z.array(z.string()) }),
    ),
    rules: z.array(z.string()),
    forwardedTo: z.array(z.string()),
    signIns: z.strictObject({ addresses: z.array(z.string()), countries: z.array(z.string()) }),
    since: time,
    until: time,
    complete: z.boolean().meta({ description: 'False: there is more than was looked at.' }),
  }) satisfies z.ZodType<BlastRadius>,
)

export const incidentDetail = named(
  'IncidentDetail',
  z.strictObject({
    ...incident.shape,
    blastRadius: blastRadius.nullable(),
  }) satisfies z.ZodType<IncidentDetail>,
)
