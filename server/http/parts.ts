/** What the HTTP side stands on: the store, and ports to the work that other threads do. */
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { RespondStep, WhyStep } from '../domain/api.ts'
import type { Alert, CloseReason, Status } from '../domain/alert.ts'
import type { LogLevel } from '../domain/log-level.ts'
import type { Rule } from '../domain/rule.ts'
import type { Clock, Millis } from '../domain/time.ts'
import type { Diagnostic } from '../lang/tree.ts'
import type { AcceptAnswer, AcceptRequest, EventsAnswer } from '../pipeline/accept.ts'
import type { ChangeOutcome, RuleChanges, RuleInput, SaveOutcome, StoredRule } from '../pipeline/rulebook.ts'
import type { Backups } from '../pipeline/backups.ts'
import type { Coverage } from '../pipeline/coverage.ts'
import type { FireDrills } from '../pipeline/fire-drills.ts'
import type { TrialsPort } from '../pipeline/trials.ts'
import type { SearchPort } from '../search/port.ts'
import type { Store } from '../store/store.ts'
import type { TlsPair } from './tls-files.ts'

export { Overloaded } from '../pipeline/gate.ts'
export type {
  AcceptAnswer,
  AcceptRequest,
  EventsAnswer,
  SearchPort,
  RuleChanges,
  RuleInput,
  SaveOutcome,
  StoredRule,
}

export type IngestGate = {
  /**
   * Answers after the commit is durable. Throws `Overloaded` when full; then nothing of the request was kept.
   * `replay`: the record is kept among the rejected already, so another rejection need not keep it again.
   */
  accept(request: AcceptRequest & { replay?: true }): Promise<AcceptAnswer>
}

export type CorrelatorRun = {
  settled: number
  raised: number
  extended: number
  merged: number
  withdrawn: number
}
export type CorrelatorPort = {
  run(options: { force: boolean }): Promise<CorrelatorRun>
  state(): Promise<{
    lastRunAt: Millis | null
    lastError: string | null
    rules: number
    /** Keys that very many events have in common. */
    tooCommon?: { rule: string; key: string; hits: number; at: Millis }[]
  }>
}

/** The stored rules; each change is in the audit trail and reaches the threads that match and correlate. */
export type RulesPort = {
  list(): Promise<StoredRule[]>
  get(id: string): Promise<StoredRule | null>
  /** Every error and warning; stores nothing. */
  review(input: RuleInput): Promise<{ rule: Rule | null; diagnostics: Diagnostic[] }>
  save(
    input: RuleInput,
    options: { actor: string; target: { create: true } | { replace: string; expect?: number } },
  ): Promise<SaveOutcome>
  /** Each as `save` does with whatever id the rule has; the threads are told once, after the last. */
  saveAll(inputs: readonly RuleInput[], options: { actor: string; enabled: boolean }): Promise<SaveOutcome[]>
  change(
    id: string,
    changes: RuleChanges,
    options: { actor: string; expect?: number },
  ): Promise<ChangeOutcome>
  remove(
    id: string,
    options: { actor: string; expect?: number },
  ): Promise<'removed' | 'absent' | 'built-in' | 'changed'>
}

export type TriagePatch = {
  status?: Exclude<Status, 'withdrawn'>
  closeReason?: CloseReason | null
  assignee?: string | null
  note?: string
  step?: { id: string; done: boolean }
}
export type TriageRefusal = { id: string; detail: string; code: 'not-found' | 'conflict' | 'invalid' }
export type TriagePort = {
  /** Changes alerts as a person; each in the audit trail. `expectVersion` holds for every one of them. */
  revise(
    ids: string[],
    patch: TriagePatch,
    actor: string,
    expectVersion?: number,
  ): Promise<{ changed: Alert[]; refused: TriageRefusal[] }>
}

/** Why an alert's rule fired, and what to do now. */
export type AlertExtrasPort = {
  extras(alert: Alert): Promise<{ why: WhyStep[]; respond: Omit<RespondStep, 'done'>[] }>
}

/** A simulated attack. */
export type DrillHead = {
  name: string
  title: string
  /** `attack`: a whole one; `rule`: the small one of a single rule. */
  kind: 'attack' | 'rule'
  /** Ids of the rules that must tell of it, the main one first. */
  expected: string[]
}
/** One run of it: records that no other run has, feed by feed. */
export type DrillRun = { mark: string; expected: string[]; feeds: { dataset: string; body: Uint8Array }[] }
export type DrillsPort = {
  list(): DrillHead[]
  /** Null: there is none of this name. */
  play(name: string, now: Millis): DrillRun | null
}

export type FireDrillsPort = Pick<FireDrills, 'state' | 'setSchedule' | 'begin'>

export type StorageState = {
  /** Too little room for more events: shippers are refused until there is more. */
  full: boolean
  since: Millis | null
  /** What the disk has left; null: unknown. */
  freeBytes: number | null
}
export type StoragePort = { isFull(): boolean; state(): Promise<StorageState> }

/** What may be kept on the disk, and what takes it. */
export type RetentionPort = {
  /** `limit`, `used`: bytes. `isShort`: the limit cannot be kept without the last day's logs. */
  state(): Promise<{ limit: number; used: number; isShort: boolean }>
}

/** How much every thread writes to the log. */
export type LogLevelPort = {
  atStart: LogLevel
  current(): LogLevel
  set(level: LogLevel): Promise<void>
}

/** Backups; see `pipeline/backups.ts`. */
export type BackupsPort = Pick<Backups, 'make' | 'state' | 'setSchedule'>

export type HttpSettings = {
  /** An origin such as `https://siem.example.org`; null: whatever the client addressed. */
  publicUrl: string | null
  /** The built dashboard. */
  clientDir: string
  /** TLS ends here or at a proxy before us: cookies are for HTTPS only. */
  secureCookie: boolean
  /** A key with every scope, from the environment. */
  apiKey: string | null
  /** Bytes of a body, unpacked. */
  maxBody: number
  version: string
  /** How long events are kept; absent: for ever. */
  retention?: number
  /** PEM texts; null: plain HTTP. */
  tls?: TlsPair | null
}

export type HttpParts = {
  store: Store
  ingest: IngestGate
  correlator: CorrelatorPort
  rules: RulesPort
  triage: TriagePort
  /** Exceptions have changed: tell the correlator. */
  onExceptions?(): Promise<void>
  /** Deliveries wait again: tell the notifier. */
  onDeliveries?(): void
  extras?: AlertExtrasPort
  /** Absent: searches run on this thread, over `store`. */
  search?: SearchPort
  /** Absent: rules are tried out on this thread, over `store`. */
  trials?: TrialsPort
  /** Absent: looked at on this thread, over `store`. */
  coverage?: Coverage
  /** Absent: there are none. */
  drills?: DrillsPort
  /** Absent: none are played. */
  fireDrills?: FireDrillsPort
  /** Absent: there is always room. */
  storage?: StoragePort
  /** Absent: none can be made. */
  backups?: BackupsPort
  /** Absent: nothing is ever removed. */
  retention?: RetentionPort
  clock: Clock
  log: Logger
  /** Absent: that of this thread's log. */
  logLevel?: LogLevelPort
  settings: HttpSettings
  /** From the link printed at first start; null: the set-up is closed. */
  setupToken: string | null
  registry: Registry
  /** What keeps the server from being ready, in sentences; none: it is. */
  readiness?: () => Promise<string[]>
}
