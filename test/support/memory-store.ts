/** The store in memory: plain maps and sorting, nothing clever. The oracle for the real engines. */
import type { Alert, EvidenceRow, Incident } from '../../server/domain/alert.ts'
import { DRILL_SOURCE, type LogEvent, punctuality } from '../../server/domain/event.ts'
import { accountOf } from '../../server/domain/account.ts'
import { dayOf, type Group, type Hit, isForLater, type Pending } from '../../server/domain/hit.ts'
import { valuesAt } from '../../server/domain/json.ts'
import { delayStep } from '../../server/domain/delay.ts'
import type { ActiveHour } from '../../server/domain/rhythm.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { BadCursor } from '../../server/store/bad-cursor.ts'
import { isReplacement, nextVersion } from '../../server/store/versions.ts'
import { memoryDeliveries } from './memory-deliveries.ts'
import { CHAIN_START, type ChainedEntry, chainHash, verifyChain } from '../../server/store/audit-chain.ts'
import { entryText, readEntryText } from '../../server/store/audit-entry.ts'
import { recordChange } from '../../server/store/audit-record.ts'
import type {
  Appended,
  AppendOutcome,
  Batch,
  DeadLetter,
  EvidenceSummary,
  FieldSeen,
  LiveChange,
  MatchedEvent,
  MatchMerged,
  MergeVersions,
  Narrowing,
  Page,
  RemovedOnDay,
  ScanColumn,
  SourceState,
  Store,
  StreamDelay,
  StoredRecord,
  TrafficMinute,
  AuditEntry,
} from '../../server/store/store.ts'

type Changed<T> = { change: LiveChange['change']; value: T }

export function createMemoryStore(options: { merge: MergeVersions; match?: MatchMerged }): Store {
  const events = new Map<string, { seq: number; event: LogEvent }>()
  const hits = new Map<string, { hit: Hit; receivedAt: number }>()
  const gone = new Map<string, { rule: string; version: number; from: number; to: number }>()
  const hidden = new Map<string, Set<string>>()
  const pending = new Map<string, Pending>()
  /** Hits of an event as it is after the merge that this version brought. */
  const completed = new WeakMap<MatchedEvent, Hit[]>()
  const receipts = new Map<string, { id: string; receivedAt: number }>()
  const alerts = new Map<string, Changed<Alert>>()
  const incidents = new Map<string, Changed<Incident>>()
  const evidence = new Map<string, Map<string, EvidenceRow>>()
  const letters: DeadLetter[] = []
  const records = new Map<string, StoredRecord>()
  const trail: (ChainedEntry & { hash: string })[] = []
  const minutes = new Map<string, TrafficMinute>()
  const sources = new Map<string, SourceState>()
  const hours = new Map<string, ActiveHour & { source: string; dataset: string }>()
  const delays = new Map<string, StreamDelay & { hour: number }>()
  const fields = new Map<string, FieldSeen>()
  const removed = new Map<string, RemovedOnDay & { noted: boolean }>()
  let lastSeq = 0
  let lastLetter = 0
  let lookedUpTo = 0
  let revision = 0
  let pendingRevision = 0
  const times = { late: 0, ahead: 0, tooLate: 0 }

  const note = (entry: AuditEntry) => {
    const id = trail.length + 1
    const { at, actor, verb, subject } = entry
    const row = { id, at, actor, verb, subject, detail: entryText(entry) }
    trail.push({ ...row, hash: chainHash(trail.at(-1)?.hash ?? CHAIN_START, row) })
  }
  const evidenceOf = (alert: string) => evidence.get(alert) ?? new Map<string, EvidenceRow>()

  function appendBatch(batch: Batch, touched: Set<string>): Appended {
    const outcomes = batch.events.map((matched) => {
      const outcome = keep(matched)
      const { source, dataset, drill, time } = matched.event
      count(batch, drill === null ? source : DRILL_SOURCE, dataset, outcome, time)
      const told = outcome === 'accepted' ? punctuality(matched.event) : null
      if (told) times[told]++
      return outcome
    })
    const added = batch.events.map((matched: MatchedEvent) =>
      keepHits([...matched.hits, ...(completed.get(matched) ?? [])], batch.receivedAt, touched),
    )
    times.tooLate += added.filter((ofEvent) => ofEvent.some(isGone)).length
    const nudge = added.some((ofEvent) => ofEvent.length > 0)
    for (const { code, detail, dataset, raw } of batch.rejections) {
      count(batch, batch.source, dataset ?? 'unknown', 'rejected', 0)
      const id = String(++lastLetter)
      const { receivedAt, source } = batch
      const state = sources.get(JSON.stringify([source, dataset ?? 'unknown']))!
      if ((state.rejection?.at ?? 0) <= receivedAt) state.rejection = { at: receivedAt, code, detail }
      letters.push({ id, receivedAt, dataset, source, code, detail, raw, replayedAt: null })
    }
    if (batch.receipt) {
      receipts.set(batch.receipt.digest, { id: batch.receipt.id, receivedAt: batch.receivedAt })
    }
    return { outcomes, nudge }
  }

  function keep(matched: MatchedEvent): AppendOutcome {
    const { event, createOnly } = matched
    const known = events.get(event.id)
    if (!known) {
      events.set(event.id, { seq: ++lastSeq, event: copy(event) })
      return 'accepted'
    }
    const version = createOnly ? null : nextVersion(copy(known.event), copy(event), options.merge)
    if (version === null) return 'duplicate'
    const time = Math.min(known.event.time, event.time)
    known.event = copy(version)
    if (!isReplacement(event)) completed.set(matched, options.match?.({ ...copy(known.event), time }) ?? [])
    return 'updated'
  }

  function isGone({ rule, version, time }: Hit): boolean {
    return spansOf(rule, version).some(({ from, to }) => from <= time && time <= to)
  }

  function spansOf(rule: string, version: number) {
    return [...gone.values()].filter((one) => one.rule === rule && one.version === version)
  }

  function keepHits(found: Hit[], now: number, touched: Set<string>): Hit[] {
    return found.filter((hit) => keepHit(hit, now, touched))
  }

  function keepHit({ due, matters, ...hit }: Hit, now: number, touched: Set<string>): boolean {
    const id = JSON.stringify([hit.rule, hit.version, hit.key, hit.time, hit.event, hit.step])
    const known = hits.get(id)
    if (known) {
      if (!tellsMore(hit, known.hit)) return false
      known.hit = { ...known.hit, context: copy(hit.context!) }
      touch(hit, Math.max(now, due ?? now), touched)
      return true
    }
    hits.set(id, { hit: copy(hit), receivedAt: now })
    if (matters !== undefined && isForLater({ matters }, now)) return false
    touch(hit, Math.max(now, due ?? now), touched)
    return true
  }

  function touch({ rule, key, time }: Hit, at: number, touched: Set<string>): void {
    const day = dayOf(time)
    const row = JSON.stringify([rule, key, day])
    const was = pending.get(row)
    const again = touched.has(row) && was
    touched.add(row)
    pending.set(row, {
      rule,
      key,
      day,
      from: Math.min(was?.from ?? time, time),
      to: Math.max(was?.to ?? time, time),
      due: Math.min(was?.due ?? at, at),
      revision: again ? was.revision : ++pendingRevision,
    })
  }

  function hitsOf({ rule, version, key }: Group, from: number, to: number): Hit[] {
    const found = [...hits.values()]
      .map(({ hit }) => hit)
      .filter(
        (h) => h.rule === rule && h.version === version && h.key === key && h.time >= from && h.time <= to,
      )
    return sorted(found, (h) => [h.time, h.step, h.event])
  }

  function count(
    { receivedAt }: Batch,
    source: string,
    dataset: string,
    outcome: AppendOutcome | 'rejected',
    time: number,
  ): void {
    const minute = Math.floor(receivedAt / MINUTE) * MINUTE
    const added = { events: outcome === 'accepted' ? 1 : 0, rejected: outcome === 'rejected' ? 1 : 0 }
    const inMinute = upsert(minutes, [minute, source, dataset], {
      minute,
      source,
      dataset,
      events: 0,
      rejected: 0,
    })
    inMinute.events += added.events
    inMinute.rejected += added.rejected
    const hour = Math.floor(minute / HOUR) * HOUR
    const stream = { source, dataset }
    const fresh = { ...stream, hour, events: 0, first: minute, last: minute, pause: 0 }
    const inHour = upsert(hours, [source, dataset, hour], fresh)
    inHour.events += added.events
    inHour.pause = Math.max(inHour.pause, minute - inHour.last)
    inHour.first = Math.min(inHour.first, minute)
    inHour.last = Math.max(inHour.last, minute)
    if (added.events && time !== receivedAt) {
      const step = delayStep(receivedAt - time)
      upsert(delays, [source, dataset, hour, step], { ...stream, hour, step, events: 0 }).events++
    }
    const state = upsert(sources, [source, dataset], {
      source,
      dataset,
      firstReceivedAt: receivedAt,
      lastReceivedAt: receivedAt,
      lastEventTime: 0,
      events: 0,
      rejected: 0,
      rejection: null,
    })
    state.firstReceivedAt = Math.min(state.firstReceivedAt, receivedAt)
    state.lastReceivedAt = Math.max(state.lastReceivedAt, receivedAt)
    state.lastEventTime = Math.max(state.lastEventTime, time)
    state.events += added.events
    state.rejected += added.rejected
  }

  const { forgetOld, ...told } = memoryDeliveries()
  const store: Store = {
    async append(batches) {
      const touched = new Set<string>()
      return batches.map((batch) => appendBatch(batch, touched))
    },
    async receipt(digest, since) {
      const found = receipts.get(digest)
      return found && found.receivedAt >= since ? found.id : null
    },
    async addHits(found, at) {
      return keepHits(found, at, new Set()).length > 0
    },

    async pending(due, limit, except = []) {
      return copy(sorted([...pending.values()], (p) => [p.due, p.rule, p.key, p.day]))
        .filter((p) => p.due <= due && !except.includes(p.rule))
        .slice(0, limit)
    },
    async hits(group, from, to) {
      return copy(hitsOf(group, from, to))
    },
    async hitPage(group, from, to, size, cursor) {
      return page(hitsOf(group, from, to), (h) => [h.time, h.step, h.event], { size, cursor })
    },
    async ruleHits({ rule, version }, { from, to }, size, cursor) {
      const ofRule = [...hits.values()].filter(({ hit: h }) => h.rule === rule && h.version === version)
      const within = ofRule.map(({ hit }) => hit).filter(({ time }) => time >= from && time <= to)
      return page(within, (h) => [h.key, h.time, h.event, h.step], { size, cursor })
    },
    async settleAgain({ rule, version, key }, at, limit, cursor) {
      const all = [...hits.values()].map(({ hit }) => hit)
      const isMeant = (h: Hit) => h.rule === rule && h.version === version && h.key === (key ?? h.key)
      const ofRule = all.filter(isMeant)
      const { items, nextCursor } = page(ofRule, (h) => [h.key, h.time, h.event, h.step], {
        size: limit,
        cursor,
      })
      const touched = new Set<string>()
      for (const hit of items) touch(hit, at, touched)
      return nextCursor
    },
    async pruneHits({ before, rules, limit }) {
      const known = new Map(rules.map((rule) => [rule.rule, rule]))
      const isOld = ({ hit, receivedAt }: { hit: Hit; receivedAt: number }) => {
        const own = known.get(hit.rule)
        return receivedAt < before && !(own?.reach === Infinity && own.version === hit.version)
      }
      const old = sorted(
        [...hits].filter(([, one]) => isOld(one)),
        ([, { hit, receivedAt }]) => [hit.rule, receivedAt],
      ).slice(0, limit)
      for (const [id, { hit }] of old) {
        hits.delete(id)
        const own = known.get(hit.rule)
        if (!own || own.reach === 0 || own.version !== hit.version) continue
        const { rule, version, reach } = own
        const span = { rule, version, from: hit.time - reach, to: hit.time + reach }
        const its = upsert(gone, [rule, version, dayOf(hit.time)], span)
        its.from = Math.min(its.from, span.from)
        its.to = Math.max(its.to, span.to)
      }
      for (const [id, one] of gone) if (known.get(one.rule)?.version !== one.version) gone.delete(id)
      for (const id of hidden.keys()) {
        const isSetting = id.startsWith('organisation:')
        if (!isSetting && !records.has(JSON.stringify(['exception', id]))) hidden.delete(id)
      }
      return old.length
    },
    async goneTimes({ rule, version }, from, to) {
      const touching = spansOf(rule, version).filter((span) => span.from <= to && span.to >= from)
      return sorted(touching, (span) => [span.from]).map((span) => ({ from: span.from, to: span.to }))
    },
    async hiddenCounts() {
      return Object.fromEntries([...hidden].map(([id, events]) => [id, events.size]))
    },
    async alertsNear(rule, key, from, to) {
      const found = values(alerts).filter(
        (a) => a.ruleId === rule && a.key === key && !a.mergedInto && a.from <= to && a.to >= from,
      )
      return copy(sorted(found, (a) => [a.from, a.id]))
    },
    async incidentsNear(about, drill, from, to) {
      const found = values(incidents).filter(
        (i) =>
          ('user' in about ? i.user === about.user : i.user === null && i.entity.value === about.entity) &&
          i.drill === drill &&
          !i.mergedInto &&
          i.firstSeen <= to &&
          i.lastSeen >= from,
      )
      return copy(sorted(found, (i) => [i.firstSeen, i.id]))
    },
    async evidence(ids, added) {
      const union = new Map<string, EvidenceRow>()
      for (const row of [...ids.flatMap((id) => [...evidenceOf(id).values()]), ...added]) keepRow(union, row)
      return summarise([...union.values()])
    },
    async settleQuiet(groups) {
      const done: boolean[] = []
      for (const pending of groups)
        done.push((await store.settle({ pending, alerts: [], incidents: [] })).applied)
      return done
    },
    async settle(settlement) {
      const stale =
        settlement.pending.some(
          ({ rule, key, day, revision: read }) =>
            pending.get(JSON.stringify([rule, key, day]))?.revision !== read,
        ) ||
        settlement.alerts.some((w) => (alerts.get(w.alert.id)?.value.revision ?? null) !== w.expect) ||
        settlement.incidents.some((w) => (incidents.get(w.incident.id)?.value.revision ?? null) !== w.expect)
      if (stale) return { applied: false }
      for (const { rule, key, day, again } of settlement.pending) {
        const row = JSON.stringify([rule, key, day])
        if (again === undefined) pending.delete(row)
        else pending.set(row, { ...pending.get(row)!, ...again })
      }
      for (const { exception, event } of settlement.hidden ?? []) {
        hidden.set(exception, (hidden.get(exception) ?? new Set()).add(event))
      }
      for (const { alert, change, evidence: added, absorbed } of settlement.alerts) {
        alerts.set(alert.id, { change, value: copy({ ...alert, revision: ++revision }) })
        const rows = evidenceOf(alert.id)
        for (const other of absorbed.filter((id) => id !== alert.id)) {
          for (const row of evidenceOf(other).values()) keepRow(rows, row)
          evidence.delete(other)
        }
        for (const row of added) keepRow(rows, row)
        evidence.set(alert.id, rows)
      }
      for (const { incident, change } of settlement.incidents) {
        incidents.set(incident.id, { change, value: copy({ ...incident, revision: ++revision }) })
      }
      if (settlement.audit) note(settlement.audit)
      return copy({
        applied: true,
        alerts: settlement.alerts.map((w) => alerts.get(w.alert.id)!.value),
        incidents: settlement.incidents.map((w) => incidents.get(w.incident.id)!.value),
        revision,
      })
    },

    async alert(id) {
      return copy(alerts.get(id)?.value ?? null)
    },
    async alerts(filter) {
      const user = filter.user?.toLowerCase()
      const found = values(alerts).filter(
        (a) =>
          (filter.merged || !a.mergedInto) &&
          (!filter.status || filter.status.includes(a.status)) &&
          (!filter.severity || filter.severity.includes(a.severity)) &&
          (filter.rule === undefined || a.ruleId === filter.rule) &&
          (user === undefined || [a.user, ...a.users].some((name) => name?.toLowerCase() === user)) &&
          (filter.incident === undefined || a.incidentId === filter.incident) &&
          (filter.from === undefined || a.lastSeen >= filter.from) &&
          (filter.to === undefined || a.firstSeen <= filter.to) &&
          (filter.drill === undefined || a.drill === filter.drill) &&
          (filter.buildingBlock === undefined || (a.buildingBlock ?? false) === filter.buildingBlock),
      )
      return page(found, (a) => [-a.lastSeen, descending(a.id)], filter)
    },
    async alertEvents(id, size, cursor) {
      return page([...evidenceOf(id).values()], (row) => [row.time, row.event, row.step], { size, cursor })
    },
    async incident(id) {
      return copy(incidents.get(id)?.value ?? null)
    },
    async incidents(filter) {
      const user = filter.user?.toLowerCase()
      const found = values(incidents).filter(
        (i) =>
          !i.mergedInto &&
          (!filter.status || filter.status.includes(i.status)) &&
          (user === undefined || i.user?.toLowerCase() === user) &&
          (filter.from === undefined || i.lastSeen >= filter.from) &&
          (filter.to === undefined || i.firstSeen <= filter.to),
      )
      return page(found, (i) => [-i.lastSeen, descending(i.id)], filter)
    },
    async changesSince(since, limit) {
      const changes: LiveChange[] = [
        ...[...alerts.values()].map(({ change, value }): LiveChange => ({
          type: 'alert',
          revision: value.revision,
          change,
          alert: value,
        })),
        ...[...incidents.values()].map(({ change, value }): LiveChange => ({
          type: 'incident',
          revision: value.revision,
          change,
          incident: value,
        })),
      ]
      return copy(
        sorted(changes, (c) => [c.revision])
          .filter((c) => c.revision > since)
          .slice(0, limit),
      )
    },

    async event(id) {
      return copy(events.get(id)?.event ?? null)
    },
    async document(index, docId) {
      const found = [...events.values()].find(
        ({ event }) => event.index === index && event.docId === docId && isReplacement(event),
      )
      return copy(found?.event ?? null)
    },
    async events(ids) {
      return copy(ids.flatMap((id) => events.get(id)?.event ?? []))
    },
    async replay(from, to, size, cursor) {
      const found = [...events.values()].filter(({ event }) => event.time >= from && event.time <= to)
      const { items, nextCursor } = page(found, ({ seq }) => [seq], { size, cursor })
      return { events: items.map(({ event }) => event), cursor: nextCursor }
    },

    async scan(request) {
      const { form, indices, needles, limit } = request
      const found = narrowed([...events.values()], request).flatMap(({ seq, event }) => {
        const { time, index } = event
        const isSent = form === 'stored' && event.docId !== undefined && event.asSent === true
        const json = isSent ? event.raw : JSON.stringify(event.fields)
        const text = json.toLowerCase()
        const isIn = !indices || indices.some((name) => wildcard(name).test(index))
        const holds =
          (isSent && /\\[u/]/.test(json)) ||
          needles.every((group) => group.some((one) => text.includes(one.toLowerCase())))
        const { fields: _, raw: __, ...rest } = event
        return isIn && holds ? [{ seq, time, index, id: event.docId ?? event.id, json, event: rest }] : []
      })
      const place = ({ seq, time }: { seq: number; time: number }) =>
        request.order === 'arrival' ? [seq] : request.order === 'oldest' ? [time, seq] : [-time, -seq]
      const from = request.after && place(request.after)
      const rest = sorted(found, place).filter((event) => !from || compare(place(event), from) > 0)
      const last = rest[limit - 1]
      return {
        events: copy(rest.slice(0, limit)),
        next: rest.length > limit && last ? { time: last.time, seq: last.seq } : null,
      }
    },
    async scanned(seqs) {
      const bySeq = new Map([...events.values()].map(({ seq, event }) => [seq, event]))
      return copy(seqs.flatMap((seq) => (bySeq.has(seq) ? [{ seq, event: bySeq.get(seq)! }] : [])))
    },
    async tally(request) {
      const { by, only, origin = 0 } = request
      const counts = new Map<string | number, number>()
      const several: number[] = []
      const asked = Object.keys(only) as ScanColumn[]
      const columns = typeof by === 'number' ? asked : [...asked, by]
      for (const { seq, event } of narrowed([...events.values()], request)) {
        if (columns.some((column) => columnOf(event, column) === SEVERAL)) several.push(seq)
        else {
          const value = typeof by === 'number' ? Math.floor((event.time - origin) / by) : columnOf(event, by)
          if (typeof value === 'string' || typeof value === 'number')
            counts.set(value, (counts.get(value) ?? 0) + 1)
        }
      }
      return { counts: [...counts].map(([value, count]) => ({ value, count })), several }
    },

    async deadLetters(size, cursor) {
      return page(letters, ({ id }) => [-Number(id)], { size, cursor })
    },
    async deadLetter(id) {
      return copy(letters.find((letter) => letter.id === id) ?? null)
    },
    async markReplayed(id, at, entry) {
      const letter = letters.find((one) => one.id === id)
      if (letter) letter.replayedAt = at
      note(entry)
    },

    async record(kind, id) {
      return copy(records.get(JSON.stringify([kind, id])) ?? null)
    },
    async records(kind) {
      return copy(sorted([...records.values()], (r) => [r.id]).filter((r) => r.kind === kind))
    },
    async putRecords(puts) {
      const before = new Map(records)
      const at = (put: (typeof puts)[number]) => JSON.stringify([put.kind, put.id])
      const versions: number[] = []
      const changes: AuditEntry[] = []
      for (const put of puts) {
        const was = records.get(at(put))
        if (put.expect !== undefined && put.expect !== (was?.version ?? 0)) {
          records.clear()
          for (const [id, record] of before) records.set(id, record)
          return puts.map((each) => ({ written: false, version: records.get(at(each))?.version ?? 0 }))
        }
        if (put.audit)
          changes.push({ ...put.audit, change: recordChange(put.kind, put.id, was?.body ?? null, put.body) })
        const version = put.body === null ? 0 : (was?.version ?? 0) + 1
        versions.push(version)
        if (put.body === null) records.delete(at(put))
        else {
          const { kind, id, body } = copy(put)
          const createdAt = was?.createdAt ?? put.at
          records.set(at(put), { kind, id, version, body, createdAt, updatedAt: put.at })
        }
      }
      for (const entry of changes) note(entry)
      return versions.map((version) => ({ written: true, version }))
    },
    ...told,
    async verifyAudit() {
      return verifyChain(trail, trail.length)
    },
    async audit(size, cursor) {
      const read = trail.map((one) => ({ ...one, ...readEntryText(one.detail) }))
      return page(read, ({ id }) => [-id], { size, cursor })
    },
    async note(entry) {
      note(entry)
    },

    async traffic(from, to) {
      return copy(
        sorted([...minutes.values()], (m) => [m.minute, m.source, m.dataset]).filter(
          (m) => m.minute >= from && m.minute <= to,
        ),
      )
    },
    async sources() {
      const named = [...sources.values()].filter(({ source }) => source !== DRILL_SOURCE)
      return copy(sorted(named, (s) => [s.source, s.dataset]))
    },
    async trafficHours({ source, dataset }, from, to) {
      const own = [...hours.values()].filter((one) => one.source === source && one.dataset === dataset)
      return sorted(own, ({ hour }) => [hour])
        .filter(({ hour }) => hour >= from && hour <= to)
        .map(({ hour, events, first, last, pause }) => ({ hour, events, first, last, pause }))
    },
    async delays(from) {
      const sums = new Map<string, StreamDelay>()
      for (const { hour, source, dataset, step, events } of delays.values()) {
        if (hour < Math.floor(from / HOUR) * HOUR) continue
        upsert(sums, [source, dataset, step], { source, dataset, step, events: 0 }).events += events
      }
      return sorted([...sums.values()], (one) => [one.source, one.dataset, one.step])
    },
    async fieldsSeen() {
      return copy(sorted([...fields.values()], ({ dataset, path }) => [dataset, path]))
    },
    async fieldsSeenUpTo() {
      return lookedUpTo
    },
    async noteFields({ seen, at, upTo }) {
      for (const { dataset, path } of seen) {
        const one = upsert(fields, [dataset, path], { dataset, path, firstAt: at, lastAt: at })
        one.firstAt = Math.min(one.firstAt, at)
        one.lastAt = Math.max(one.lastAt, at)
      }
      lookedUpTo = upTo
    },
    async removeOld({ what, reason, before, at }) {
      const old = {
        events: () => [...events.values()].map(({ event }) => event).filter((e) => e.receivedAt < before),
        incidents: () => {
          const isOld = (one: { lastSeen: number; raisedAt: number }) =>
            one.lastSeen < before && one.raisedAt < before
          return values(incidents)
            .filter(isOld)
            .map((incident) => ({
              incident,
              its: values(alerts).filter((alert) => alert.incidentId === incident.id),
            }))
            .filter(({ its }) => its.every(isOld))
        },
        rejected: () => letters.filter((letter) => letter.receivedAt < before),
        receipts: () => [...receipts].filter(([, one]) => one.receivedAt < before),
      }
      const times: number[] = []
      let items = 0
      if (what === 'events') {
        for (const event of old.events()) {
          items++
          times.push(event.time)
          events.delete(event.id)
        }
      } else if (what === 'incidents') {
        for (const { incident, its } of old.incidents()) {
          items++
          incidents.delete(incident.id)
          for (const { id } of its) {
            alerts.delete(id)
            evidence.delete(id)
          }
        }
      } else if (what === 'rejected') {
        for (const letter of old.rejected()) {
          items++
          letters.splice(letters.indexOf(letter), 1)
        }
      } else if (what === 'deliveries') {
        items = forgetOld(before)
      } else {
        for (const [digest] of old.receipts()) {
          items++
          receipts.delete(digest)
        }
      }
      if (items > 0) {
        const day = Math.floor(at / DAY)
        const fresh = { day, reason, what, items: 0, from: null, to: null, at, noted: false }
        const row = upsert(removed, [day, reason, what], fresh)
        row.items += items
        row.at = at
        if (times.length > 0) {
          row.from = Math.min(row.from ?? Infinity, ...times)
          row.to = Math.max(row.to ?? -Infinity, ...times)
        }
      }
      return { items, more: false }
    },
    async noteRemoved(day, at) {
      const unnoted = [...removed.values()].filter((row) => !row.noted && row.day < day)
      const told = sorted(
        unnoted.filter(({ what }) => what !== 'receipts'),
        (row) => [row.day, row.reason, row.what],
      )
      for (const [on, rows] of Map.groupBy(told, (row) => row.day)) {
        const detail = rows.map(({ reason, what, items }) => ({ reason, what, items }))
        const subject = new Date(on * DAY).toISOString().slice(0, 10)
        note({ at, actor: 'vedette', verb: 'old-data.remove', subject, detail })
      }
      for (const row of unnoted) row.noted = true
    },
    async removed(since) {
      const told = [...removed.values()].filter(({ day }) => day >= since)
      return sorted(told, (row) => [-row.day, row.reason, row.what]).map((row) => {
        const { noted: _, ...told } = row
        return told
      })
    },
    async oldestReceipt() {
      const times = [...events.values()].map(({ event }) => event.receivedAt)
      return times.length > 0 ? Math.min(...times) : null
    },
    async size() {
      return { bytes: 0, used: 0 }
    },
    async pruneTraffic(before, limit) {
      const old = [
        ...[...minutes]
          .filter(([, { minute }]) => minute < before.minute)
          .map(
            ([id]) =>
              () =>
                minutes.delete(id),
          ),
        ...[...hours]
          .filter(([, { hour }]) => hour < before.hour)
          .map(
            ([id]) =>
              () =>
                hours.delete(id),
          ),
        ...[...delays]
          .filter(([, { hour }]) => hour < before.delay)
          .map(
            ([id]) =>
              () =>
                delays.delete(id),
          ),
      ].slice(0, limit)
      for (const remove of old) remove()
      return old.length
    },
    async state() {
      return {
        events: events.size,
        bytes: JSON.stringify([...events.values()]).length,
        pending: pending.size,
        oldestPending: pending.size ? Math.min(...[...pending.values()].map((p) => p.due)) : null,
        revision,
        ...times,
      }
    },
    async close() {},
  }
  return store
}

const SEVERAL = Symbol('several')

/** What the narrow row of an event says: one text, none, or that there are several. */
function columnOf(event: LogEvent, column: ScanColumn): string | null | typeof SEVERAL {
  if (column === 'dataset') return event.dataset
  const path = { account: 'user.email', action: 'event.action', ip: 'source.ip', outcome: 'event.outcome' }[
    column
  ]
  const values = valuesAt(event.fields, path)
  if (column === 'account') return values.length > 1 ? SEVERAL : accountOf(event.fields)
  if (values.length === 0) return null
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : SEVERAL
}

function narrowed(all: { seq: number; event: LogEvent }[], { from, to, only }: Narrowing) {
  return all.filter(({ event }) => {
    if (event.time < (from ?? -Infinity) || event.time > (to ?? Infinity)) return false
    return (Object.entries(only) as [ScanColumn, string[]][]).every(([column, wanted]) => {
      const value = columnOf(event, column)
      return value === SEVERAL || (value !== null && wanted.includes(value))
    })
  })
}

function wildcard(name: string): RegExp {
  return new RegExp(
    `^${name
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
    's',
  )
}

function keepRow(rows: Map<string, EvidenceRow>, row: EvidenceRow): void {
  const id = JSON.stringify([row.event, row.step])
  if (!rows.has(id)) rows.set(id, copy(row))
}

function summarise(all: EvidenceRow[]): EvidenceSummary {
  const rows = sorted(all, (row) => [row.time, row.event, row.step])
  const accounts = new Set(rows.flatMap((row) => row.account ?? []))
  return copy({
    count: new Set(rows.map((row) => row.event)).size,
    distinct: new Set(rows.filter((row) => row.value !== null).map((row) => JSON.stringify(row.value))).size,
    accounts: [...accounts].sort().slice(0, 1000),
    rows: rows.length <= 200 ? rows : [...rows.slice(0, 100), ...rows.slice(-100)],
  })
}

/** A page after the cursor, which is the place of its last item. */
function page<T>(
  items: T[],
  place: (item: T) => (number | string)[],
  { size, cursor }: { size: number; cursor?: string | undefined },
): Page<T> {
  const after = cursor === undefined ? null : readPlace(cursor)
  const rest = sorted(items, place).filter((item) => after === null || compare(place(item), after) > 0)
  const found = rest.slice(0, size)
  const last = found.at(-1)
  return copy({
    items: found,
    nextCursor: rest.length > size && last !== undefined ? JSON.stringify(place(last)) : null,
  })
}

function readPlace(cursor: string): (number | string)[] {
  try {
    return JSON.parse(cursor) as (number | string)[]
  } catch {
    throw new BadCursor()
  }
}

function sorted<T>(items: T[], place: (item: T) => (number | string)[]): T[] {
  return [...items].sort((a, b) => compare(place(a), place(b)))
}

function compare(a: (number | string)[], b: (number | string)[]): number {
  for (const [i, value] of a.entries()) {
    if (value !== b[i]) return value < b[i]! ? -1 : 1
  }
  return a.length - b.length
}

/** A text that sorts the other way round. */
function descending(text: string): string {
  return `${text}\0`.replace(/[^]/g, (unit) => String.fromCharCode(0xffff - unit.charCodeAt(0)))
}

function values<T>(changed: Map<string, Changed<T>>): T[] {
  return [...changed.values()].map(({ value }) => value)
}

function upsert<T>(map: Map<string, T>, id: (string | number)[], fresh: T): T {
  const key = JSON.stringify(id)
  const found = map.get(key) ?? fresh
  map.set(key, found)
  return found
}

/** Nobody outside holds what is stored. */
/** Of two copies of an event the one that tells more for tuning counts. */
function tellsMore(a: Hit, b: Hit): boolean {
  const [one, other] = [a, b].map(({ context }) => (context ? JSON.stringify(context) : ''))
  return one!.length > other!.length || (one!.length === other!.length && one! > other!)
}

/** What JSON keeps of it; written out, since a text in between took a third of the time of the property tests. */
function copy<T>(value: T): T {
  if (typeof value === 'number' && !Number.isFinite(value)) return null as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one: unknown) => copy(one ?? null)) as T
  const copied = {} as Record<string, unknown>
  for (const name of Object.keys(value)) {
    const one = (value as Record<string, unknown>)[name]
    if (one === undefined) continue
    if (name === '__proto__') Object.defineProperty(copied, name, { value: copy(one), ...OWN })
    else copied[name] = copy(one)
  }
  return copied as T
}
const OWN = { enumerable: true, configurable: true, writable: true }
