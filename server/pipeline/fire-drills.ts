/** Fire drills: one a day and when somebody asks, one at a time. A failed one is an alert until a later one passes. */
import type { FireDrillRun, FireDrillSchedule } from '../domain/fire-drill.ts'
import { DAY, HOUR, type Millis, MINUTE } from '../domain/time.ts'
import { timeAfter, timeBefore } from './daily.ts'
import { type FireDrillParts, type FireDrillRecords, runFireDrill } from './fire-drill.ts'
import { type OwnFinding, tellOwn } from './own-alerts.ts'
import { reviseAlerts } from './triage.ts'

export type FireDrillState = {
  schedule: FireDrillSchedule
  /** Of the schedule; a change names it. */
  version: number
  next: Millis | null
  /** When the one under way began. */
  running: Millis | null
  /** Newest first. */
  runs: FireDrillRun[]
}
export type FireDrills = {
  state(): Promise<FireDrillState>
  /** `conflict`: the version that is there, where `expect` names another. */
  setSchedule(
    schedule: FireDrillSchedule,
    options: { actor: string; expect?: number },
  ): Promise<{ state: FireDrillState } | { conflict: number }>
  /** Begins one, unless one is under way; when the one under way began. */
  begin(actor: string): Promise<Millis>
  /** Plays the daily one, if it is due. */
  beat(): Promise<void>
  stop(): Promise<void>
}
export type FireDrillsParts = Omit<FireDrillParts, 'signal'> & {
  /** The records of a new run; null: there is no such attack. */
  play(scenario: string, now: Millis): FireDrillRecords | null
  onSettled(revision: number): void
  /** One is over: its numbers are for whoever measures. */
  onRun?(run: FireDrillRun): void
  onError(error: unknown): void
}

const DEFAULT: FireDrillSchedule = { enabled: true, time: '04:00', scenario: 'full-chain' }
const SCHEDULE = { kind: 'setting', id: 'fire-drill' } as const
const RUNS = { kind: 'setting', id: 'fire-drill-runs' } as const
const MOST_RUNS = 30
const ACTOR = 'vedette'
type Runs = { runs: FireDrillRun[]; failingSince: Millis | null }
/** What failed for a passing reason is not told of for a whole day. */
const AGAIN: Millis = HOUR

export function startFireDrills(parts: FireDrillsParts, every: Millis = MINUTE): FireDrills {
  const { store, clock } = parts
  const ended = new AbortController()
  let running: { since: Millis; done: Promise<void> } | null = null

  async function readSchedule() {
    const record = await store.record(SCHEDULE.kind, SCHEDULE.id)
    const schedule = (record?.body as FireDrillSchedule | undefined) ?? DEFAULT
    return { schedule, version: record?.version ?? 0, since: record?.updatedAt ?? 0 }
  }

  async function readRuns(): Promise<Runs> {
    const record = await store.record(RUNS.kind, RUNS.id)
    return (record?.body as Runs | undefined) ?? { runs: [], failingSince: null }
  }

  /** The same rule as of backups: a time that passed while the machine was off counts. */
  async function isDue(): Promise<boolean> {
    const [{ schedule, since }, { runs }] = await Promise.all([readSchedule(), readRuns()])
    if (!schedule.enabled) return false
    const [last, before] = runs
    const now = clock()
    // Once: who wants to be told of drills is not to hear of it every hour.
    if (last && !last.passed && before?.passed !== false && last.startedAt < now - AGAIN) return true
    return timeBefore(schedule.time, now) > Math.max(last?.startedAt ?? (await firstDay()), since)
  }

  /** Nobody who looks at it for the first time is to find drills among the alerts. */
  async function firstDay(): Promise<Millis> {
    const users = await store.records('user')
    return users.length === 0 ? Infinity : Math.min(...users.map(({ createdAt }) => createdAt)) + DAY
  }

  async function run(scenario: string, by: string): Promise<void> {
    const records = parts.play(scenario, clock())
    if (!records) throw new Error(`There is no attack ${JSON.stringify(scenario)} to play.`)
    const audit = { at: clock(), actor: by, verb: 'drill.play', subject: scenario }
    await store.note({ ...audit, detail: { drill: records.mark, fire: true } })
    const { alerts, ...outcome } = await runFireDrill(
      { ...parts, signal: ended.signal },
      { scenario, by, records },
    )
    // Cut off by the end of the process, which proves nothing: it is played again after the start.
    if (ended.signal.aborted) return
    await tellOutcome(outcome, await keep(outcome))
    const open = alerts.filter(({ status, mergedInto }) => status === 'open' && mergedInto === null)
    const deps = { store, now: clock, onSettled: parts.onSettled }
    await reviseAlerts(
      deps,
      open.map(({ id }) => id),
      { status: 'closed', closeReason: 'test' },
      ACTOR,
    )
    parts.onRun?.(outcome)
  }

  /** Since when they fail; null: the last one passed. */
  async function keep(outcome: FireDrillRun): Promise<Millis | null> {
    const known = await readRuns()
    const failingSince = outcome.passed ? null : (known.failingSince ?? outcome.startedAt)
    const body: Runs = { runs: [outcome, ...known.runs].slice(0, MOST_RUNS), failingSince }
    const { drill, passed, why } = outcome
    const audit = { at: clock(), actor: ACTOR, verb: 'drill.finish', subject: outcome.scenario }
    await store.putRecords([
      { ...RUNS, body, audit: { ...audit, detail: { drill, passed, why } }, at: clock() },
    ])
    return failingSince
  }

  async function tellOutcome({ drill, why }: FireDrillRun, failingSince: Millis | null): Promise<void> {
    const finding: OwnFinding[] =
      failingSince === null
        ? []
        : [
            {
              entity: { type: 'drill', value: 'Fire drill' },
              since: failingSince,
              summary: `The fire drill failed, so a real attack may be missed: ${why ?? ''}`,
              facts: { drill },
            },
          ]
    const deps = { store, now: clock, onSettled: parts.onSettled }
    await tellOwn(deps, 'vedette-drill-failed', finding, () => 'A later fire drill passed.')
  }

  function begin(scenario: string, actor: string): Millis {
    if (running) return running.since
    const since = clock()
    const done = run(scenario, actor)
      .catch(parts.onError)
      .finally(() => (running = null))
    running = { since, done }
    return since
  }

  async function state(): Promise<FireDrillState> {
    const [{ schedule, version }, { runs }] = await Promise.all([readSchedule(), readRuns()])
    const next = schedule.enabled ? timeAfter(schedule.time, clock()) : null
    return { schedule, version, next, running: running?.since ?? null, runs }
  }

  async function beat(): Promise<void> {
    try {
      if (!running && (await isDue())) begin((await readSchedule()).schedule.scenario, ACTOR)
      await running?.done
    } catch (error) {
      parts.onError(error)
    }
  }

  const timer = setInterval(() => void beat(), every)
  timer.unref()
  return {
    state,
    async setSchedule(schedule, { actor, expect }) {
      const at = clock()
      const audit = { at, actor, verb: 'fire-drill.change', subject: 'daily', detail: schedule }
      const only = expect === undefined ? {} : { expect }
      const [written] = await store.putRecords([{ ...SCHEDULE, body: schedule, audit, at, ...only }])
      return written!.written ? { state: await state() } : { conflict: written!.version }
    },
    async begin(actor) {
      return begin((await readSchedule()).schedule.scenario, actor)
    },
    beat,
    async stop() {
      clearInterval(timer)
      ended.abort()
      await running?.done
    },
  }
}
