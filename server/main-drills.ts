/** The simulated attacks that the server can play against itself. */
import { DRILLS, SCENARIOS } from '../seed/scenarios/index.ts'
import { freshRun, newRun } from '../seed/scenarios/run.ts'
import type { Played, Scenario } from '../seed/scenarios/scenario.ts'
import type { DrillRun, DrillsPort } from './http/parts.ts'
import type { Millis } from './domain/time.ts'

export function drillsPort(): DrillsPort {
  return {
    list: () =>
      DRILLS.map((scenario) => ({
        name: scenario.name,
        title: scenario.title,
        kind: SCENARIOS.includes(scenario) ? 'attack' : 'rule',
        expected: expectedRules(scenario.play(newRun(1, 0))),
      })),
    play(name, now) {
      const scenario = DRILLS.find((one) => one.name === name)
      return scenario ? playRun(scenario, now) : null
    },
  }
}

function playRun(scenario: Scenario, now: Millis): DrillRun {
  const run = freshRun(now)
  const played = scenario.play(run)
  const feeds = Map.groupBy(played.records, ({ dataset }) => dataset)
  return {
    // Drills meet only their own name, so each run has its own.
    mark: `${scenario.name}-${run.id}`,
    expected: expectedRules(played),
    feeds: [...feeds].map(([dataset, records]) => ({
      dataset,
      body: new TextEncoder().encode(records.map(({ record }) => JSON.stringify(record)).join('\n')),
    })),
  }
}

function expectedRules({ expected, also = [] }: Played): string[] {
  return [expected.ruleId, ...also]
}
