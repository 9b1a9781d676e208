/**
 * The JSON of the answers under `/api/v1`, as the server writes and the dashboard reads it. Types only.
 * Times are ISO 8601 UTC with milliseconds.
 */
import type {
  AlertChangeKind,
  CloseReason,
  Entity,
  MatchedField,
  RuleKind,
  Severity,
  Status,
} from './alert.ts'
import type { Role, Scope } from './access.ts'
import type { Fields, Json } from './json.ts'

export type IsoTime = string

export type EvidenceView = {
  eventId: string
  step: number
  time: IsoTime
  receivedAt: IsoTime
  dataset: string
  matched: MatchedField[]
}
export type NoteView = { at: IsoTime; by: string; text: string }

/** An alert in lists, in the live feed and on its page. */
export type AlertView = {
  id: string
  ruleId: string
  ruleName: string
  kind: RuleKind
  severity: Severity
  confidence: Severity
  status: Status
  closeReason: CloseReason | null
  closedAt: IsoTime | null
  withdrawReason: string | null
  assignee: string | null
  notes: NoteView[]
  tags: string[]
  techniques: string[]
  user: string | null
  users: string[]
  entity: Entity
  firstSeen: IsoTime
  lastSeen: IsoTime
  raisedAt: IsoTime
  revision: number
  version: number
  count: number
  summary: string
  eventIds: string[]
  evidence: EvidenceView[]
  facts: { [name: string]: Json }
  incidentId: string | null
  mergedInto: string | null
  fromHistory: boolean
  lateAfterClose: boolean
  drill: boolean
  /** Left out of lists unless they are asked for. */
  buildingBlock: boolean
}

/** One condition of a rule, as text, with whether it was met and the values that met it. */
export type Clause = { text: string; met: boolean; values: Json[] }
/** Why an alert's rule fired: one entry a step, in the order of the rule's text. */
export type WhyStep = { step: number; eventId: string | null; clauses: Clause[] }
/** A step to take now, with commands for this account. A command whose values cannot be quoted safely is left out. */
export type RespondStep = {
  id: string
  title: string
  what: string
  undo: string | null
  commands: { powershell?: string; graph?: string; shell?: string }
  /** Who ticked it; null: nobody. */
  done: { at: IsoTime; by: string } | null
}
/** What a person changed, as `AlertActivity` of the domain has it. */
export type ActivityView = {
  at: IsoTime
  by: string
  did: 'status' | 'assignee' | 'step'
  value: string | null
  detail: string | null
}
/** `GET /api/v1/alerts/{id}`. */
export type AlertDetail = AlertView & { why: WhyStep[]; respond: RespondStep[]; activity: ActivityView[] }

export type AlertList = { alerts: AlertView[]; nextCursor: string | null }
export type AlertPatch = {
  status?: Status
  closeReason?: CloseReason | null
  assignee?: string | null
  note?: string
}
export type BulkAnswer = { changed: string[]; refused: { id: string; detail: string }[] }

export type IncidentView = {
  id: string
  user: string | null
  entity: Entity
  summary: string
  severity: Severity
  riskScore: number
  status: Status
  firstSeen: IsoTime
  lastSeen: IsoTime
  raisedAt: IsoTime
  revision: number
  version: number
  mergedInto: string | null
  alertIds: string[]
  /** Alerts of other accounts' incidents that got into this account too. */
  related: string[]
  story: { time: IsoTime; text: string; alertId: string }[]
  drill: boolean
}
/** What an account did, read and gave away between the first and the last event of an incident. */
export type BlastRadius = {
  /** `from`: the mailboxes that it sent as; `to`: recipients, where the logs name them. */
  sent: { mails: number; subjects: string[]; from: string[]; to: string[] }
  /** Records about reading, and the mails that they tell of. */
  read: { operations: number; mails: number; folders: string[] }
  deleted: { mails: number }
  shared: { what: string; with: string | null }[]
  granted: { kind: 'app' | 'delegate'; name: string; access: string[] }[]
  rules: string[]
  forwardedTo: string[]
  signIns: { addresses: string[]; countries: string[] }
  since: IsoTime
  until: IsoTime
  /** False: there are more events, or more values, than were looked at. */
  complete: boolean
}
/** `GET /api/v1/incidents/{id}`. Null: it is about no account, or was not found out within five seconds. */
export type IncidentDetail = IncidentView & { blastRadius: BlastRadius | null }
export type IncidentList = { incidents: IncidentView[]; nextCursor: string | null }

export type SeenValue = { value: string; count: number; firstSeen: IsoTime; lastSeen: IsoTime }
/** What the stored events of an account amount to; of drills none. */
export type AccountHistory = {
  /** Of the events that were looked at: all that are stored, if `complete`. */
  firstSeen: IsoTime
  lastSeen: IsoTime
  events: number
  complete: boolean
  /** Seen before what is `new`, failures left out; the most frequent first. */
  usual: {
    countries: SeenValue[]
    /** Providers, by name or number; else the neighbourhood of the address. */
    networks: SeenValue[]
    apps: SeenValue[]
    devices: SeenValue[]
    /** Events in each hour of the day, UTC. */
    hours: number[]
    mailsPerDay: number
    mostMailsAnHour: number
  }
  /** First seen in the last seven days, the newest first; nothing for an account that is no older itself. */
  new: (SeenValue & { kind: 'country' | 'network' | 'address' | 'app' | 'device' })[]
  /** The last ones, failed ones too. */
  signIns: {
    eventId: string
    time: IsoTime
    outcome: string
    address: string | null
    country: string | null
    app: string | null
    device: string | null
  }[]
}
/** `GET /api/v1/accounts/{address}`. `history` is null while no event of it is stored. */
export type AccountView = {
  account: string
  history: AccountHistory | null
  /** Those that are not closed, newest first. */
  alerts: AlertView[]
  incidents: IncidentView[]
}

/** `GET /api/v1/events/{id}`. */
export type EventView = {
  id: string
  time: IsoTime
  receivedAt: IsoTime
  dataset: string
  index: string
  source: string
  fields: Fields
  raw: string
}

export type SessionView = {
  user: string
  role: Role
  scopes: Scope[]
  expiresAt: IsoTime
  /** Nothing may be done but setting up a second factor. */
  mustEnrol?: true
}
/** `POST /api/v1/keys`: the key itself is told once. */
export type MadeKey = { id: string; name: string; scopes: Scope[]; key: string }
export type SetupState = { open: boolean }

/** What a shipper has sent, one entry a source and dataset. */
export type SourceView = {
  source: string
  dataset: string
  firstReceivedAt: IsoTime
  lastReceivedAt: IsoTime
  /** Null while everything it sent was rejected. */
  lastEventTime: IsoTime | null
  events: number
  rejected: number
  /** The newest record that was rejected, and why. */
  lastRejection: { at: IsoTime; code: string; detail: string } | null
  /** Events a minute over the last ten minutes. */
  perMinute: number
  /** Events a minute at this hour of the week, else over the day before; null while there is too little to say. */
  usualPerMinute: number | null
  usualBasis: 'hour-of-week' | 'day-before' | null
  /** The longest pause that is usual for it at the time of its last record; null while it never paused. */
  usualPauseMs: number | null
  /** Between the latest event's own time and its receipt. */
  delayMs: number
  /** From the events' own times to their receipt, of those of the last 24 hours that have a time of their own. */
  delay: { medianMs: number; p95Ms: number } | null
  /** Set while the source is quiet for longer than its own rhythm explains. */
  silentSince: IsoTime | null
}

/** How to set one shipper up to send here. */
export type SnippetView = {
  /** As in `?shipper=`. */
  shipper: string
  title: string
  /** Of `text`, for highlighting. */
  language: string
  /** Where `text` belongs. */
  path: string
  /** The configuration, with `YOUR_KEY` where the key belongs. */
  text: string
  /** What to do, in order. */
  steps: string[]
  /** What it does when the server is full or away, and known traps. */
  notes: string[]
}

export type CorrelatorView = {
  /** Null before the first run. */
  lastRunAt: IsoTime | null
  pending: number
  /** How long the oldest group that is due has waited. */
  lagMs: number
  rules: number
}

/** A simulated attack that can be played. */
export type DrillView = {
  name: string
  title: string
  /** `attack`: a whole one; `rule`: the small one of a single rule. */
  kind: 'attack' | 'rule'
  /** Ids of the rules that must tell of it, the main one first. */
  expected: string[]
}
/** `POST /api/v1/drills`. */
export type DrillOutcome = {
  /** The mark of this run's records. */
  drill: string
  expected: string[]
  /** Ids of the alerts that came, those of expected rules first. */
  raised: string[]
  tookMs: number
}

/** The disk under the store. */
export type StorageView = {
  /** Too little room for more events: logs are refused until there is more, which is found out without a restart. */
  full: boolean
  since: IsoTime | null
  /** Null: unknown. */
  freeBytes: number | null
}

/** Alerts raised on one local day of the server, by severity. `day` is `YYYY-MM-DD`. */
export type AlertDay = { day: string } & Record<Severity, number>

/** `GET /api/v1/overview`. */
export type Overview = {
  now: IsoTime
  /** Alerts not closed, drills left out. */
  open: Record<Severity, number>
  events: {
    total: number
    /** Of the last whole minute. */
    perMinute: number
    lastReceivedAt: IsoTime | null
    lastEventTime: IsoTime | null
    /** The last 60 whole minutes, oldest first. */
    lastHour: { minute: IsoTime; events: number }[]
    /** The usual range per minute, once there is enough history to know it. */
    usual: { low: number; high: number } | null
  }
  sources: SourceView[]
  correlator: CorrelatorView
  storage: StorageView
  /** Oldest first. */
  alertsPerDay: AlertDay[]
  /** Accounts of open incidents, most at risk first. */
  riskiest: {
    user: string
    riskScore: number
    severity: Severity
    summary: string
    incidentId: string
    alertId: string | null
  }[]
}

/** What `/api/v1/live` sends, one JSON object a message. */
export type LiveMessage =
  | { type: 'hello'; revision: number }
  | { type: 'alert'; revision: number; change: AlertChangeKind; alert: AlertView }
  | { type: 'incident'; revision: number; change: AlertChangeKind; incident: IncidentView }
  | LiveStats
export type LiveStats = {
  type: 'stats'
  eventsPerMinute: number
  lastEventAt: IsoTime | null
  sources: number
  silentSources: number
  correlator: CorrelatorView
  storage: StorageView
}

/** `application/problem+json`. */
export type ProblemView = {
  type: string
  title: string
  status: number
  detail?: string
  instance?: string
  errors?: ProblemErrorView[]
}
/** `line`, `column`, `length`: in a text that was sent, null where it is not about one; `path`: in a JSON body or query. */
export type ProblemErrorView = {
  line: number | null
  column: number | null
  length: number | null
  message: string
  hint: string | null
  path?: string
}

/**
 * An alert in a back-test. `id`, `status` and `closeReason` are those of the alert that exists; null: there is none.
 */
export type ComparedAlert = {
  id: string | null
  summary: string
  user: string | null
  entity: Entity
  severity: Severity
  firstSeen: IsoTime
  lastSeen: IsoTime
  count: number
  drill: boolean
  status: Status | null
  closeReason: CloseReason | null
}
/** What a rule would have raised over a range, beside the alerts of its id. Lists with the newest first. */
export type BacktestView = {
  /** All that would have been raised. */
  alerts: ComparedAlert[]
  /** Those of them that no alert tells. */
  new: ComparedAlert[]
  /** Alerts that would not have been raised. */
  lost: ComparedAlert[]
  /** Alerts that would have been raised too. */
  kept: ComparedAlert[]
  /** Stored events of the range. */
  events: number
  tookMs: number
}

/** Why a rule did or did not fire for an account, an address or another value. */
export type ExplainView = {
  fired: boolean
  alerts: string[]
  summary: string
  steps: {
    step: number
    matched: number
    /** The latest of those that met it. */
    events: { eventId: string; time: IsoTime }[]
    /** Of those that did not meet it the ones that lack least. */
    nearest: { eventId: string; time: IsoTime; clauses: { text: string; met: boolean; values: Json[] }[] }[]
  }[]
  /** In sentences, the weightiest first. */
  missing: string[]
  /** Those that leave out events about the entity that met a step. */
  exceptions: { id: string; reason: string; events: number }[]
}

/** A rule, as `GET /api/v1/rules[/{id}]` tells it: the words of a rule file, and what the server knows of it. */
export type RuleView = {
  id: string
  name: string
  version: number
  enabled: boolean
  builtIn: boolean
  severity: Severity
  confidence: Severity
  kind: RuleKind
  language: 'eql' | 'kql' | 'sigma'
  entity: string
  query: string
  threshold?: { by: string[]; more_than?: number; at_least?: number; within: string; distinct: string[] }
  then?: { query: string; within: string; severity: Severity }
  travel?: { by: string[]; within: string; faster_than_kmh: number; min_km: number }
  new_terms?: {
    by: string[]
    fields: string[]
    history: string
    learn: string | number
    known_by?: string
  }
  attack: string[]
  tags: string[]
  summary: string
  false_positives: string[]
  investigate: string
  respond: string[]
  hunt: { title: string; language: 'eql' | 'kql'; query: string }[]
  drill: string | null
  building_block?: true
  data?: { dataset: string; needs: string }[]
  tuning?: { setting: string; hides: string }[]
  heeds?: string[]
  may?: string
  related: string[]
  author: string[]
  license: string | null
  warnings: DiagnosticView[]
  /** Of a single rule only. */
  health?: RuleCoverageView
}
/** `GET /api/v1/coverage`, and `health` of `GET /api/v1/rules/{id}`: can a rule fire right now? */
export type RuleCoverageView = {
  ruleId: string
  enabled: boolean
  canFire: boolean
  /** Why it cannot fire; none: it can. */
  reasons: string[]
  /** What makes it weaker or dearer than it looks. */
  warnings: string[]
  newestData: IsoTime | null
  /** Up to when all of its logs have come and are looked at. */
  completeUpTo: IsoTime | null
}
/** As `ProblemErrorView`, of a rule's text or a query. */
export type DiagnosticView = {
  severity: 'error' | 'warning'
  line: number
  column: number
  length: number
  message: string
  hint: string | null
}
/** `POST /api/v1/rules/validate`. */
export type ReviewView = { valid: boolean; errors: DiagnosticView[]; warnings: DiagnosticView[] }
/** `GET /api/v1/rule-activity`: alerts without drills; `perDay` oldest first. */
export type RuleActivity = {
  ruleId: string
  perDay: number[]
  closed: number
  falsePositives: number
  lastSeen: IsoTime
}
export type ImportNoteView = {
  message: string
  line: number | null
  column: number | null
  hint: string | null
}
/** `POST /api/v1/rules/import`. */
export type ImportView = {
  imported: { name: string; ruleId: string; kind: RuleKind; enabled: boolean; warnings: ImportNoteView[] }[]
  refused: { name: string; errors: ImportNoteView[] }[]
}
/** `ruleId` `*`: every rule. */
export type ExceptionView = {
  id: string
  ruleId: string
  language: 'eql' | 'kql'
  condition: string
  reason: string
  expires: IsoTime | null
  createdAt: IsoTime
  createdBy: string
  hidden: number
}
