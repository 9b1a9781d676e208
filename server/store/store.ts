/**
 * The contract of the store: a few verbs, each one unit of work. Whatever is answered is durable.
 * `test/store/contract.ts` runs on every engine; queries reach an engine as trees and ranges, never as SQL text.
 */
import type {
  Alert,
  AlertChangeKind,
  Evidence,
  EvidenceRow,
  Incident,
  Status,
  Severity,
} from '../domain/alert.ts'
import type { DelayCount } from '../domain/delay.ts'
import type { LogEvent, Rejection } from '../domain/event.ts'
import type { Group, Hit, Pending } from '../domain/hit.ts'
import type { Fields, Json } from '../domain/json.ts'
import type { ActiveHour } from '../domain/rhythm.ts'
import type { Millis } from '../domain/time.ts'
import type { ChainVerdict } from './audit-chain.ts'
import type { AuditChange } from './audit-diff.ts'
import type { DeliveryStore } from './deliveries.ts'

export type { Evidence }
export type { Attempt, DeliveryFilter, DeliveryPlan, DeliveryStore, ToldRow } from './deliveries.ts'

/** A writing verb found no room on the disk: nothing of it was kept. Told by its code on other threads. */
export class StoreFull extends Error {
  readonly code = STORE_FULL
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreFull'
  }
}
export const STORE_FULL = 'STORE_FULL'

/** One event with the hits of the version of it that came in. */
export type MatchedEvent = {
  event: LogEvent
  hits: Hit[]
  /** Line or position in its batch, 1-based. */
  line: number
  /** Leave a known event as it is (outcome `duplicate`), without merging: Elasticsearch's `create`. */
  createOnly?: boolean
}

/** What one request brought: its events and its rejects. `batch` makes a retry of an identical body harmless. */
export type Batch = {
  events: MatchedEvent[]
  rejections: Rejection[]
  source: string
  receivedAt: Millis
  /** Kept with the batch when identities in it rest on content: `receipt()` finds a retry of the same body by it. */
  receipt?: { digest: string; id: string }
}

/** Per event of the batch, in order. `updated`: a known event that says more or other now. */
export type AppendOutcome = 'accepted' | 'updated' | 'duplicate'
export type Appended = {
  outcomes: AppendOutcome[]
  /** New hits were stored, so groups are pending. */ nudge: boolean
}

/** Merges what is stored with what came: pure, in any order the same result. Null: the newcomer adds nothing. */
export type MergeVersions = (stored: Fields, incoming: Fields) => Fields | null

/**
 * The hits of an event that a later version completed. A copy may bring only what is new (the risk) and leave out what
 * was known (the app): each copy alone misses the rule, and the event as it is known meets it.
 */
export type MatchMerged = (event: LogEvent) => Hit[]

export type StoredEvent = LogEvent

/** Conditional write of the correlator, or of a person: all of it or nothing. */
export type Settlement = {
  /** Rows that this settles. They are done if their revision is unchanged, else the whole is refused. */
  pending: SettledPending[]
  /** Events that exceptions left out: each counts once for its exception. */
  hidden?: { exception: string; event: string }[]
  alerts: AlertWrite[]
  incidents: IncidentWrite[]
  audit?: AuditEntry
}
/** `again`: it stays in the queue, due then and from then on, since some of it is not certain yet. */
export type SettledPending = Pick<Pending, 'rule' | 'key' | 'day' | 'revision'> & {
  again?: { due: Millis; from: Millis }
}
export type AlertWrite = {
  /** The revision that the writer read; null for a new alert. */
  expect: number | null
  change: AlertChangeKind
  /** `revision` in it is ignored: the store sets the next one. */
  alert: Alert
  /** Evidence to add; rows that are there already stay. */
  evidence: EvidenceRow[]
  /** Alerts whose evidence moves to this one (merged into it). */
  absorbed: string[]
}
export type IncidentWrite = { expect: number | null; change: AlertChangeKind; incident: Incident }
/** Refused: something changed since it was read. Read again and retry. */
export type Settled =
  { applied: true; alerts: Alert[]; incidents: Incident[]; revision: number } | { applied: false }

export type EvidenceSummary = {
  count: number
  /** Distinct non-null `value`s, exact. */
  distinct: number
  /** Distinct accounts, sorted, at most 1,000. */
  accounts: string[]
  /** First and last 100 by time, then event id; all of them when there are at most 200. */
  rows: EvidenceRow[]
}

export type Page<T> = { items: T[]; nextCursor: string | null }
export type AlertFilter = {
  status?: Status[]
  severity?: Severity[]
  rule?: string
  /** In `user` or `users`, any case. */
  user?: string
  incident?: string
  from?: Millis
  to?: Millis
  /** Include those merged into another. */
  merged?: boolean
  drill?: boolean
  /** Only alerts of building-block rules, or none of them; absent: all. */
  buildingBlock?: boolean
  size: number
  cursor?: string
}
export type IncidentFilter = {
  status?: Status[]
  user?: string
  from?: Millis
  to?: Millis
  size: number
  cursor?: string
}

export type LiveChange =
  | { type: 'alert'; revision: number; change: AlertChangeKind; alert: Alert }
  | { type: 'incident'; revision: number; change: AlertChangeKind; incident: Incident }

export type DeadLetter = {
  id: string
  receivedAt: Millis
  dataset: string | null
  source: string
  code: string
  detail: string
  raw: string
  replayedAt: Millis | null
}

/** Something a person made: a rule, a key, a user. `version` starts at 1 and counts its puts. */
export type RecordKind =
  | 'rule'
  | 'exception'
  | 'organisation'
  | 'user'
  | 'key'
  | 'session'
  | 'channel'
  | 'saved-search'
  | 'setting'
  /** What shippers define and nothing here runs: apart, because they are large and settings are read by searches. */
  | 'definition'
export type StoredRecord = {
  kind: RecordKind
  id: string
  version: number
  body: Json
  createdAt: Millis
  updatedAt: Millis
}
export type RecordPut = {
  kind: RecordKind
  id: string
  /** Null deletes it. */
  body: Json
  /** Only if the stored version is this; 0: only if there is none. Absent: whatever is there. */
  expect?: number
  /**
   * Each put is in the audit trail, in the same transaction, with what it changed: the store adds that itself. Null only for what no person changes: sessions' own
   * renewal, and what the product remembers of its own looks. */
  audit: AuditEntry | null
  at: Millis
}
export type RecordWritten = { written: true; version: number } | { written: false; version: number }

/** `change`: of anything that is no record. Both sides may be given whole: only what differs is kept. */
export type AuditEntry = {
  at: Millis
  actor: string
  verb: string
  subject: string
  detail: Json
  change?: AuditChange
}
/** `before`, `after`: what differs, without secrets; null where there was or is nothing. `hash`: see `audit-chain.ts`. */
export type StoredAudit = Omit<AuditEntry, 'change'> & AuditChange & { id: number; hash: string }

/** Events of one source and dataset, received in one minute. */
export type TrafficMinute = {
  minute: Millis
  source: string
  dataset: string
  events: number
  rejected: number
}
/** What is known of a source and dataset since the first event. */
export type SourceState = {
  source: string
  dataset: string
  firstReceivedAt: Millis
  lastReceivedAt: Millis
  /** 0: everything it sent was rejected. */
  lastEventTime: Millis
  events: number
  rejected: number
  /** The newest. */
  rejection: { at: Millis; code: string; detail: string } | null
}
/** Delays of events from their own time to their receipt, by steps (`domain/delay.ts`). */
export type StreamDelay = DelayCount & { source: string; dataset: string }

/** A field that events of a dataset have had a value in: a dotted path, or a group of them. When it was noted. */
export type FieldSeen = { dataset: string; path: string; firstAt: Millis; lastAt: Millis }
/** `upTo`: the `seq` of the last event that was looked at. */
export type FieldNotes = { seen: Pick<FieldSeen, 'dataset' | 'path'>[]; at: Millis; upTo: number }

export type StoreState = {
  events: number
  bytes: number
  pending: number
  oldestPending: Millis | null
  /** The number of the last change of an alert or incident. */
  revision: number
  /** Events stored later than usual after their time, with a time in the future, and too late for their rules. */
  late: number
  ahead: number
  tooLate: number
}

export type Span = { from: Millis; to: Millis }

/** Which hits are old. Hits of rules that are not named, or of other versions, go by age alone. */
export type PruneRequest = {
  /** Received before this. */
  before: Millis
  /** `reach`: how far from a hit what it decides can lie. Infinity: none of the rule's hits is ever old. */
  rules: { rule: string; version: number; reach: Millis }[]
  /** Deletes at most so many, in one transaction. */
  limit: number
}

/** A stretch of stored events for replaying rules: in order of `cursor`, which is the order of arrival. */
export type ReplayPage = { events: StoredEvent[]; cursor: string | null }

/** The columns by which an engine finds events without reading them. */
export type ScanColumn = 'dataset' | 'account' | 'action' | 'ip' | 'outcome'
export type Narrowing = {
  /** Event time, both included. */
  from?: Millis
  to?: Millis
  /** Of each column one of these values; events that hold several values there come too. */
  only: Partial<Record<ScanColumn, string[]>>
}
/** The place of an event in each order. */
export type ScanPlace = { time: Millis; seq: number }
/** Which events a search has to look at: never too few. Whoever asks evaluates exactly. */
export type ScanRequest = Narrowing & {
  /** By time, then arrival; or by arrival. */
  order: 'newest' | 'oldest' | 'arrival'
  /** Of each group one text must occur in the document, in any case: printable ASCII without `"` and `\`. */
  needles: string[][]
  /**
   * `normalised`: the documents as rules see them. `stored`: those that a shipper stored under an `_id` as they were
   * sent, if what was sent is a document; all others normalised.
   */
  form: 'normalised' | 'stored'
  /** Names of indices, with `*` for any text. Absent: all. */
  indices?: string[]
  /** Goes on behind this place. */
  after?: ScanPlace
  /** At most so many events. */
  limit: number
  /** After so long the page ends, so that the caller can look whether anyone still waits for it. */
  budget: Millis
}
/**
 * `seq` counts arrivals; `id` is the `_id` it was stored under, else its own; `json` the document as JSON text; `event`
 * all else that is known of it.
 */
export type ScannedEvent = {
  seq: number
  time: Millis
  index: string
  id: string
  json: string
  event: Omit<LogEvent, 'fields' | 'raw'>
}
/** `next`: where the next page goes on; null: that was all. */
export type ScanPage = { events: ScannedEvent[]; next: ScanPlace | null }
/** Counts by a column, or by stretches of time from `origin` (default 0) on, which get numbers from 0. */
export type TallyRequest = Narrowing & { by: ScanColumn | Millis; origin?: Millis }
/** `several`: events whose columns do not say what they hold, by `seq`; they are not counted. */
export type Tally = { counts: { value: string | number; count: number }[]; several: number[] }

/** What goes when it is old. An event goes with the block it lies in; an incident with all of its alerts. */
export type Removable = 'events' | 'incidents' | 'rejected' | 'receipts' | 'deliveries'
export type RemovalReason = 'age' | 'disk'
export type Removal = {
  what: Removable
  reason: RemovalReason
  /** Received before this; an incident: raised and last seen before. */
  before: Millis
  at: Millis
  /** Stops after about so long: what is left goes with the next call. */
  budget: Millis
}
/** `items`: events, incidents, records. `more`: there may be more that is old. */
export type Removed = { items: number; more: boolean }
/** What was removed on one day (UTC), for one reason. `from`..`to`: times of the events; null where there were none. */
export type RemovedOnDay = {
  day: number
  /** When something was last removed on it. */
  at: Millis
  reason: RemovalReason
  what: Removable
  items: number
  from: Millis | null
  to: Millis | null
}
/** `used`: without what was freed and is written over next. */
export type StoreSize = { bytes: number; used: number }

export interface Store extends DeliveryStore {
  /** Stores each batch's events, hits, pending groups and rejects in ONE transaction for all of them. */
  append(batches: Batch[]): Promise<Appended[]>
  /** The id under which this digest (of key and whole body) was kept at or after `since`, or null. */
  receipt(digest: string, since: Millis): Promise<string | null>

  /** Adds hits found by a re-match over stored events; true if any was new, so that groups are pending. */
  addHits(hits: Hit[], at: Millis): Promise<boolean>

  /** Pending groups that are due, oldest first, but for those of some rules. */
  pending(due: Millis, limit: number, except?: string[]): Promise<Pending[]>
  /** Hits of one group with `from` <= time <= `to`, by time, step, event id. */
  hits(group: Group, from: Millis, to: Millis): Promise<Hit[]>
  /** The same in pages, by time; in any order where times are equal. */
  hitPage(group: Group, from: Millis, to: Millis, size: number, cursor?: string): Promise<Page<Hit>>
  /** Makes the groups of up to `limit` stored hits of a rule, or of one of its keys, pending again, due `at`; where to go on, or null. */
  settleAgain(
    rule: Pick<Group, 'rule' | 'version'> & { key?: string },
    at: Millis,
    limit: number,
    cursor?: string,
  ): Promise<string | null>
  /** All hits of a rule with `from` <= time <= `to`, group by group, in pages. */
  ruleHits(
    rule: Pick<Group, 'rule' | 'version'>,
    span: Span,
    size: number,
    cursor?: string,
  ): Promise<Page<Hit>>
  /** Deletes old hits and keeps in mind where they were; how many. */
  pruneHits(request: PruneRequest): Promise<number>
  /** Times that touch `from`..`to` around which hits of a rule were deleted: what lies there may lack its partners. */
  goneTimes(rule: Pick<Group, 'rule' | 'version'>, from: Millis, to: Millis): Promise<Span[]>
  /** How many events each exception has left out. */
  hiddenCounts(): Promise<Record<string, number>>
  /** Alerts of a rule and key (not merged ones) whose completions' range touches `from`..`to`. Closed and withdrawn ones too. */
  alertsNear(rule: string, key: string, from: Millis, to: Millis): Promise<Alert[]>
  /** Incidents about an account or, where it is null, an entity value, touching `from`..`to`; not merged ones. */
  incidentsNear(
    about: { user: string } | { entity: string },
    drill: boolean,
    from: Millis,
    to: Millis,
  ): Promise<Incident[]>
  /** What the evidence of these alerts together with `added` amounts to. Changes nothing. */
  evidence(alerts: string[], added: EvidenceRow[]): Promise<EvidenceSummary>
  settle(settlement: Settlement): Promise<Settled>
  /**
   * Groups from which nothing follows, in one commit, each all or nothing. False: something of it changed since it was
   * read, so it stays as it is.
   */
  settleQuiet(groups: readonly SettledPending[][]): Promise<boolean[]>

  alert(id: string): Promise<Alert | null>
  alerts(filter: AlertFilter): Promise<Page<Alert>>
  /** Evidence of one alert by time, paged. */
  alertEvents(id: string, size: number, cursor?: string): Promise<Page<EvidenceRow>>
  incident(id: string): Promise<Incident | null>
  incidents(filter: IncidentFilter): Promise<Page<Incident>>
  /** Changes after `revision`, in order. An alert or incident appears once, with its last change. */
  changesSince(revision: number, limit: number): Promise<LiveChange[]>

  event(id: string): Promise<StoredEvent | null>
  /** What was stored last under this `_id` in this index, where the `_id` is what it is known by; else null. */
  document(index: string, docId: string): Promise<StoredEvent | null>
  /** Those that exist, in the order asked for. */
  events(ids: string[]): Promise<StoredEvent[]>
  /** All stored events in order of arrival, for export, re-match and back-test. */
  replay(from: Millis, to: Millis, size: number, cursor?: string): Promise<ReplayPage>

  /** A page of events to search in, on one state of the store. */
  scan(request: ScanRequest): Promise<ScanPage>
  /** Scanned events whole, those that still exist, in the order asked for. */
  scanned(seqs: number[]): Promise<{ seq: number; event: StoredEvent }[]>
  /** Counts events by what their columns say, without reading them. */
  tally(request: TallyRequest): Promise<Tally>

  deadLetters(size: number, cursor?: string): Promise<Page<DeadLetter>>
  deadLetter(id: string): Promise<DeadLetter | null>
  markReplayed(id: string, at: Millis, audit: AuditEntry): Promise<void>

  record(kind: RecordKind, id: string): Promise<StoredRecord | null>
  records(kind: RecordKind): Promise<StoredRecord[]>
  /** All puts or none; each result in order. */
  putRecords(puts: RecordPut[]): Promise<RecordWritten[]>
  audit(size: number, cursor?: string): Promise<Page<StoredAudit>>
  /** Whether the trail is as it was written. */
  verifyAudit(): Promise<ChainVerdict>
  /** Writes an audit entry that belongs to no other write (a sign-in, a failed one). */
  note(entry: AuditEntry): Promise<void>

  traffic(from: Millis, to: Millis): Promise<TrafficMinute[]>
  sources(): Promise<SourceState[]>
  /** The hours of one source and dataset in which something came, with `from` <= hour <= `to`, oldest first. */
  trafficHours(stream: { source: string; dataset: string }, from: Millis, to: Millis): Promise<ActiveHour[]>
  /** Delays of the events received since the hour of `from`; events without a time of their own have none. */
  delays(from: Millis): Promise<StreamDelay[]>
  /** Deletes up to `limit` minutes, hours and counts of delays that are older; how many. */
  pruneTraffic(before: { minute: Millis; hour: Millis; delay: Millis }, limit: number): Promise<number>
  /** Which fields have been seen, by dataset and path, and up to which `seq` that was looked at; 0: from the start. */
  fieldsSeen(): Promise<FieldSeen[]>
  fieldsSeenUpTo(): Promise<number>
  noteFields(notes: FieldNotes): Promise<void>
  /** Removes what is old, oldest receipt first, and counts it; evidence that alerts have copied stays with them. */
  removeOld(removal: Removal): Promise<Removed>
  /** Tells the audit trail, in one entry a day, what was removed on days before this one. */
  noteRemoved(day: number, at: Millis): Promise<void>
  /** What was removed on this day and later ones, newest first. */
  removed(since: number): Promise<RemovedOnDay[]>
  /** When the oldest events that are left were received; null: there are none. */
  oldestReceipt(): Promise<Millis | null>
  size(): Promise<StoreSize>
  state(): Promise<StoreState>
  close(): Promise<void>
}
