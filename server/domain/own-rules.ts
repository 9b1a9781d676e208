/** What the product says of itself: alerts that no log raises, so that silence can be trusted. */
import type { Severity } from './alert.ts'

export const OWN_RULE_IDS = [
  'vedette-source-silent',
  'vedette-rule-blind',
  'vedette-delivery-failed',
  'vedette-drill-failed',
] as const
export type OwnRuleId = (typeof OWN_RULE_IDS)[number]

export type OwnStep = { id: string; title: string; what: string }
export type OwnRule = { name: string; severity: Severity; steps: readonly OwnStep[] }

export const OWN_RULES: Record<OwnRuleId, OwnRule> = {
  'vedette-source-silent': {
    name: 'A source has fallen silent',
    severity: 'medium',
    steps: [
      {
        id: 'look-at-source',
        title: 'Look at the source under Data sources',
        what: 'It says when the last log came, how long its pauses usually are, and why records were rejected.',
      },
      {
        id: 'look-at-shipper',
        title: 'See whether its shipper runs and what it says',
        what: 'An expired key, a full disk there, or a licence that ended are the usual reasons. What it kept is sent when it runs again, and is looked at as if it had come in time.',
      },
    ],
  },
  'vedette-rule-blind': {
    name: 'Rules can no longer see what they look for',
    severity: 'medium',
    steps: [
      {
        id: 'look-at-rule',
        title: 'Open the rule: it says which field its logs no longer have',
        what: 'A licence that ended (risk of sign-ins), another export format, or a setting of the shipper are the usual reasons.',
      },
      {
        id: 'try-the-rule',
        title: 'When the field is back, play the drill of the rule',
        what: 'It shows that the rule fires again.',
      },
    ],
  },
  'vedette-delivery-failed': {
    name: 'Somebody could not be told',
    severity: 'high',
    steps: [
      {
        id: 'look-at-channel',
        title: 'See under Settings, Notifications, what the channel answers',
        what: 'Send a test after mending it.',
      },
      {
        id: 'retry',
        title: 'Send again what could not be sent',
        what: 'Each message that was given up has a button for it.',
      },
    ],
  },
  'vedette-drill-failed': {
    name: 'The fire drill failed',
    severity: 'high',
    steps: [
      {
        id: 'look-at-drill',
        title: 'See under Settings, Fire drill, what was missing',
        what: 'The port, a rule, or a channel: each has its own line with the time that it took.',
      },
      {
        id: 'drill-again',
        title: 'Mend it and play the drill again',
        what: 'This alert ends when one passes.',
      },
    ],
  },
}

export function ownRuleOf(id: string): OwnRule | null {
  return Object.hasOwn(OWN_RULES, id) ? OWN_RULES[id as OwnRuleId] : null
}
