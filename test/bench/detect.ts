/**
 * Matching and correlation. More rules are measured against fewer in the same run; plain times depend on the machine
 * and are only reported.
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
import type { BenchResult } from './result.ts'

const EVENTS = 5_000
const ROUNDS = 7

export async function run(): Promise<BenchResult[]> {
  return [...matching(), ...correlating()]
}

function matching(): BenchResult[] {
  const events = ordinaryDay(EVENTS)
  const builtIn = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url)))
  const rules = [10, 200, 300].map((count) => many(builtIn, count))
  const indexes = [builtIn.map(compile), ...rules].map(buildIndex)
  const costs = indexes.map(() => [] as number[])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, index] of indexes.entries()) {
      costs[i]!.push(micros(() => events.reduce((n, one) => n + match(one, index).length, 0), events.length))
    }
  }
  const [four, ten, two, three] = costs.map((all) => Math.min(...all)) as [number, number, number, number]
  const of = `best of ${ROUNDS} rounds in turns over ${events.length} events of an ordinary day`
  return [
    // Half of these events are hits. SEC, the Simple Event Correlator, took 23 us with 4 rules and 36 with 200.
    {
      name: 'matching with the built-in rules',
      value: four,
      unit: 'us an event',
      bar: null,
      detail: of,
    },
    {
      name: 'matching with 200 rules',
      value: two,
      unit: 'us an event',
      bar: null,
      detail: of,
    },
    {
      name: '200 rules against the built-in ones',
      value: two / four,
      unit: 'x',
      bar: { atMost: 1.5 },
      detail: of,
    },
    { name: '300 rules against 10', value: three / ten, unit: 'x', bar: { atMost: 3 }, detail: of },
  ]
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

function correlating(): BenchResult[] {
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
  return cases.map(([name, compiled, make]) => {
    const index = buildIndex([compiled])
    const hits: Hit[] = Array.from({ length: 10_000 }, (_, i) => match(make(i), index)).flat()
    const input = { compiled, hits, near: [], from: at(0), to: at(9_999) }
    const cost = Math.min(...[1, 2, 3].map(() => micros(() => correlate(input).length, 1)))
    const detail = `${hits.length} hits of 10,000 events in one window, best of 3`
    return { name: `one hot key, ${name}`, value: cost / 1000, unit: 'ms', bar: { atMost: 1000 }, detail }
  })
}

/** 10,000 events in fifty minutes. */
function at(i: number): number {
  return T0 + Math.floor((i * HOUR) / 12_000)
}

function micros(work: () => number, per: number): number {
  const began = performance.now()
  work()
  return ((performance.now() - began) * 1000) / per
}
