import type { Alert } from '../../../server/domain/alert.ts'

/**
 * What must be the same of the alerts that stand, whatever came first: each in one line. Where an event holds several
 * keys, either may name the alert; and alerts of the first time never shrink, so one may span more than it would need.
 */
export function standingEssence(alerts: readonly Alert[]): string[] {
  return alerts
    .filter(({ mergedInto, status }) => mergedInto === null && status !== 'withdrawn')
    .map(({ kind, ruleId, entity, from, to, severity, user, count }) => {
      const span = kind === 'new_terms' ? {} : { to, count }
      return JSON.stringify({ ruleId, entity, user, severity, from, ...span })
    })
    .toSorted()
}
