/** The answers of the API as schemas: the API description is made from them, and the tests hold answers against them. */
import { z } from 'zod'
import { ROLES, SCOPES } from '../domain/access.ts'
import { CLOSE_REASONS, SEVERITIES, STATUSES } from '../domain/alert.ts'
import type {
  AccountView,
  AlertDetail,
  AlertView,
  BacktestView,
  BlastRadius,
  CorrelatorView,
  DrillOutcome,
  DrillView,
  EventView,
  ExplainView,
  IncidentDetail,
  IncidentView,
  Overview,
  RuleActivity,
  SessionView,
  SnippetView,
  SourceView,
} from '../domain/api.ts'
import type { Json } from '../domain/json.ts'

/** Schemas with a name of their own in the API description. */
export const namedSchemas = z.registry<{ id: string }>()

export function named<T extends z.ZodType>(id: string, schema: T): T {
  namedSchemas.add(schema, { id })
  return schema
}

/** `{"<plural>":[...],"nextCursor":string|null}` */
export function listOf(plural: string, item: z.ZodType) {
  return z.strictObject({ [plural]: z.array(item), nextCursor: z.string().nullable() })
}

export const time = z
  .string()
  .regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' })
const timeOrNull = time.nullable()
const textOrNull = z.string().nullable()
const json = z.unknown() as z.ZodType<Json>
const severity = z.enum(SEVERITIES)

export const problem = named(
  'Problem',
  z.strictObject({
    type: z.string().meta({ description: 'Stable: `/problems/<code>`.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          line: z.int().nullable().meta({
            description: 'In the text that was sent, from 1; null where the mistake has no place in a text.',
          }),
          column: z.int().nullable(),
          length: z.int().nullable(),
          message: z.string().meta({ description: 'A sentence for people.' }),
          hint: textOrNull,
          path: z.string().exactOptional().meta({
            description: 'What it is about, in a JSON body or the query string: `severity`, `scopes.0`.',
          }),
        }),
      )
      .optional(),
  }),
)

const entity = z.strictObject({ type: z.string(), value: z.string() })
const matched = z.strictObject({ field: z.string(), value: json })
const evidence = z.strictObject({
  eventId: z.string(),
  step: z.int(),
  time,
  receivedAt: time,
  dataset: z.string(),
  matched: z.array(matched),
})

const alertShape = {
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: z.enum(['query', 'sequence', 'threshold', 'travel', 'new_terms', 'correlation']),
  severity,
  confidence: severity,
  status: z.enum(STATUSES),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
  closedAt: timeOrNull,
  withdrawReason: textOrNull,
  assignee: textOrNull,
  notes: z.array(z.strictObject({ at: time, by: z.string(), text: z.string() })),
  tags: z.array(z.string()),
  techniques: z.array(z.string()),
  user: textOrNull.meta({ description: 'The account in trouble; null where it is about an address alone.' }),
  users: z.array(z.string()).meta({ description: 'All accounts involved.' }),
  entity,
  firstSeen: time,
  lastSeen: time,
  raisedAt: time,
  revision: z.int().meta({ description: 'The number in the live feed of the last change of any kind.' }),
  version: z.int().meta({ description: 'Counts what people changed: the number for If-Match.' }),
  count: z.int().meta({ description: 'Events in evidence, exact.' }),
  summary: z.string(),
  eventIds: z.array(z.string()),
  evidence: z.array(evidence).meta({ description: 'The first and last 100 by event time.' }),
  facts: z.record(z.string(), json),
  incidentId: textOrNull,
  mergedInto: textOrNull,
  fromHistory: z.boolean(),
  lateAfterClose: z.boolean(),
  drill: z.boolean(),
  buildingBlock: z
    .boolean()
    .meta({ description: 'Of a rule that is material for others; left out of lists.' }),
}
export const alert = named('Alert', z.strictObject(alertShape) satisfies z.ZodType<AlertView>)

const whyStep = z.strictObject({
  step: z.int(),
  eventId: textOrNull,
  clauses: z.array(z.strictObject({ text: z.string(), met: z.boolean(), values: z.array(json) })),
})
const respondStep = z.strictObject({
  id: z.string(),
  title: z.string(),
  what: z.string(),
  undo: textOrNull,
  commands: z.strictObject({
    powershell: z.string().exactOptional(),
    graph: z.string().exactOptional(),
    shell: z.string().exactOptional(),
  }),
  done: z
    .strictObject({ at: time, by: z.string() })
    .nullable()
    .meta({ description: 'Who ticked it; null: nobody.' }),
})
const activity = z.strictObject({
  at: time,
  by: z.string(),
  did: z.enum(['status', 'assignee', 'step']),
  value: textOrNull.meta({ description: 'The new status, the new assignee, the id of the step.' }),
  detail: textOrNull.meta({ description: 'Why it was closed; whether the step is `done` or `undone`.' }),
})
export const alertDetail = named(
  'AlertDetail',
  z.strictObject({
    ...alertShape,
    why: z.array(whyStep),
    respond: z.array(respondStep),
    activity: z.array(activity).meta({ description: 'The last 200 changes by people, oldest first.' }),
  }) satisfies z.ZodType<AlertDetail>,
)

export const incident = named(
  'Incident',
  z.strictObject({
    id: z.string(),
    user: textOrNull,
    entity,
    summary: z.string(),
    severity,
    riskScore: z.number().min(0).max(100),
    status: z.enum(STATUSES),
    firstSeen: time,
    lastSeen: time,
    raisedAt: time,
    revision: z.int(),
    version: z.int(),
    mergedInto: textOrNull,
    alertIds: z.array(z.string()),
    related: z
      .array(z.string())
      .meta({ description: "Alerts of other accounts' incidents that got into this account too." }),
    story: z.array(z.strictObject({ time, text: z.string(), alertId: z.string() })),
    drill: z.boolean(),
  }) satisfies z.ZodType<IncidentView>,
)

export const blastRadius = named(
  'BlastRadius',
  z.strictObject({
    sent: z.strictObject({
      mails: z.int(),
      subjects: z.array(z.string()),
      from: z.array(z.string()).meta({ description: 'The mailboxes that it sent as.' }),
      to: z.array(z.string()).meta({ description: 'Recipients, where the logs name them.' }),
    }),
    read: z.strictObject({ operations: z.int(), mails: z.number(), folders: z.array(z.string()) }),
    deleted: z.strictObject({ mails: z.number() }),
    shared: z.array(z.strictObject({ what: z.string(), with: textOrNull })),
    granted: z.array(
      z.strictObject({ kind: z.enum(['app', 'delegate']), name: z.string(), access: z.array(z.string()) }),
    ),
    rules: z.array(z.string()),
    forwardedTo: z.array(z.string()),
    signIns: z.strictObject({ addresses: z.array(z.string()), countries: z.array(z.string()) }),
    since: time,
    until: time,
    complete: z.boolean().meta({ description: 'False: there is more than was looked at.' }),
  }) satisfies z.ZodType<BlastRadius>,
)

export const incidentDetail = named(
  'IncidentDetail',
  z.strictObject({
    ...incident.shape,
    blastRadius: blastRadius.nullable(),
  }) satisfies z.ZodType<IncidentDetail>,
)

const seenValue = { value: z.string(), count: z.int(), firstSeen: time, lastSeen: time }
const seenValues = z.array(z.strictObject(seenValue))

export const account = named(
  'Account',
  z.strictObject({
    account: z.string(),
    history: z
      .strictObject({
        firstSeen: time,
        lastSeen: time,
        events: z.int(),
        complete: z.boolean().meta({ description: 'False: there are older events than were looked at.' }),
        usual: z.strictObject({
          countries: seenValues,
          networks: seenValues,
          apps: seenValues,
          devices: seenValues,
          hours: z.array(z.int()).meta({ description: 'Events in each hour of the day, UTC.' }),
          mailsPerDay: z.number(),
          mostMailsAnHour: z.int(),
        }),
        new: z.array(
          z.strictObject({ kind: z.enum(['country', 'network', 'address', 'app', 'device']), ...seenValue }),
        ),
        signIns: z.array(
          z.strictObject({
            eventId: z.string(),
            time,
            outcome: z.string(),
            address: textOrNull,
            country: textOrNull,
            app: textOrNull,
            device: textOrNull,
          }),
        ),
      })
      .nullable(),
    alerts: z.array(alert),
    incidents: z.array(incident),
  }) satisfies z.ZodType<AccountView>,
)

const eventShape = {
  id: z.string(),
  time,
  receivedAt: time,
  dataset: z.string(),
  index: z.string(),
  source: z.string(),
  fields: z.record(z.string(), json).meta({ description: 'The normalised document, nested.' }),
  raw: z.string().meta({ description: 'The record as it was sent.' }),
}
export const event = named('Event', z.strictObject(eventShape) satisfies z.ZodType<EventView>)
export const alertEvent = named(
  'AlertEvent',
  z.strictObject({
    ...eventShape,
    step: z.int(),
    receivedAt: timeOrNull,
    index: textOrNull,
    source: textOrNull,
    fields: eventShape.fields.nullable().meta({ description: 'Null once retention has removed the event.' }),
    raw: textOrNull,
  }),
)

export const eventsAnswer = named(
  'EventsAnswer',
  z.strictObject({
    accepted: z.int(),
    updated: z.int().meta({ description: 'Those of `accepted` that changed a known id.' }),
    duplicates: z.int(),
    rejected: z.int(),
    errors: z
      .array(z.strictObject({ line: z.int(), code: z.string(), detail: z.string() }))
      .meta({ description: 'The first 100.' }),
  }),
)
export const rejected = named(
  'Rejected',
  z.strictObject({
    id: z.string(),
    receivedAt: time,
    dataset: textOrNull,
    source: z.string(),
    code: z.string(),
    detail: z.string(),
    raw: z.string(),
    replayedAt: timeOrNull,
  }),
)

const diagnostic = named(
  'Diagnostic',
  z.looseObject({
    line: z.int(),
    column: z.int(),
    length: z.int(),
    message: z.string(),
    hint: textOrNull,
  }),
)
export const ruleCoverage = named(
  'RuleCoverage',
  z.strictObject({
    ruleId: z.string(),
    enabled: z.boolean(),
    canFire: z.boolean(),
    reasons: z.array(z.string()).meta({ description: 'Why it cannot fire; none: it can.' }),
    warnings: z.array(z.string()).meta({ description: 'What makes it weaker or dearer than it looks.' }),
    newestData: timeOrNull,
  }),
)

export const rule = named(
  'Rule',
  z.looseObject({
    id: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    builtIn: z.boolean(),
    severity,
    confidence: severity,
    kind: alertShape.kind,
    language: z.enum(['eql', 'kql', 'sigma']),
    query: z.string(),
    entity: z.string(),
    version: z.int().meta({ description: 'Counts every change: the number for If-Match.' }),
    warnings: z.array(diagnostic),
    health: ruleCoverage.optional().meta({ description: 'Of a single rule: can it fire right now?' }),
  }),
)
const importNote = z.strictObject({
  message: z.string(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  hint: textOrNull,
})
export const importedRules = named(
  'ImportedRules',
  z.strictObject({
    imported: z.array(
      z.strictObject({
        name: z
          .string()
          .meta({ description: 'The file, or the rule of a text that was sent without a name.' }),
        ruleId: z.string(),
        kind: alertShape.kind,
        enabled: z.boolean(),
        warnings: z.array(importNote),
      }),
    ),
    refused: z.array(z.strictObject({ name: z.string(), errors: z.array(importNote) })),
  }),
)
export const ruleActivity = named(
  'RuleActivity',
  z.strictObject({
    ruleId: z.string(),
    perDay: z.array(z.int()).meta({ description: 'Alerts raised, one number a day, oldest first.' }),
    closed: z.int().meta({ description: 'Of those of these days.' }),
    falsePositives: z.int().meta({ description: 'Of the closed ones.' }),
    lastSeen: time.meta({ description: 'The newest event of any of its alerts, of these days or before.' }),
  }) satisfies z.ZodType<RuleActivity>,
)
export const review = named(
  'RuleReview',
  z.strictObject({ valid: z.boolean(), errors: z.array(diagnostic), warnings: z.array(diagnostic) }),
)

export const drill = named(
  'Drill',
  z.strictObject({
    name: z.string(),
    title: z.string(),
    kind: z.enum(['attack', 'rule']).meta({
      description: '`attack`: a whole one; `rule`: the small one of a single rule.',
    }),
    expected: z.array(z.string()).meta({ description: 'Ids of the rules that must tell of it.' }),
  }) satisfies z.ZodType<DrillView>,
)
export const drillOutcome = named(
  'DrillOutcome',
  z.strictObject({
    drill: z.string().meta({ description: "The mark of this run's records." }),
    expected: z.array(z.string()),
    raised: z
      .array(z.string())
      .meta({ description: 'Ids of the alerts that came, those of expected rules first.' }),
    tookMs: z.int(),
  }) satisfies z.ZodType<DrillOutcome>,
)

const correlatorShape = {
  lastRunAt: timeOrNull,
  pending: z.int(),
  lagMs: z.int().meta({ description: 'How long the oldest group that is due has waited.' }),
  rules: z.int(),
}
const correlatorBrief = z.strictObject(correlatorShape) satisfies z.ZodType<CorrelatorView>
export const correlator = named(
  'Correlator',
  z.strictObject({
    ...correlatorShape,
    oldestPending: timeOrNull,
    lastError: textOrNull,
    completeUpTo: z
      .record(z.string(), time)
      .meta({ description: 'Per dataset: up to when what has arrived is correlated.' }),
    late: z.int().meta({ description: 'Events stored more than 90 minutes after their time.' }),
    tooLate: z.int().meta({
      description:
        'Events that came when what they could have met was deleted by age: correlated with what is left.',
    }),
    ahead: z.int().meta({ description: 'Events with a time in the future, correlated at their receipt.' }),
    tooCommon: z
      .array(z.strictObject({ ruleId: z.string(), values: z.array(json), hits: z.int(), at: time }))
      .meta({ description: 'Join keys that very many events have in common, over the last day.' }),
  }),
)
export const correlatorRun = named(
  'CorrelatorRun',
  z.strictObject({
    settled: z.int(),
    raised: z.int(),
    extended: z.int(),
    merged: z.int(),
    withdrawn: z.int(),
  }),
)

export const exception = named(
  'Exception',
  z.strictObject({
    id: z.string(),
    ruleId: z.string().meta({ description: '`*`: every rule.' }),
    language: z.enum(['eql', 'kql']),
    condition: z.string(),
    reason: z.string(),
    expires: timeOrNull,
    createdAt: time,
    createdBy: z.string(),
    hidden: z.int().meta({ description: 'Events that it has left out.' }),
  }),
)

export const organisation = named(
  'Organisation',
  z.strictObject({
    domains: z.array(z.string()),
    networks: z.array(
      z.strictObject({
        name: z.string(),
        cidr: z.string(),
        kind: z.enum(['office', 'vpn', 'proxy', 'mobile']),
      }),
    ),
    serviceAccounts: z.array(
      z.strictObject({ account: z.string(), may: z.array(z.string()), note: z.string() }),
    ),
    forwarding: z.array(z.string()),
  }),
)
export const organisationEffects = named(
  'OrganisationEffects',
  z.strictObject({
    effects: z.array(
      z.strictObject({
        ruleId: z.string(),
        setting: z.string(),
        events: z.int().meta({ description: 'Events that it has left out of the rule.' }),
      }),
    ),
    learned: z.array(
      z.strictObject({
        network: z.string().meta({ description: 'A range of addresses, or a carrier in one country.' }),
        kind: z.enum(['gateway', 'carrier']),
        accounts: z.int(),
        days: z.int(),
      }),
    ),
  }),
)

export const source = named(
  'Source',
  z.strictObject({
    source: z.string(),
    dataset: z.string(),
    firstReceivedAt: time,
    lastReceivedAt: time,
    lastEventTime: timeOrNull,
    events: z.int(),
    rejected: z.int(),
    lastRejection: z
      .strictObject({ at: time, code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: 'The newest record that was rejected, and why.' }),
    perMinute: z.number().meta({ description: 'Events a minute over the last ten minutes.' }),
    usualPerMinute: z
      .number()
      .nullable()
      .meta({
        description:
          'Events a minute at this hour of the week (median of up to eight weeks), with less than two weeks of ' +
          'history over the day before; null while there is too little to say.',
      }),
    usualBasis: z.enum(['hour-of-week', 'day-before']).nullable(),
    usualPauseMs: z.int().nullable().meta({
      description:
        'The longest pause that is usual from the time of its last record on; null: it never paused.',
    }),
    delayMs: z.int().meta({ description: 'Between the latest event and its receipt.' }),
    delay: z.strictObject({ medianMs: z.int(), p95Ms: z.int() }).nullable().meta({
      description: "From the events' own times to their receipt, over the last 24 hours; 9 % exact.",
    }),
    silentSince: timeOrNull,
  }) satisfies z.ZodType<SourceView>,
)

const snippetShape = {
  shipper: z.string(),
  title: z.string(),
  language: z.string(),
  path: z.string().meta({ description: 'Where the text belongs.' }),
}
export const snippetHead = named('SnippetHead', z.strictObject(snippetShape))
export const snippet = named(
  'Snippet',
  z.strictObject({
    ...snippetShape,
    text: z.string().meta({ description: 'The configuration, with YOUR_KEY where the key belongs.' }),
    steps: z.array(z.string()),
    notes: z.array(z.string()).meta({ description: 'When the server is full or away, and known traps.' }),
  }) satisfies z.ZodType<SnippetView>,
)

const bySeverity = z.strictObject({ low: z.int(), medium: z.int(), high: z.int(), critical: z.int() })
export const overview = named(
  'Overview',
  z.strictObject({
    now: time,
    open: bySeverity,
    events: z.strictObject({
      total: z.int(),
      perMinute: z.number(),
      lastReceivedAt: timeOrNull,
      lastEventTime: timeOrNull,
      lastHour: z.array(z.strictObject({ minute: time, events: z.int() })),
      usual: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
    }),
    sources: z.array(source),
    correlator: correlatorBrief,
    storage: z.strictObject({ full: z.boolean(), since: timeOrNull, freeBytes: z.int().nullable() }),
    alertsPerDay: z.array(bySeverity.extend({ day: z.string() })),
    riskiest: z.array(
      z.strictObject({
        user: z.string(),
        riskScore: z.number(),
        severity,
        summary: z.string(),
        incidentId: z.string(),
        alertId: textOrNull,
      }),
    ),
  }) satisfies z.ZodType<Overview>,
)

export const session = named(
  'Session',
  z.strictObject({
    user: z.string(),
    role: z.enum(ROLES),
    scopes: z.array(z.enum(SCOPES)),
    expiresAt: time,
    mustEnrol: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'Nothing may be done but setting up a second factor.' }),
  }) satisfies z.ZodType<SessionView>,
)
const keyShape = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: time,
  createdBy: z.string(),
  expires: timeOrNull,
  lastUsed: timeOrNull.meta({ description: 'Known to the minute.' }),
  lastUsedFrom: textOrNull.meta({ description: 'The address.' }),
}
export const key = named('Key', z.strictObject(keyShape))
export const newKey = named(
  'NewKey',
  z.strictObject({ ...keyShape, key: z.string().meta({ description: 'Shown this once.' }) }),
)
export const user = named(
  'User',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    user: z.string().meta({ description: 'The same as `name`.' }),
    role: z.enum(ROLES),
    disabled: z.boolean(),
    createdAt: time,
    version: z.int(),
  }),
)
export const auditEntry = named(
  'AuditEntry',
  z.strictObject({
    id: z.int(),
    at: time,
    actor: z.string(),
    verb: z.string(),
    subject: z.string(),
    detail: json,
    before: json.meta({ description: 'What differs, as it was, without secrets; null: there was nothing.' }),
    after: json.meta({ description: 'What differs, as it is from then on; null: there is nothing.' }),
    hash: z.string().meta({ description: 'SHA-256 over the hash of the entry before and this one.' }),
  }),
)

export const searchAnswer = named(
  'SearchAnswer',
  z.strictObject({
    events: z.array(event),
    sequences: z.array(
      z.strictObject({
        joinKeys: z.array(json),
        events: z
          .array(event.nullable())
          .meta({ description: 'Null: the place of a missing event, or of one that retention has removed.' }),
      }),
    ),
    total: z.strictObject({
      value: z.int(),
      exact: z.boolean().meta({ description: 'False: there are at least so many.' }),
    }),
    nextCursor: textOrNull,
    tookMs: z.int(),
  }),
)
export const histogram = named(
  'Histogram',
  z.strictObject({ buckets: z.array(z.strictObject({ from: time, to: time, count: z.int() })) }),
)
export const topValues = named(
  'TopValues',
  z.strictObject({
    values: z.array(
      z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() }),
    ),
    other: z.int().meta({ description: 'How often all other values were there, together.' }),
  }),
)

const comparedAlert = z.strictObject({
  id: textOrNull.meta({ description: 'Of the alert that exists; null: there is none.' }),
  summary: z.string(),
  user: textOrNull,
  entity,
  severity,
  firstSeen: time,
  lastSeen: time,
  count: z.int(),
  drill: z.boolean(),
  status: z.enum(STATUSES).nullable(),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
})
export const backtest = named(
  'Backtest',
  z.strictObject({
    alerts: z.array(comparedAlert).meta({ description: 'All that would have been raised.' }),
    new: z.array(comparedAlert).meta({ description: 'Those of them that no alert tells.' }),
    lost: z.array(comparedAlert).meta({ description: 'Alerts that would not have been raised.' }),
    kept: z.array(comparedAlert).meta({ description: 'Alerts that would have been raised too.' }),
    events: z.int().meta({ description: 'Stored events of the range.' }),
    tookMs: z.int(),
  }) satisfies z.ZodType<BacktestView>,
)

const eventRef = { eventId: z.string(), time }
export const explanation = named(
  'Explanation',
  z.strictObject({
    fired: z.boolean(),
    alerts: z.array(z.string()).meta({ description: 'Ids of the alerts that tell it.' }),
    summary: z.string(),
    steps: z.array(
      z.strictObject({
        step: z.int(),
        matched: z.int(),
        events: z.array(z.strictObject(eventRef)).meta({ description: 'The latest of those that met it.' }),
        nearest: z
          .array(
            z.strictObject({
              ...eventRef,
              clauses: z.array(z.strictObject({ text: z.string(), met: z.boolean(), values: z.array(json) })),
            }),
          )
          .meta({ description: 'Of those that did not meet it the ones that lack least.' }),
      }),
    ),
    missing: z.array(z.string()).meta({ description: 'In sentences, the weightiest first.' }),
    exceptions: z
      .array(z.strictObject({ id: z.string(), reason: z.string(), events: z.int() }))
      .meta({ description: 'Those that leave out events about the entity that met a step.' }),
  }) satisfies z.ZodType<ExplainView>,
)
