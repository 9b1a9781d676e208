/** What it takes to say why a rule did not fire, and how it is said. */
import type { RuleEvent } from '../../domain/event.ts'
import { type Hit, keyValues } from '../../domain/hit.ts'
import { type Json, textAt } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { showValue } from '../summary.ts'

/** The hits of one group, by time. */
export type ExplainedGroup = { key: string; hits: Hit[] }

export type KindInput = {
  compiled: CompiledRule
  /** None of them is complete. */
  groups: ExplainedGroup[]
  /** An event as it is spoken of: `the sign-in at ...`. */
  name(event: string): string
}
/** Sentences on what was missing, the nearest to firing first. Empty: nothing of the rule was met. */
export type KindExplainer = (input: KindInput) => string[]

/** Names events by what they are and when they were; events that are not at hand by their time alone. */
export function namer(events: readonly RuleEvent[], hits: readonly Hit[]): (event: string) => string {
  const known = new Map(events.map((event) => [event.id, event]))
  const times = new Map(hits.map(({ event, time }) => [event, time]))
  return (id) => {
    const event = known.get(id)
    if (event) return nameOf(event)
    const time = times.get(id)
    return time === undefined ? 'an event' : `the event at ${toIso(time)}`
  }
}

export function nameOf({ category, fields, time }: RuleEvent): string {
  const action = textAt(fields, 'event.action')
  const what = category.includes('authentication') ? 'sign-in' : action ? showValue(action) : 'event'
  return `the ${what} at ${toIso(time)}`
}

/** The number of a step in the rule's text, from 1: copies (`with runs`) are one step there. */
export function stepNumber({ steps }: CompiledRule, step: number): number {
  return steps.filter(({ filter }, i) => i <= step && (i === 0 || steps[i - 1]!.filter !== filter)).length
}

/** A group as it is spoken of: `ann@example.org`, or `all events` where the rule joins on nothing. */
export function groupName(key: string): string {
  const values = keyValues(key)
  return values.length === 0 ? 'all events' : values.map(shown).join(', ')
}

export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
}

export function timesFrom(from: Millis, to: Millis): string {
  return from === to ? `at ${toIso(from)}` : `from ${toIso(from)} to ${toIso(to)}`
}

/** Starts with a capital and ends with a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function shown(value: Json): string {
  return value === null ? 'nothing' : showValue(value)
}
