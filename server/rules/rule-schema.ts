/**
 * The shape of a rule file as a person writes it (product words, spans as text). It checks one value at a time;
 * what two values must agree on is `rule-checks.ts`. The same schema documents the API.
 */
import { z } from 'zod'
import { SEVERITIES } from '../domain/alert.ts'
import { ACTION_NAME, HEEDS } from '../domain/organisation.ts'
import { parseSpan } from '../domain/time.ts'

/** Long enough for the longest public rule (some 20,000 characters), short enough to refuse a pasted log. */
const LONGEST_TEXT = 100_000

const says = (text: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : text),
})

const text = z.string(says('must be a text')).max(LONGEST_TEXT, 'is longer than 100,000 characters')
const filled = text.refine((value) => value.trim() !== '', 'must not be empty')
const texts = z.union([text, z.array(text)], says('must be a text or a list of texts'))
const fieldName = z
  .string(says('must be the name of a field, e.g. user.email'))
  .regex(/^[^\s,[\]{}"]+$/, 'must be the name of a field, e.g. user.email')
const fieldNames = z.union(
  [fieldName, z.array(fieldName).min(1)],
  says('must be one or more field names, e.g. [user.email]'),
)
const span = z
  .string(says('must be a span of time: a whole number and ms, s, m, h or d, e.g. 1h'))
  .refine((value) => parseSpan(value) !== undefined, {
    error: 'must be a span of time: a whole number and ms, s, m, h or d, e.g. 1h',
  })
const count = z.int(says('must be a whole number above 0')).positive('must be a whole number above 0')
const amount = z.number(says('must be a number above 0')).positive('must be a number above 0')
const severity = z.enum(SEVERITIES, says(`must be one of ${SEVERITIES.join(', ')}`))
const searchLanguage = z.enum(['eql', 'kql'], says('must be eql or kql'))
const language = z.enum(['eql', 'kql', 'sigma'], says('must be one of eql, kql, sigma'))
const block = says('must be a group of settings')

const counted = z.union([fieldName, z.array(fieldName)], says('must be one or more field names'))

const alternative = z.strictObject(
  {
    at_least: count,
    distinct: counted.nullish(),
    at_least_events: count.nullish(),
    within: span.nullish(),
  },
  block,
)

const baseline = z.strictObject(
  { days: count.nullish(), times: amount.nullish(), at_least_days: count.nullish() },
  block,
)

export const thresholdSchema = z.strictObject(
  {
    by: z.union(
      [fieldName, z.array(fieldName)],
      says('must be one or more field names, e.g. [user.email], or [] for all together'),
    ),
    more_than: count.nullish(),
    at_least: count.nullish(),
    within: span,
    distinct: counted.nullish(),
    at_least_events: count.nullish(),
    or: z
      .array(alternative, says('must be a list of {at_least, distinct, at_least_events, within}'))
      .nullish(),
    baseline: baseline.nullish(),
  },
  block,
)

export const thenSchema = z.strictObject({ query: filled, within: span, severity: severity.nullish() }, block)

export const travelSchema = z.strictObject(
  { by: fieldNames.nullish(), within: span, faster_than_kmh: amount, min_km: amount },
  block,
)

export const newTermsSchema = z.strictObject(
  {
    by: fieldNames.nullish(),
    fields: fieldNames,
    history: span,
    learn: z.union([z.literal(0), span], says('must be a span of time, e.g. 3d, or 0')).nullish(),
    known_by: filled.nullish(),
  },
  block,
)

export const severalSchema = z.strictObject({ by: fieldNames, at_least: count }, block)

const dataSchema = z.strictObject({ dataset: filled, needs: filled }, block)
const tuningSchema = z.strictObject({ setting: filled, hides: filled }, block)

const huntSchema = z.strictObject({ title: filled, language: searchLanguage.nullish(), query: filled }, block)

export const ruleSchema = z.strictObject(
  {
    id: z
      .string(says('must be a text of letters, digits, ".", "_" and "-"'))
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'must be a text of letters, digits, ".", "_" and "-"')
      .nullish(),
    name: filled.max(300, 'is longer than 300 characters'),
    enabled: z.boolean(says('must be true or false')).nullish(),
    severity: severity.nullish(),
    confidence: severity.nullish(),
    kind: z
      .enum(
        ['query', 'sequence', 'threshold', 'travel', 'new_terms', 'correlation'],
        says('must be one of query, sequence, threshold, travel, new_terms, correlation'),
      )
      .nullish(),
    language,
    query: filled,
    entity: fieldName.nullish(),
    attack: z
      .array(
        z
          .string(says('must be an ATT&CK id, e.g. T1586.002'))
          .regex(/^TA?\d{4}(\.\d{3})?$/, 'must be an ATT&CK id, e.g. T1586.002'),
        says('must be a list of ATT&CK ids, e.g. [T1586.002]'),
      )
      .nullish(),
    tags: texts.nullish(),
    summary: text.max(1000, 'is longer than 1,000 characters').nullish(),
    false_positives: texts.nullish(),
    investigate: text.nullish(),
    respond: texts.nullish(),
    hunt: z.array(huntSchema, says('must be a list of {title, language, query}')).nullish(),
    drill: text.nullish(),
    building_block: z.boolean(says('must be true or false')).nullish(),
    data: z.array(dataSchema, says('must be a list of {dataset, needs}')).nullish(),
    tuning: z.array(tuningSchema, says('must be a list of {setting, hides}')).nullish(),
    lateness: span.nullish(),
    heeds: z
      .array(
        z.enum(HEEDS, says(`must be one of ${HEEDS.join(', ')}`)),
        says('must be a list of kinds of tuning'),
      )
      .nullish(),
    may: z
      .string(says('must be the name of an action'))
      .regex(ACTION_NAME, 'must be the name of an action: small letters, digits and "-", e.g. bulk-send')
      .nullish(),
    related: texts.nullish(),
    author: texts.nullish(),
    license: text.nullish(),
    threshold: thresholdSchema.nullish(),
    then: thenSchema.nullish(),
    travel: travelSchema.nullish(),
    new_terms: newTermsSchema.nullish(),
    several: severalSchema.nullish(),
    // What the server adds when it shows a rule: taken back without complaint, and without effect.
    version: z.unknown().optional(),
    builtIn: z.unknown().optional(),
    warnings: z.unknown().optional(),
    health: z.unknown().optional(),
  },
  says('must be a group of settings such as name, language and query'),
)

export type RuleText = z.infer<typeof ruleSchema>

/** The names that may stand at each place of a rule file, for "did you mean". */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(ruleSchema.shape),
  threshold: Object.keys(thresholdSchema.shape),
  'threshold.or': Object.keys(alternative.shape),
  'threshold.baseline': Object.keys(baseline.shape),
  then: Object.keys(thenSchema.shape),
  travel: Object.keys(travelSchema.shape),
  new_terms: Object.keys(newTermsSchema.shape),
  several: Object.keys(severalSchema.shape),
  hunt: Object.keys(huntSchema.shape),
  data: Object.keys(dataSchema.shape),
  tuning: Object.keys(tuningSchema.shape),
}
