/**
 * Every built-in rule on its drill, and on the near misses beside it: in order, reversed, shuffled, and delivered twice.
 * A new rule needs no test of its own here, only a scenario.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { DRILLS } from '../../seed/scenarios/index.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import type { ScenarioRecord } from '../../seed/scenarios/scenario.ts'
import { background } from '../../seed/scenarios/background.ts'
import { severityRank } from '../../server/domain/alert.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Fields } from '../../server/domain/json.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { bench, essence } from '../support/detection.ts'
import { asEcs } from '../support/ecs.ts'

const rules = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url)))
const compiled = rules.map((rule) => compileRule(rule).compiled!)
const NOW = Date.UTC(2026, 8, 9, 14, 30)

const ORDERS: { [name: string]: (events: LogEvent[]) => LogEvent[][] } = {
  'in order': (events) => [events],
  reversed: (events) => [events.toReversed()],
  'shuffled, in two deliveries': (events) => halves(shuffled(events)),
  twice: (events) => [events, events],
}

/** What a person would find: alerts that stand, after all that came. */
async function alertsOf(deliveries: readonly LogEvent[][]) {
  const it = bench(compiled)
  it.now = NOW + 60_000
  for (const events of deliveries) await it.take(...events)
  return (await it.alerts()).filter(({ mergedInto, status }) => mergedInto === null && status !== 'withdrawn')
}

const scenarioOf = (name: string | null) => DRILLS.find((scenario) => scenario.name === name)

describe.each(rules.map((rule) => [rule.id, rule] as const))('the rule %s', (id, rule) => {
  const scenario = scenarioOf(rule.drill)!
  const played = scenario.play(newRun(11, NOW))

  test('fires on its drill, and says the same in any order of arrival', async () => {
    const events = eventsOf(played.records)
    const seen: unknown[] = []
    for (const [order, deliver] of Object.entries(ORDERS)) {
      const alerts = await alertsOf(deliver(events))
      const own = alerts.filter(({ ruleId }) => ruleId === id)
      expect(own.length, `${order}: ${JSON.stringify(alerts.map(({ ruleId }) => ruleId))}`).toBe(
        played.expected.ruleId === id ? (played.alerts ?? 1) : 1,
      )
      if (played.expected.ruleId === id) {
        expect(own[0]).toMatchObject({ user: played.expected.user, entity: played.expected.entity })
        expect(severityRank(own[0]!.severity)).toBeGreaterThanOrEqual(severityRank(played.expected.severity))
      }
      for (const also of played.also ?? [])
        expect(
          alerts.map(({ ruleId }) => ruleId),
          order,
        ).toContain(also)
      seen.push(essence(alerts))
    }
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0])
  })

  test('says in one sentence what happened, with no gap in it', async () => {
    const alerts = await alertsOf([eventsOf(played.records)])
    const { summary, entity, user } = alerts.find(({ ruleId }) => ruleId === id)!
    expect(summary).toContain(user ?? entity.value)
    expect(summary).not.toMatch(/[{}]|undefined|null|NaN|unknown|some time|none so far/)
  })

  test('fires on documents that another collector has put into ECS', async () => {
    const alerts = await alertsOf([eventsOf(asEcs(played.records.map(({ record }) => record)), null)])
    expect(alerts.map(({ ruleId }) => ruleId)).toContain(id)
  })
})

describe('near misses', () => {
  const all = DRILLS.flatMap((scenario) =>
    (scenario.nearMisses ?? []).map(({ title, play }) => {
      const { ruleId } = scenario.play(newRun(1, NOW)).expected
      return [ruleId, title, play] as const
    }),
  )
  test.each(all)('%s is silent: %s', async (ruleId, _, play) => {
    const events = eventsOf(play(newRun(12, NOW)))
    for (const [order, deliver] of Object.entries(ORDERS)) {
      const alerts = await alertsOf(deliver(events))
      expect(
        alerts.map((alert) => alert.ruleId),
        order,
      ).not.toContain(ruleId)
    }
  })
})

describe.each(DRILLS.map((scenario) => [scenario.name, scenario] as const))('the drill %s', (_, scenario) => {
  test('is that of a rule, happens within its reach, and shares nothing with another run', () => {
    const [one, other] = [scenario.play(newRun(1, NOW)), scenario.play(newRun(2, NOW))]
    expect(rules.map(({ id }) => id)).toContain(one.expected.ruleId)
    expect(scenario.play(newRun(1, NOW))).toEqual(one)
    const [events, others] = [eventsOf(one.records), eventsOf(other.records)]
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    for (const { time } of events) {
      expect(time).toBeLessThanOrEqual(NOW)
      expect(time).toBeGreaterThan(NOW - (scenario.reach ?? 3_600_000))
    }
    const known = new Set(events.flatMap(namesOf))
    expect(others.flatMap(namesOf).filter((name) => known.has(name))).toEqual([])
  })
})

test.each(Object.entries(ORDERS))(
  'a whole takeover is one incident of one account: %s',
  async (_, deliver) => {
    const { records, expected, also } = scenarioOf('full-chain')!.play(newRun(11, NOW))
    const alerts = await alertsOf(deliver(eventsOf(records)))
    expect(alerts.map(({ ruleId }) => ruleId)).toEqual(expect.arrayContaining([expected.ruleId, ...also!]))
    expect(new Set(alerts.map(({ incidentId }) => incidentId)).size).toBe(1)
    expect(alerts[0]!.incidentId).not.toBeNull()
    expect(new Set(alerts.map(({ user }) => user))).toEqual(new Set([expected.user]))
  },
)

test('ordinary life raises nothing', async () => {
  const alerts = await alertsOf([eventsOf(background(newRun(5, NOW), 20, 20))])
  expect(alerts.map(({ summary }) => summary)).toEqual([])
})

function eventsOf(records: readonly (ScenarioRecord | Fields)[], dataset?: null): LogEvent[] {
  return records.flatMap((one, i) => {
    const isScenario = dataset === undefined
    const record = (isScenario ? one['record'] : one) as Fields
    const { events, rejections } = toEvents({
      records: [{ line: i + 1, raw: JSON.stringify(record), record }],
      dataset: isScenario ? (one['dataset'] as string) : null,
      source: 'test',
      drill: 'drill',
      receivedAt: NOW,
      batchId: String(i),
      geo: null,
    })
    expect(rejections).toEqual([])
    return events.map(({ event }) => event)
  })
}

function namesOf({ id, fields }: LogEvent): string[] {
  const text = JSON.stringify(fields)
  return [id, ...(text.match(/[\w.]+@[\w.-]+/g) ?? [])].filter((name) => !name.endsWith('.outlook.com'))
}

function halves<T>(items: readonly T[]): T[][] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}

/** The same shuffle every time. */
function shuffled<T>(items: readonly T[]): T[] {
  const run = newRun(7, NOW)
  return items
    .map((item) => [run.random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item)
}
