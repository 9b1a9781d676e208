import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { background } from '../../seed/scenarios/background.ts'
import { SCENARIOS } from '../../seed/scenarios/index.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import type { ScenarioRecord } from '../../seed/scenarios/scenario.ts'
import { correlate } from '../../server/detect/correlate.ts'
import { match } from '../../server/detect/match.ts'
import type { Hit } from '../../server/domain/hit.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Fields } from '../../server/domain/json.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { asEcs } from '../support/ecs.ts'

const rules = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url))).map(
  (rule) => compileRule(rule).compiled!,
)
const index = buildIndex(rules)
const NOW = Date.UTC(2026, 8, 9, 14, 30)

function events(records: readonly unknown[], dataset: string | null): LogEvent[] {
  const decoded = records.map((record, i) => ({
    line: i + 1,
    raw: JSON.stringify(record),
    record: record as Fields,
  }))
  const request = { dataset, source: 'test', drill: null, receivedAt: NOW, batchId: 'b', geo: null }
  const { events: made, rejections } = toEvents({ ...request, records: decoded })
  expect(rejections).toEqual([])
  return made.map(({ event }) => event)
}

const raw = (records: ScenarioRecord[]) => records.flatMap(({ dataset, record }) => events([record], dataset))
const ecs = (records: ScenarioRecord[]) => events(asEcs(records.map(({ record }) => record)), null)

/** Rule, key, account, and whether a later event made it worse: one line an alert. */
function alerts(found: readonly LogEvent[]): string[] {
  const groups = Map.groupBy(
    found.flatMap((event) => match(event, index)),
    ({ rule, key }) => `${rule} ${key}`,
  )
  return [...groups.values()].flatMap((hits) => plansOf(hits)).toSorted()
}

function plansOf(hits: Hit[]): string[] {
  const compiled = rules.find(({ rule }) => rule.id === hits[0]!.rule)!
  const times = hits.map(({ time }) => time)
  const input = { compiled, hits, near: [], from: Math.min(...times), to: Math.max(...times) }
  return correlate(input).map(
    ({ worsenedBy, account }) =>
      `${compiled.rule.id} ${hits[0]!.key} ${worsenedBy ? `worse: ${worsenedBy.account}` : account}`,
  )
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'the attack %s',
  (name, scenario) => {
    const { records, expected } = scenario.play(newRun(11, NOW))
    const account = name === 'credential-spray' ? `worse: ${expected.user}` : expected.user
    const wanted = [`${expected.ruleId} ${JSON.stringify([expected.entity.value])} ${account}`]

    test('raises its alert and no other from raw records', () => {
      expect(alerts(raw(records))).toEqual(wanted)
    })

    test('raises its alert and no other from documents already in ECS', () => {
      expect(alerts(ecs(records))).toEqual(wanted)
    })
  },
)

test('ordinary life raises nothing', () => {
  expect(alerts(raw(background(newRun(5, NOW), 20, 20)))).toEqual([])
})
