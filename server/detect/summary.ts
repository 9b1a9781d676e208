/**
 * The one sentence of an alert, from the rule's template.
 *
 * `{user} {entity} {count} {threshold} {within} {distinct} {gap} {km} {kmh} {minutes} {from} {to} {new} {usual} {since}
 * {history} {peak} {baseline}` are what the rule kind knows; `{source.ip}` is the first value at that path of the completing event, `{2.event.action}` of the event of
 * step 2; `{a|b|"a text"}` is the first that there is. What is missing reads as something a person can say.
 */
import { type Fields, isObject, type Json, valueAt } from '../domain/json.ts'
import { formatSpan, toIso } from '../domain/time.ts'

export type SummaryParts = {
  user: string | null
  entity: string
  /** Numbers and places by their names in alert facts. */
  facts: { [name: string]: Json }
  /** The event of each step, in order; the last one of a sequence completes it. */
  steps: readonly (Fields | undefined)[]
  completing: Fields | undefined
}

const LONGEST_VALUE = 200

export function writeSummary(template: string, parts: SummaryParts): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, inside: string) => fill(inside, parts)).trim()
}

/** A value from a log as text that cannot deceive: control and direction characters made visible, cut at a length. */
export function showValue(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeCharacter)
  const letters = Array.from(shown)
  return letters.length > LONGEST_VALUE ? `${letters.slice(0, LONGEST_VALUE).join('')}…` : shown
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}

function fill(inside: string, parts: SummaryParts): string {
  const alternatives = inside.split(/\|(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((text) => text.trim())
  for (const alternative of alternatives) {
    const literal = /^"(.*)"$/s.exec(alternative)
    if (literal) return literal[1]!
    const found = read(alternative, parts)
    if (found !== undefined && found !== '') return found
  }
  return missing(alternatives[0]!)
}

function read(name: string, parts: SummaryParts): string | undefined {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name]!(parts) : undefined
  if (known !== undefined) return known
  const step = /^(\d+)\.(.+)$/s.exec(name)
  const value = step ? valueAt(parts.steps[Number(step[1]) - 1], step[2]!) : valueAt(parts.completing, name)
  return value === undefined ? undefined : showValue(value)
}

const NAMES: { [name: string]: (parts: SummaryParts) => string | undefined } = {
  user: ({ user }) => (user === null ? undefined : showValue(user)),
  entity: ({ entity }) => showValue(entity),
  count: ({ facts }) => number(facts['count']),
  threshold: ({ facts }) => number(facts['threshold']),
  distinct: ({ facts }) => number(facts['distinct']),
  baseline: ({ facts }) => number(facts['baseline']),
  peak: ({ facts }) => number(facts['peakDistinct'] ?? facts['peak']),
  within: ({ facts }) => span(facts['withinMs']),
  gap: ({ facts }) => span(facts['gapMs']),
  km: ({ facts }) => number(facts['km']),
  kmh: ({ facts }) => number(facts['kmh']),
  minutes: ({ facts }) => number(facts['minutes']),
  from: ({ facts }) => place(facts['fromPlace']),
  to: ({ facts }) => place(facts['toPlace']),
  new: ({ facts }) => terms(facts['newTerms']),
  usual: ({ facts }) => terms(facts['usual']),
  since: ({ facts }) => day(facts['knownSince']),
  history: ({ facts }) => span(facts['historyMs']),
}

function number(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? value.toLocaleString('en-US') : undefined
}

function span(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? formatSpan(value) : undefined
}

function place(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? showValue(value) : undefined
}

export function termText(values: readonly Json[]): string {
  return values.map(showValue).join(', ')
}

/** Several values of one term with commas, several terms with `and`. */
function terms(value: Json | undefined): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const texts = value.map((one) => {
    const term = isObject(one) ? one['terms'] : one
    return termText(Array.isArray(term) ? term : [term ?? null])
  })
  return [texts.slice(0, -1).join('; '), texts.at(-1)!].filter((text) => text !== '').join(' and ')
}

function day(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? toIso(value).slice(0, 10) : undefined
}

function missing(name: string): string {
  if (/\bgeo\b|^(from|to)$/.test(name)) return 'an unknown place'
  if (/^(\d+\.)?user\b/.test(name)) return 'an unknown account'
  if (/\bip$/.test(name)) return 'an unknown address'
  if (name === 'usual') return 'nothing yet'
  return name === 'gap' || name === 'within' ? 'some time' : 'unknown'
}
