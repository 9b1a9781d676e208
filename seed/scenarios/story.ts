import type { Severity } from '../../server/domain/alert.ts'
import { HOUR, MINUTE, type Millis, SECOND } from '../../server/domain/time.ts'
import { documentationAddress, guid, type Person, person } from './records/invent.ts'
import type { ExpectedAlert, NearMiss, Run, Scenario, ScenarioRecord } from './scenario.ts'

/** Who and what a story is about: all of it new in each run. */
export type Cast = {
  /** The account in trouble. */
  who: Person
  colleagues: Person[]
  /** Where the attacker comes from, and where `who` works. */
  address: string
  home: string
  sessionId: string
  /** Somebody outside, and a part of names that no other run has. */
  outside: string
  mark: string
}

/** One thing that happens: records of about this time. */
export type Scene = (run: Run, cast: Cast, at: Millis) => ScenarioRecord | ScenarioRecord[]
/** Scenes in order, each with the minutes before the run at which it happens. */
export type Story = readonly (readonly [minutesBefore: number, scene: Scene])[]

export type StoryDrill = {
  name: string
  title: string
  /** The rule that must tell of it, and at least how severe. */
  rule: string
  severity: Severity
  attack: Story
  /** Stories on which the rule must stay silent, by what makes each harmless. */
  nearMisses: { [title: string]: Story }
  /** What the alert is about; absent: the account in trouble. */
  about?: (cast: Cast) => Pick<ExpectedAlert, 'user' | 'entity'>
  also?: readonly string[]
  alerts?: number
}

/** A scenario told as data: the attack, and the stories beside it that are none. */
export function storyDrill(drill: StoryDrill): Scenario {
  const about = drill.about ?? (({ who }) => ({ user: who.address, entity: userEntity(who) }))
  const reach = reachOf([drill.attack, ...Object.values(drill.nearMisses)])
  return {
    name: drill.name,
    title: drill.title,
    ...(reach > HOUR && { reach }),
    play(run) {
      const cast = newCast(run)
      const records = tell(run, cast, drill.attack)
      return {
        records,
        expected: { ruleId: drill.rule, severity: drill.severity, ...about(cast) },
        ...(drill.also && { also: drill.also }),
        ...(drill.alerts !== undefined && { alerts: drill.alerts }),
      }
    },
    nearMisses: Object.entries(drill.nearMisses).map(([title, story]): NearMiss => ({
      title,
      play: (run) => tell(run, newCast(run), story),
    })),
  }
}

export function userEntity(who: Person): ExpectedAlert['entity'] {
  return { type: 'user', value: who.address }
}

export function newCast(run: Run): Cast {
  const mark = run.id
  return {
    who: person(run),
    colleagues: Array.from({ length: 8 }, () => person(run)),
    address: documentationAddress(run),
    home: documentationAddress(run),
    sessionId: guid(run),
    outside: `archive.${mark}@collector-${mark}.example`,
    mark,
  }
}

function tell(run: Run, cast: Cast, story: Story): ScenarioRecord[] {
  return story.flatMap(([minutesBefore, scene]) => {
    // Audit times have whole seconds.
    const jitter = Math.floor(run.random() * 20) * SECOND
    const at = Math.floor((run.startedAt - minutesBefore * MINUTE + jitter) / SECOND) * SECOND
    return scene(run, cast, at)
  })
}

function reachOf(stories: readonly Story[]): Millis {
  const minutes = stories.flatMap((story) => story.map(([before]) => before))
  return (Math.max(...minutes) + 1) * MINUTE
}
