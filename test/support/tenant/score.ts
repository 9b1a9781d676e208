/** Alerts beside the truth: what was found by a rule of its own kind, what was missed, and what was no attack at all. */
import type { Alert } from '../../../server/domain/alert.ts'
import { parseEventId } from '../../../server/domain/event.ts'
import { DAY, HOUR, type Millis } from '../../../server/domain/time.ts'
import type { Attack, Trap, Truth } from './truth.ts'

/** By kind of attack, the rules that are about it, by what their ids say. */
export const OWN_RULES: Record<string, RegExp> = {
  'risky-signin-inbox-rule': /risky.*(rule|mailbox)|inbox-rule/,
  'impossible-travel': /travel/,
  'password-spray': /spray|stuffing/,
  'credential-spray': /spray|stuffing/,
  'credential-stuffing': /spray|stuffing/,
  'brute-force': /guess|brute|spray|stuffing/,
  'thread-hijack': /thread|hijack|reply/,
  'bulk-send': /send|sent|bulk|volume/,
  'oauth-consent': /consent|oauth|app-grant/,
  'mfa-method-added': /mfa.*(method|added|regist)|method-added|security-info/,
  'mfa-fatigue': /fatigue|mfa-prompt|push/,
  'mailbox-permission': /permission|delegat|full-access|folder-shared/,
  'mailbox-forward': /forward/,
  'mail-flow-rule': /transport|mail-flow/,
  'transport-rule': /transport|mail-flow/,
  'token-theft': /token|session/,
  'device-code': /device-code/,
  'legacy-auth': /legacy|ropc/,
  'mass-delete': /delet/,
  'mail-access': /mail-access|mail-read|mail-items/,
}

export type Found = { attack: Attack; kind: string; by: Alert[]; related: Alert[] }
export type FalseAlert = { alert: Alert; trap: Trap | null }
export type Score = {
  /** An attack of several steps counts once for each. */
  found: Found[]
  missed: Found[]
  falseAlerts: FalseAlert[]
  duplicates: [Alert, Alert][]
  withdrawn: Alert[]
  standing: Alert[]
}

/** What follows from an attack may be told up to a day later. */
const AFTERMATH: Millis = DAY

export function score(truth: Truth, alerts: readonly Alert[]): Score {
  const merged = alerts.filter(({ mergedInto }) => mergedInto === null)
  const standing = merged.filter(({ status }) => status !== 'withdrawn')
  const ids = new Map(standing.map((alert) => [alert, recordsOf(alert)]))
  const found: Found[] = []
  for (const attack of truth.attacks) {
    const steps = attack.steps ?? [{ kind: attack.kind, eventIds: attack.eventIds ?? [] }]
    for (const { kind, eventIds } of steps) {
      const events = new Set(eventIds)
      const touching = standing.filter((alert) => ids.get(alert)!.some((id) => events.has(id)))
      const own = OWN_RULES[kind] ?? new RegExp(kind)
      const by = touching.filter((alert) => own.test(alert.ruleId))
      const related = standing.filter(
        (alert) => !by.includes(alert) && isAbout(alert, attack, ids.get(alert)!),
      )
      found.push({ attack, kind, by, related })
    }
  }
  const falseAlerts = standing
    .filter((alert) => !truth.attacks.some((attack) => isAbout(alert, attack, ids.get(alert)!)))
    .map((alert) => ({ alert, trap: trapOf(truth, alert, ids.get(alert)!) }))
  return {
    found: found.filter(({ by }) => by.length > 0),
    missed: found.filter(({ by }) => by.length === 0),
    falseAlerts,
    duplicates: duplicatesIn(standing),
    withdrawn: merged.filter(({ status }) => status === 'withdrawn'),
    standing,
  }
}

function recordsOf(alert: Alert): string[] {
  return alert.evidence.flatMap(({ eventId }) => parseEventId(eventId)?.identity ?? [])
}

/** It rests on a record of the attack, or it is about an attacked account in that time. */
function isAbout(alert: Alert, attack: Attack, records: readonly string[]): boolean {
  const events = new Set([
    ...(attack.eventIds ?? []),
    ...(attack.steps ?? []).flatMap((step) => step.eventIds),
  ])
  if (records.some((id) => events.has(id))) return true
  if (alert.lastSeen < Date.parse(attack.start) - HOUR) return false
  if (alert.firstSeen > Date.parse(attack.end) + AFTERMATH) return false
  // Those who were only tried (a spray) are in no trouble; an alert about one of them is about something else.
  if (attack.ip !== undefined && alert.entity.value === attack.ip) return true
  return alert.user === attack.user.toLowerCase()
}

function trapOf(truth: Truth, alert: Alert, records: readonly string[]): Trap | null {
  const exact = truth.traps.find(({ eventIds }) => eventIds?.some((id) => records.includes(id)))
  if (exact) return exact
  const near = truth.traps.filter(
    ({ user, users, start, end }) =>
      [user, ...(users ?? [])].some((one) => alert.users.includes(one.toLowerCase())) &&
      alert.firstSeen <= Date.parse(end) + HOUR &&
      alert.lastSeen >= Date.parse(start) - HOUR,
  )
  const isBait = ({ bait }: Trap) => bait.some((kind) => OWN_RULES[kind]?.test(alert.ruleId))
  return near.find(isBait) ?? near.find(({ standing }) => !standing) ?? null
}

/** Two alerts of one rule that share evidence. */
function duplicatesIn(alerts: readonly Alert[]): [Alert, Alert][] {
  const found: [Alert, Alert][] = []
  const byEvent = new Map<string, Alert>()
  for (const alert of alerts) {
    const others = new Set<Alert>()
    for (const { eventId, step } of alert.evidence) {
      const name = `${alert.ruleId} ${step} ${eventId}`
      const other = byEvent.get(name)
      if (other) others.add(other)
      else byEvent.set(name, alert)
    }
    for (const other of others) found.push([other, alert])
  }
  return found
}
