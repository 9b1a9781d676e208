import { createHash } from 'node:crypto'
import type { Rule } from '../domain/rule.ts'
import { DAY, type Millis, parseSpan } from '../domain/time.ts'
import type { Query } from '../lang/tree.ts'
import { BASELINE, kindOf } from './rule-checks.ts'
import type { RuleText } from './rule-schema.ts'
import { sigmaShape } from './sigma-shape.ts'

// Shorter, and the first Monday after a weekend would be all news.
const LEARN: Millis = 3 * DAY

/** Fills in what a rule file leaves out. The text has been checked: nothing fails here. */
export function buildRule(
  text: RuleText,
  query: Query,
  options: { builtIn: boolean; version?: number },
): Rule {
  const sigma = text.language === 'sigma' ? sigmaShape(text.query) : null
  return {
    id: text.id ?? slug(text.name),
    name: text.name.trim(),
    version: options.version ?? 1,
    enabled: text.enabled ?? true,
    builtIn: options.builtIn,
    severity: text.severity ?? 'medium',
    confidence: text.confidence ?? 'medium',
    kind:
      sigma?.kind ??
      kindOf({ threshold: text.threshold, travel: text.travel, new_terms: text.new_terms }, query),
    language: text.language,
    query: text.query,
    entity: text.entity ?? sigma?.entity ?? joinField(text, query) ?? 'user.email',
    attack: text.attack ?? [],
    tags: list(text.tags),
    summary: text.summary ?? '',
    false_positives: list(text.false_positives),
    investigate: text.investigate ?? '',
    respond: list(text.respond),
    hunt: (text.hunt ?? []).map((hunt) => ({
      ...hunt,
      language: hunt.language ?? (text.language === 'kql' ? 'kql' : 'eql'),
    })),
    drill: text.drill ?? null,
    ...(text.building_block ? { buildingBlock: true as const } : {}),
    ...(text.data && text.data.length > 0 ? { data: text.data } : {}),
    ...(text.tuning && text.tuning.length > 0 ? { tuning: text.tuning } : {}),
    ...(text.lateness ? { lateness: millis(text.lateness) } : {}),
    ...(text.heeds && text.heeds.length > 0 ? { heeds: [...new Set(text.heeds)] } : {}),
    ...(text.may ? { may: text.may } : {}),
    related: list(text.related),
    author: list(text.author),
    license: text.license ?? null,
    threshold: threshold(text) ?? sigma?.threshold ?? null,
    then: text.then
      ? { query: text.then.query, within: millis(text.then.within), severity: text.then.severity ?? 'high' }
      : null,
    travel: text.travel
      ? {
          by: keys(text.travel.by),
          within: millis(text.travel.within),
          fasterThanKmh: text.travel.faster_than_kmh,
          minKm: text.travel.min_km,
        }
      : null,
    newTerms: text.new_terms
      ? {
          by: keys(text.new_terms.by),
          fields: list(text.new_terms.fields),
          history: millis(text.new_terms.history),
          learn: learn(text.new_terms.learn, options.builtIn),
          ...(text.new_terms.known_by && { knownBy: text.new_terms.known_by.trim() }),
        }
      : null,
    ...(text.several ? { several: { by: list(text.several.by), atLeast: text.several.at_least } } : {}),
  }
}

/** A rule's id from its name: `Été: risky sign-in` -> `ete-risky-sign-in`. A name without Latin letters gets a number. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replaceAll(/^-+|-+$/g, '')
  return plain || `rule-${createHash('sha1').update(name).digest('hex').slice(0, 10)}`
}

/** The field that hits are joined by first, if there is one. */
export function joinField(
  text: Pick<RuleText, 'threshold' | 'travel' | 'new_terms'>,
  query: Query,
): string | undefined {
  const by = text.threshold?.by ?? text.travel?.by ?? text.new_terms?.by
  if (by !== undefined && by !== null) return list(by)[0]
  return query.kind === 'sequence' ? query.steps[0]?.by[0]?.path : undefined
}

function threshold(text: RuleText): Rule['threshold'] {
  const spec = text.threshold
  if (!spec) return null
  const or = (spec.or ?? []).map((one) => ({
    atLeast: one.at_least,
    distinct: list(one.distinct),
    ...(one.at_least_events ? { atLeastEvents: one.at_least_events } : {}),
    ...(one.within ? { within: millis(one.within) } : {}),
  }))
  const { baseline } = spec
  return {
    by: list(spec.by),
    atLeast: spec.at_least ?? spec.more_than! + 1,
    ...(spec.at_least == null ? { isMoreThan: true as const } : {}),
    within: millis(spec.within),
    distinct: list(spec.distinct),
    ...(spec.at_least_events ? { atLeastEvents: spec.at_least_events } : {}),
    ...(baseline
      ? {
          baseline: {
            history: (baseline.days ?? BASELINE.days) * DAY,
            times: baseline.times ?? BASELINE.times,
            learn: (baseline.at_least_days ?? BASELINE.atLeastDays) * DAY,
          },
        }
      : {}),
    ...(or.length > 0 ? { or } : {}),
  }
}

/** What came with the product learns first; what a person wrote is taken at its word. */
function learn(given: 0 | string | null | undefined, builtIn: boolean): Millis {
  if (given === null || given === undefined) return builtIn ? LEARN : 0
  return given === 0 ? 0 : millis(given)
}

function keys(by: string | string[] | null | undefined): string[] {
  const given = list(by)
  return given.length > 0 ? given : ['user.email']
}

function list(value: string | string[] | null | undefined): string[] {
  return value === null || value === undefined ? [] : typeof value === 'string' ? [value] : value
}

function millis(span: string): Millis {
  return parseSpan(span)!
}
