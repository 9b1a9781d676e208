import type { Severity } from '../../server/domain/alert.ts'
import type { Json } from '../../server/domain/json.ts'
import type { Millis } from '../../server/domain/time.ts'

export type Dataset = 'azure.signinlogs' | 'azure.auditlogs' | 'o365.audit' | 'system.auth'
/** A record as Microsoft or a shipper would deliver it, and the feed that it comes from. */
export type ScenarioRecord = { dataset: Dataset; record: { [key: string]: Json } }

/** One run of a scenario: no two runs share accounts, addresses or times. */
export type Run = {
  /** Short and unique: part of every name that the run invents. */
  id: string
  /** Everything happens before this. */
  startedAt: Millis
  /** Evenly from 0 up to 1. */
  random(): number
}

/** The alert that a run must raise. */
export type ExpectedAlert = {
  ruleId: string
  user: string | null
  entity: { type: 'user' | 'ip' | 'user_agent.original'; value: string }
  /** At least this severe. */
  severity: Severity
}

export type Played = {
  records: ScenarioRecord[]
  expected: ExpectedAlert
  /** Rules that must tell of it too. */
  also?: readonly string[]
  /** How many alerts of the rule; absent: one. */
  alerts?: number
}

/** What looks like the attack and is none: the rule of the scenario must stay silent. */
export type NearMiss = { title: string; play(run: Run): ScenarioRecord[] }

/** An attack that the product must see, told by the records that it leaves. */
export type Scenario = {
  name: string
  title: string
  play(run: Run): Played
  nearMisses?: readonly NearMiss[]
  /** How far back before the run its records lie; absent: an hour. */
  reach?: Millis
}
