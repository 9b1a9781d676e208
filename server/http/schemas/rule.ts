/** Answers about rules and their exceptions. */
import { z } from 'zod'
import type { RuleActivity } from '../../domain/api.ts'
import { alertShape } from './alert.ts'
import { named, severity, textOrNull, time, timeOrNull } from './base.ts'

const diagnostic = named(
  'Diagnostic',
  z.looseObject({
    line: z.int(),
    column: z.int(),
    length: z.int(),
    message: z.string(),
    hint: textOrNull,
  }),
)

export const ruleCoverage = named(
  'RuleCoverage',
  z.strictObject({
    ruleId: z.string(),
    enabled: z.boolean(),
    canFire: z.boolean(),
    reasons: z.array(z.string()).meta({ description: 'Why it cannot fire; none: it can.' }),
    warnings: z.array(z.string()).meta({ description: 'What makes it weaker or dearer than it looks.' }),
    newestData: timeOrNull,
    completeUpTo: timeOrNull.meta({
      description: 'Up to when all of its logs have come and are looked at; null: some never came.',
    }),
  }),
)

export const rule = named(
  'Rule',
  z.looseObject({
    id: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    builtIn: z.boolean(),
    severity,
    confidence: severity,
    kind: alertShape.kind,
    language: z.enum(['eql', 'kql', 'sigma']),
    query: z.string(),
    entity: z.string(),
    version: z.int().meta({ description: 'Counts every change: the number for If-Match.' }),
    warnings: z.array(diagnostic),
    health: ruleCoverage.optional().meta({ description: 'Of a single rule: can it fire right now?' }),
  }),
)

const importNote = z.strictObject({
  message: z.string(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  hint: textOrNull,
})

export const importedRules = named(
  'ImportedRules',
  z.strictObject({
    imported: z.array(
      z.strictObject({
        name: z
          .string()
          .meta({ description: 'The file, or the rule of a text that was sent without a name.' }),
        ruleId: z.string(),
        kind: alertShape.kind,
        enabled: z.boolean(),
        warnings: z.array(importNote),
      }),
    ),
    refused: z.array(z.strictObject({ name: z.string(), errors: z.array(importNote) })),
  }),
)

export const ruleActivity = named(
  'RuleActivity',
  z.strictObject({
    ruleId: z.string(),
    perDay: z.array(z.int()).meta({ description: 'Alerts raised, one number a day, oldest first.' }),
    closed: z.int().meta({ description: 'Of those of these days.' }),
    falsePositives: z.int().meta({ description: 'Of the closed ones.' }),
    lastSeen: time.meta({ description: 'The newest event of any of its alerts, of these days or before.' }),
  }) satisfies z.ZodType<RuleActivity>,
)

export const review = named(
  'RuleReview',
  z.strictObject({ valid: z.boolean(), errors: z.array(diagnostic), warnings: z.array(diagnostic) }),
)

export const exception = named(
  'Exception',
  z.strictObject({
    id: z.string(),
    ruleId: z.string().meta({ description: '`*`: every rule.' }),
    language: z.enum(['eql', 'kql']),
    condition: z.string(),
    reason: z.string(),
    expires: timeOrNull,
    createdAt: time,
    createdBy: z.string(),
    hidden: z.int().meta({ description: 'Events that it has left out.' }),
  }),
)
