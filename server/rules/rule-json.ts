import type { Json } from '../domain/json.ts'
import type { Rule, ThresholdSpec } from '../domain/rule.ts'
import { DAY, HOUR, type Millis, MINUTE, SECOND } from '../domain/time.ts'

/** A rule as the API shows it, in the words of a rule file; `readRule({ value })` reads it back unchanged. */
export function ruleToJson(rule: Rule): { [key: string]: Json } {
  const { threshold, then, travel, newTerms } = rule
  return {
    id: rule.id,
    name: rule.name,
    version: rule.version,
    enabled: rule.enabled,
    builtIn: rule.builtIn,
    severity: rule.severity,
    confidence: rule.confidence,
    kind: rule.kind,
    language: rule.language,
    entity: rule.entity,
    query: rule.query,
    ...(threshold && { threshold: thresholdJson(threshold) }),
    ...(then && { then: { query: then.query, within: spanText(then.within), severity: then.severity } }),
    ...(travel && {
      travel: {
        by: travel.by,
        within: spanText(travel.within),
        faster_than_kmh: travel.fasterThanKmh,
        min_km: travel.minKm,
      },
    }),
    ...(newTerms && {
      new_terms: {
        by: newTerms.by,
        fields: newTerms.fields,
        history: spanText(newTerms.history),
        learn: newTerms.learn === 0 ? 0 : spanText(newTerms.learn),
        ...(newTerms.knownBy && { known_by: newTerms.knownBy }),
      },
    }),
    ...(rule.several && { several: { by: rule.several.by, at_least: rule.several.atLeast } }),
    attack: rule.attack,
    tags: rule.tags,
    summary: rule.summary,
    false_positives: rule.false_positives,
    investigate: rule.investigate,
    respond: rule.respond,
    hunt: rule.hunt,
    drill: rule.drill,
    ...(rule.buildingBlock && { building_block: true }),
    ...(rule.data && { data: rule.data }),
    ...(rule.tuning && { tuning: rule.tuning }),
    ...(rule.lateness !== undefined && { lateness: spanText(rule.lateness) }),
    ...(rule.heeds && { heeds: rule.heeds }),
    ...(rule.may !== undefined && { may: rule.may }),
    related: rule.related,
    author: rule.author,
    license: rule.license,
  }
}

function thresholdJson(spec: ThresholdSpec): { [key: string]: Json } {
  return {
    by: spec.by,
    ...(spec.isMoreThan ? { more_than: spec.atLeast - 1 } : { at_least: spec.atLeast }),
    within: spanText(spec.within),
    distinct: spec.distinct,
    ...(spec.atLeastEvents !== undefined && { at_least_events: spec.atLeastEvents }),
    ...(spec.baseline && {
      baseline: {
        days: spec.baseline.history / DAY,
        times: spec.baseline.times,
        at_least_days: spec.baseline.learn / DAY,
      },
    }),
    ...(spec.or && {
      or: spec.or.map((one) => ({
        at_least: one.atLeast,
        distinct: one.distinct,
        ...(one.atLeastEvents !== undefined && { at_least_events: one.atLeastEvents }),
        ...(one.within !== undefined && { within: spanText(one.within) }),
      })),
    }),
  }
}

/** The shortest text that `parseSpan` reads back as this span: `90m`, `4h`, `1500ms`. */
export function spanText(span: Millis): string {
  const units: [Millis, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ]
  const unit = units.find(([size]) => span % size === 0)
  return unit ? `${span / unit[0]}${unit[1]}` : `${span}ms`
}
