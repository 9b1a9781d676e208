/** The same random operations on both engines give the same answers. `VEDETTE_CASES` sets how many runs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { groupKey, type Hit } from '../../server/domain/hit.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { AlertFilter, Batch, Page, Store } from '../../server/store/store.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { mergeFields, row, sampleAlert, sampleEvent, sampleIncident, settlement, T0 } from './samples.ts'

const CASES = Number(process.env['VEDETTE_CASES'] ?? 1000)

type Operation = (store: Store) => Promise<unknown>
/** An operation with the words that a failing run shows. */
type Named = { said: string; run: Operation }

const named = <T>(
  verb: string,
  arbitrary: fc.Arbitrary<T>,
  run: (store: Store, given: T) => Promise<unknown>,
) =>
  arbitrary.map((given): Named => ({
    said: `${verb} ${JSON.stringify(given)}`,
    run: (store) => run(store, given),
  }))

const RULES = [
  { rule: 'r1', version: 1 },
  { rule: 'r2', version: 2 },
]

const few = fc.integer({ min: 0, max: 3 })
const time = fc.oneof(
  few.map((n) => T0 + n * 1000),
  fc.tuple(few, few).map(([n, ms]) => T0 + n * 1000 + ms),
  few.map((n) => T0 - n * 86_400_000),
)
const id = fc.constantFrom('a', 'b', 'c')
const account = fc.constantFrom(null, 'ann@example.org', 'Bob@example.org')

const event: fc.Arbitrary<LogEvent> = fc
  .record({
    time,
    receivedAt: few.map((n) => T0 + 60_000 + n),
    dataset: fc.constantFrom('o365.audit', 'azure.signinlogs'),
    source: fc.constantFrom('vector', 'beats'),
    identity: fc.constantFrom('a', 'b', '#c', 'index/d'),
    ownTime: fc.constantFrom(true, true, true, false),
    fields: fc.dictionary(fc.constantFrom('x', 'y', 'event.action'), few, { maxKeys: 2 }),
    raw: fc.string({ maxLength: 5 }),
  })
  .map((given) => sampleEvent({ ...given, fields: { ...given.fields } }))

const hitsOf = ({ id: eventId, time: at }: LogEvent) =>
  fc.array(
    fc.record(
      {
        rule: fc.constantFrom('r1', 'r2'),
        version: fc.constantFrom(1, 2),
        key: account.map((name) => groupKey([name], null)),
        time: fc.constant(at),
        event: fc.constant(eventId),
        step: fc.integer({ min: 0, max: 1 }),
        account,
        value: fc.constantFrom(null, 'v', 5, { km: 1 }),
        due: few.map((n) => T0 + 60_000 + n * 40_000),
      },
      { requiredKeys: ['rule', 'version', 'key', 'time', 'event', 'step', 'account', 'value'] },
    ),
    { maxLength: 2 },
  )

const matchedEvent = event.chain((one) =>
  fc.record({
    event: fc.constant(one),
    hits: hitsOf(one),
    line: few,
    createOnly: fc.constantFrom(false, false, true),
  }),
)
const rejection = fc.record({
  line: few,
  code: fc.constant('not-json'),
  detail: fc.string({ maxLength: 3 }),
  dataset: fc.constantFrom(null, 'o365.audit'),
  raw: fc.string({ maxLength: 3 }),
})
const batch: fc.Arbitrary<Batch> = fc
  .record({
    events: fc.array(matchedEvent, { maxLength: 5 }),
    rejections: fc.array(rejection, { maxLength: 1 }),
    source: fc.constantFrom('vector', 'beats'),
    receivedAt: few.map((n) => T0 + 60_000 + n * 30_000),
    receipt: fc.option(fc.record({ digest: id, id }), { freq: 3, nil: undefined }),
  })
  .map(({ receipt, ...rest }) => (receipt ? { ...rest, receipt } : rest))

// A row's account and value follow from its event and step, as they do in life.
const evidence = fc.array(
  fc
    .record({
      event: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
      step: fc.integer({ min: 0, max: 1 }),
      time,
    })
    .map((given) =>
      row(given.event, given.time, {
        step: given.step,
        account: given.event === 'e1' ? null : given.event,
        value: given.step === 0 ? given.event.charCodeAt(1) % 2 : null,
      }),
    ),
  { maxLength: 6 },
)
const span = fc.tuple(time, time).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const status = fc.constantFrom('open', 'acknowledged', 'closed', 'withdrawn')
const alert = fc
  .record({
    id,
    ruleId: fc.constantFrom('r1', 'r2'),
    key: account.map((name) => groupKey([name], null)),
    status,
    user: account,
    users: fc.array(id, { maxLength: 2 }),
    mergedInto: fc.constantFrom(null, null, 'a'),
    drill: fc.boolean(),
    seen: span,
    range: span,
  })
  .map(({ id: name, seen, range, ...given }) =>
    sampleAlert(name, { ...given, ...range, firstSeen: seen.from, lastSeen: seen.to }),
  )
const incident = fc
  .record({
    id,
    user: account,
    status,
    mergedInto: fc.constantFrom(null, 'b'),
    drill: fc.boolean(),
    seen: span,
  })
  .map(({ id: name, seen, ...given }) =>
    sampleIncident(name, { ...given, firstSeen: seen.from, lastSeen: seen.to }),
  )

const change = fc.constantFrom('raised', 'extended', 'merged', 'withdrawn', 'updated')
const page = fc.integer({ min: 1, max: 3 })
const group = fc.record({
  rule: fc.constantFrom('r1', 'r2'),
  version: fc.constantFrom(1, 2),
  key: account.map((name) => groupKey([name], null)),
})
const entry = { at: T0, actor: 'ann', verb: 'save', subject: 'x', detail: { a: [1] } }

/** What is read back at the end is written against the current revisions, or a stale one now and then. */
const settling = named(
  'settle',
  fc.record({
    settled: fc.nat({ max: 2 }),
    again: fc.option(time),
    hidden: fc.array(fc.record({ exception: id, event: id }), { maxLength: 2 }),
    alerts: fc.uniqueArray(
      fc.record({
        alert,
        change,
        evidence,
        absorbed: fc.array(id, { maxLength: 1 }),
        isStale: fc.nat({ max: 9 }),
      }),
      { maxLength: 2, selector: (write) => write.alert.id },
    ),
    incidents: fc.uniqueArray(fc.record({ incident, change }), {
      maxLength: 1,
      selector: (write) => write.incident.id,
    }),
    hasAudit: fc.boolean(),
  }),
  async (store, { settled, again, hidden, alerts, incidents, hasAudit }) => {
    const pending = (await store.pending(T0 + 1e9, 9))
      .slice(0, settled)
      .map((row) => (again === null ? row : { ...row, again: { due: again, from: again } }))
    const current = async (name: string) => (await store.alert(name))?.revision ?? null
    return store.settle(
      settlement({
        pending,
        hidden,
        alerts: await Promise.all(
          alerts.map(async ({ isStale, ...write }) => ({
            ...write,
            expect: isStale === 0 ? 99 : await current(write.alert.id),
          })),
        ),
        incidents: await Promise.all(
          incidents.map(async (write) => ({
            ...write,
            expect: (await store.incident(write.incident.id))?.revision ?? null,
          })),
        ),
        ...(hasAudit ? { audit: entry } : {}),
      }),
    )
  },
)

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: named('append', fc.array(batch, { maxLength: 3 }), (store, given) => store.append(given)),
  },
  { weight: 4, arbitrary: settling },
  named('compact', fc.constant(9), async (store, limit) => {
    if ('compact' in store) await (store as SqliteStore).compact(limit)
  }),
  named(
    'settleQuiet',
    fc.record({ groups: fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 2 })), again: fc.option(time) }),
    async (store, { groups, again }) => {
      const waiting = await store.pending(T0 + 1e9, 4)
      const more = again === null ? {} : { again: { due: again, from: again } }
      const rows = (at: number[]) => at.flatMap((i) => (waiting[i] ? [{ ...waiting[i], ...more }] : []))
      return store.settleQuiet(groups.map(rows))
    },
  ),
  named('addHits', event.chain(hitsOf), (store, hits) => store.addHits(hits, T0)),
  named('evidence', fc.tuple(fc.uniqueArray(id), evidence), (store, [ids, added]) =>
    store.evidence(ids, added),
  ),
  named(
    'putRecords',
    fc.array(
      fc.record(
        { id, body: fc.constantFrom(null, 1, { b: 2 }), expect: few },
        { requiredKeys: ['id', 'body'] },
      ),
      {
        maxLength: 3,
      },
    ),
    (store, puts) =>
      store.putRecords(
        puts.map((put) => ({
          ...put,
          kind: 'rule',
          audit: entry,
          at: T0,
        })),
      ),
  ),
  named('note', fc.constant(entry), (store, given) => store.note(given)),
  named('markReplayed', few, (store, n) => store.markReplayed(String(n), T0, entry)),
  named('receipt', fc.tuple(id, time), (store, [digest, since]) => store.receipt(digest, since + 60_000)),
  named('hits', fc.tuple(group, span), (store, [of, { from, to }]) => store.hits(of, from, to)),
  named('hitPage', fc.tuple(group, span), async (store, [of, { from, to }]) => {
    const found: Hit[] = []
    for (let cursor: string | undefined, more = true; more;) {
      const { items, nextCursor } = await store.hitPage(of, from, to, 2, cursor)
      found.push(...items)
      more = nextCursor !== null
      cursor = nextCursor ?? undefined
    }
    return found.toSorted((a, b) => a.time - b.time || a.step - b.step || (a.event < b.event ? -1 : 1))
  }),
  named('ruleHits', fc.tuple(group, span), async (store, [of, within]) => {
    const found: Hit[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Page<Hit> = await store.ruleHits(of, within, 2, cursor)
      found.push(...page.items)
      cursor = page.nextCursor
    }
    return found.map((hit) => JSON.stringify(hit)).toSorted((a, b) => (a < b ? -1 : 1))
  }),
  named('settleAgain', fc.tuple(group, time), async (store, [of, at]) => {
    for (let cursor: string | null | undefined; cursor !== null;) {
      cursor = await store.settleAgain(of, at, 1, cursor)
    }
  }),
  named('pruneTraffic', fc.tuple(time, time, time), (store, [minute, hour, delay]) =>
    store.pruneTraffic({ minute: minute + 30_000, hour: hour + 30_000, delay: delay + 30_000 }, 1000),
  ),
  named('pruneHits', fc.tuple(time, fc.constantFrom(0, 1000, Infinity)), (store, [before, reach]) =>
    store.pruneHits({ before: before + 60_000, rules: [{ rule: 'r1', version: 1, reach }], limit: 1000 }),
  ),
  named('goneTimes', fc.tuple(group, span), (store, [of, { from, to }]) => store.goneTimes(of, from, to)),
  named('pending', page, (store, limit) => store.pending(T0 + 90_000, limit, limit === 1 ? ['r2'] : [])),
  named('alertsNear', fc.tuple(group, span), (store, [{ rule, key }, { from, to }]) =>
    store.alertsNear(rule, key, from, to),
  ),
  named('incidentsNear', fc.tuple(account, fc.boolean(), span), (store, [user, drill, { from, to }]) =>
    store.incidentsNear(user === null ? { entity: 'ann@example.org' } : { user }, drill, from, to),
  ),
  named(
    'alerts',
    fc.record(
      {
        status: fc.uniqueArray(status),
        rule: fc.constantFrom('r1', 'r2'),
        user: fc.constantFrom('ANN@example.org', 'B'),
        from: time,
        to: time,
        merged: fc.boolean(),
        drill: fc.boolean(),
        size: page,
      },
      { requiredKeys: ['size'] },
    ),
    (store, filter) => allAlerts(store, filter),
  ),
  named('alertEvents', id, async (store, name) => {
    const first = await store.alertEvents(name, 2)
    return first.nextCursor === null
      ? first
      : [first.items, (await store.alertEvents(name, 9, first.nextCursor)).items]
  }),
  named('changesSince', fc.tuple(few, page), (store, [since, limit]) => store.changesSince(since, limit)),
  named('events', fc.array(event, { maxLength: 3 }), (store, asked) =>
    store.events(asked.map((one) => one.id)),
  ),
  named('replay', fc.tuple(span, page), (store, [{ from, to }, size]) => replayAll(store, from, to, size)),
)

/** Everything that a store can be asked about what it holds. */
async function everything(store: Store): Promise<unknown> {
  const { bytes: _, ...state } = await store.state()
  return {
    state,
    hidden: await store.hiddenCounts(),
    gone: await Promise.all(RULES.map((rule) => store.goneTimes(rule, T0 - 1e7, T0 + 1e9))),
    pending: await store.pending(T0 + 1e9, 99),
    events: await replayAll(store, 0, T0 + 1e9, 2),
    alerts: await allAlerts(store, { merged: true, size: 2 }),
    incidents: (await store.incidents({ size: 9 })).items,
    evidence: await store.evidence(['a', 'b', 'c'], []),
    changes: await store.changesSince(0, 99),
    letters: (await store.deadLetters(99)).items,
    audit: (await store.audit(99)).items,
    records: await store.records('rule'),
    traffic: await store.traffic(0, T0 + 1e9),
    sources: await store.sources(),
    hours: await Promise.all(
      (await store.sources()).map((stream) => store.trafficHours(stream, 0, T0 + 1e9)),
    ),
    delays: await store.delays(0),
  }
}

async function allAlerts(store: Store, filter: AlertFilter): Promise<unknown[]> {
  const pages: unknown[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const answer = await store.alerts(cursor === undefined ? filter : { ...filter, cursor })
    pages.push(answer.items)
    cursor = answer.nextCursor
  }
  return pages
}

async function replayAll(store: Store, from: number, to: number, size: number): Promise<unknown[]> {
  const pages: unknown[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const answer = await (cursor === undefined
      ? store.replay(from, to, size)
      : store.replay(from, to, size, cursor))
    pages.push(answer.events)
    cursor = answer.cursor
  }
  return pages
}

test(
  'random operations give the same answers in memory and in SQLite',
  { timeout: 60_000 + CASES * 100 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
        const memory = createMemoryStore({ merge: mergeFields })
        const sqlite = openSqlite({ file: ':memory:', merge: mergeFields })
        for (const { said, run } of operations) {
          const [expected, answer] = [await run(memory), await run(sqlite)]
          expect(answer, said).toEqual(expected)
        }
        expect(await everything(sqlite)).toEqual(await everything(memory))
        await sqlite.close()
      }),
      { numRuns: CASES },
    )
  },
)
