/**
 * Matching, correlation and back-tests. What rules cost is measured against a matcher written by hand, and more rules
 * against fewer, in the same run; plain times depend on the machine and are only reported.
 */
import { fileURLToPath } from 'node:url'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Hit } from '../../server/domain/hit.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { HOUR, SECOND } from '../../server/domain/time.ts'
import { correlate } from '../../server/detect/correlate.ts'
import { match } from '../../server/detect/match.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { BULK, compile, event, SEQUENCE, SPRAY, T0, TRAVEL } from '../support/detection.ts'
import { audit, BERLIN, inboxRule, LAGOS, send, signIn } from '../support/records.ts'
import { cpuMs, leastCpuMs } from './cpu.ts'
import { matchByHand } from './hand-written.ts'
import { triedOverHistory } from './history.ts'
import type { BenchResult } from './result.ts'
import { settling } from './settling.ts'

const EVENTS = 5_000
const ROUNDS = 7

export async function run(): Promise<BenchResult[]> {
  const rules = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url)))
  return [
    ...(await matching(rules)),
    ...(await correlating()),
    ...(await settling()),
    ...(await triedOverHistory(rules)),
  ]
}

async function matching(builtIn: readonly Rule[]): Promise<BenchResult[]> {
  const events = ordinaryDay(EVENTS)
  const jobs = [
    () => {
      for (const one of events) matchByHand(one, keep)
    },
    ...[builtIn.length, 10, 50, 200, 300].map((count) => {
      const index = buildIndex(many(builtIn, count))
      return () => {
        for (const one of events) match(one, index)
      }
    }),
  ]
  const costs = jobs.map(() => Infinity)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, job] of jobs.entries()) costs[i] = Math.min(costs[i]!, await micros(job, events.length))
  }
  const [byHand, four, ten, fifty, two, three] = costs as [number, number, number, number, number, number]
  const of = `best of ${ROUNDS} rounds in turns over ${events.length} events of an ordinary day, half of them hits`
  const times = (name: string, value: number, atMost: number, detail: string): BenchResult => {
    return { name, value, unit: 'x', bar: { atMost }, detail: `${detail}; ${of}` }
  }
  const us = (cost: number) => `${cost.toFixed(1)} us`
  // SEC, the Simple Event Correlator, takes 77 times what a matcher by hand takes for the four checks, 120 times with 200
  // rules.
  return [
    times('4 rules against by hand', four / byHand, 0.2 * 77, `${us(four)} and ${us(byHand)} an event`),
    times('200 rules against by hand', two / byHand, 0.15 * 120, `${us(two)} an event`),
    times('50 rules against 4', fifty / four, 1.5, `${us(fifty)} an event`),
    times('200 rules against 4', two / four, 1.5, `${us(two)} an event`),
    times('300 rules against 10', three / ten, 3, `${us(three)} and ${us(ten)} an event`),
  ]
}

let kept = 0
function keep(_check: string, key: string): void {
  kept += key.length
}

/** The built-in rules, and others like them that name other actions and datasets, as rules for other products do. */
function many(builtIn: readonly Rule[], count: number): CompiledRule[] {
  return Array.from({ length: count }, (_, i) => {
    const rule = builtIn[i % builtIn.length]!
    if (i < builtIn.length) return compile(rule)
    const other = (text: string) =>
      text
        .replaceAll(/"(azure\.signinlogs|o365\.audit)"/g, `"product${i % 40}.log"`)
        .replaceAll(/"(Send|New-InboxRule|UserLoginFailed|UserLoggedIn|Set-Mailbox)"/g, `"$1-${i}"`)
    const then = rule.then && { ...rule.then, query: other(rule.then.query) }
    return compile({ ...rule, id: `${rule.id}-${i}`, query: other(rule.query), then })
  })
}

/** Mostly what no rule is about, as in a real tenant. */
function ordinaryDay(count: number): LogEvent[] {
  const user = (i: number) => `user${i % 60}@example.org`
  const records = Array.from({ length: count }, (_, i) => {
    const at = T0 + i * SECOND
    if (i % 4 === 0) return signIn({ at, user: user(i), place: i % 400 === 0 ? LAGOS : BERLIN })
    if (i % 4 === 1) return send({ at, user: user(i) })
    if (i % 100 === 2) return inboxRule({ at, user: user(i) })
    return audit({
      at,
      user: user(i),
      operation: i % 4 === 2 ? 'MailItemsAccessed' : 'FileAccessed',
      recordType: 6,
    })
  })
  const { events } = toEvents({
    records: records.map((record, i) => ({
      line: i + 1,
      raw: JSON.stringify(record),
      record: record as never,
    })),
    dataset: null,
    source: 'bench',
    drill: null,
    receivedAt: T0,
    batchId: 'bench',
    geo: null,
  })
  return events.map(({ event: made }) => made)
}

async function correlating(): Promise<BenchResult[]> {
  const cases: [string, CompiledRule, (i: number) => LogEvent][] = [
    [
      'a sequence',
      SEQUENCE,
      (i) =>
        event({
          at: at(i),
          user: 'a@b.example',
          outcome: 'success',
          category: i % 2 ? ['authentication'] : [],
          action: 'New-InboxRule',
        }),
    ],
    ['a threshold', BULK, (i) => event({ at: at(i), user: 'a@b.example', action: 'Send' })],
    [
      'a spray',
      SPRAY,
      (i) =>
        event({
          at: at(i),
          user: `u${i % 900}@b.example`,
          ip: '192.0.2.1',
          outcome: i % 50 ? 'failure' : 'success',
          category: ['authentication'],
        }),
    ],
    [
      'travel',
      TRAVEL,
      (i) =>
        event({
          at: at(i),
          user: 'a@b.example',
          outcome: 'success',
          category: ['authentication'],
          more: { source: { geo: { location: { lat: (i * 7) % 60, lon: (i * 11) % 100 } } } },
        }),
    ],
  ]
  const results: BenchResult[] = []
  for (const [name, compiled, make] of cases) {
    const index = buildIndex([compiled])
    const hits: Hit[] = Array.from({ length: 10_000 }, (_, i) => match(make(i), index)).flat()
    const input = { compiled, hits, near: [], from: at(0), to: at(9_999) }
    const value = await leastCpuMs(3, () => correlate(input))
    const detail = `${hits.length} hits of 10,000 events in one window, best of 3`
    results.push({ name: `one hot key, ${name}`, value, unit: 'ms', bar: { atMost: 1000 }, detail })
  }
  return results
}

/** 10,000 events in fifty minutes. */
function at(i: number): number {
  return T0 + Math.floor((i * HOUR) / 12_000)
}

async function micros(work: () => void, per: number): Promise<number> {
  return ((await cpuMs(work)) * 1000) / per
}
