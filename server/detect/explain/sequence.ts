/** Why a sequence is not complete: how far it came, and what was wrong with the next step. */
import { formatSpan } from '../../domain/time.ts'
import type { Hit } from '../../domain/hit.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { kindOf } from '../kinds/index.ts'
import {
  type ExplainedGroup,
  groupName,
  type KindExplainer,
  type KindInput,
  stepNumber,
} from './explanation.ts'

// Looking for the closest of very many near misses costs more than it tells.
const MOST_ENDS = 100

export const explainSequence: KindExplainer = (input) => {
  const positive = withoutNegation(input.compiled)
  const found = input.groups
    .map((group) => explainGroup(input, positive, group))
    .toSorted((a, b) => b.reached - a.reached)
  return [...apart(input, positive), ...found.slice(0, 3).map(({ text }) => text)]
}

/** The steps that must be there, as a sequence of their own, with their places in the rule. */
type Positive = { compiled: CompiledRule; places: number[] }

function withoutNegation(compiled: CompiledRule): Positive {
  const { negation: _, ...rest } = compiled
  const places = compiled.steps.flatMap(({ negates }, step) => (negates ? [] : [step]))
  return { compiled: { ...rest, steps: places.map((place) => compiled.steps[place]!) }, places }
}

function explainGroup(
  { compiled, name }: KindInput,
  positive: Positive,
  { key, hits: all }: ExplainedGroup,
): { reached: number; text: string } {
  const { places } = positive
  const of = `for ${groupName(key)}`
  const hits = all.flatMap((hit) => {
    const step = places.indexOf(hit.step)
    return step === -1 ? [] : [{ ...hit, step }]
  })
  const kind = kindOf(positive.compiled)
  if (kind.completions(positive.compiled, hits).length > 0) {
    return { reached: places.length + 1, text: `${of}: ${undone(compiled, all, name)}` }
  }
  const loose = { ...positive.compiled, window: Infinity }
  const ends = kind.completions(loose, hits)
  if (ends.length > 0) {
    const { gap, chain } = closest(loose, hits, ends)
    const limit = formatSpan(positive.compiled.window)
    return {
      reached: places.length,
      text: `${of}: ${name(chain.at(-1)!)} came ${formatSpan(gap)} after ${name(chain[0]!)}, limit ${limit}`,
    }
  }
  for (let reached = places.length - 1; reached > 0; reached--) {
    const before = kind.completions({ ...loose, steps: loose.steps.slice(0, reached) }, hits)
    if (before.length > 0)
      return { reached, text: `${of}: ${missing(compiled, positive, hits, before, reached, name)}` }
  }
  return { reached: 0, text: `${of}: nothing met step ${stepNumber(compiled, places[0]!)}` }
}

/** The steps before `step` were met; why it was not met after them. */
function missing(
  rule: CompiledRule,
  { compiled, places }: Positive,
  hits: readonly Hit[],
  before: readonly Hit[],
  step: number,
  name: KindInput['name'],
): string {
  const number = stepNumber(rule, places[step]!)
  const previous = stepNumber(rule, places[step - 1]!)
  // Copies of one step (`with runs`) are kept as hits of the first of them.
  const filter = compiled.steps[step]!.filter
  const isRun = compiled.steps[step - 1]!.filter === filter
  const met = hits.filter((hit) => compiled.steps[hit.step]!.filter === filter)
  const earliest = before[0]!
  const last = met.at(-1)
  if (!last) {
    const steps = previous === 1 ? 'step 1 was' : `steps 1 to ${previous} were`
    return `${steps} met (last by ${name(before.at(-1)!.event)}), but nothing met step ${number}`
  }
  if (isRun) {
    const runs = compiled.steps.filter((one) => one.filter === filter).length
    return `${met.length} of ${runs} events in a row met step ${number}`
  }
  if (last.time < earliest.time) {
    const ahead = formatSpan(earliest.time - last.time)
    return `${name(last.event)} met step ${number}, but came ${ahead} before ${name(earliest.event)}, which met step ${previous}`
  }
  return `${name(last.event)} met step ${number}, but it is needed for step ${previous} too`
}

/** Every step was there; something that must not be there was there too. */
function undone(compiled: CompiledRule, hits: readonly Hit[], name: KindInput['name']): string {
  const undoing = hits.filter(({ step }) => compiled.steps[step]!.negates)
  const first = undoing[0]
  if (!first) return 'every step was met, but not in the order that the rule asks for'
  const more = undoing.length > 1 ? ` and ${undoing.length - 1} more` : ''
  return compiled.steps[first.step]!.negates === 'until'
    ? `every step was met, but ${name(first.event)}${more} met [until], which ends the sequence`
    : `every step was met, but ${name(first.event)}${more} met step ${stepNumber(compiled, first.step)}, which must be missing`
}

function closest(loose: CompiledRule, hits: readonly Hit[], ends: readonly Hit[]) {
  const kind = kindOf(loose)
  const spans = ends.slice(-MOST_ENDS).map((end) => {
    const { facts } = kind.support(loose, hits, [end])
    return { gap: Number(facts['gapMs']), chain: facts['chain'] as string[] }
  })
  return spans.reduce((best, next) => (next.gap < best.gap ? next : best))
}

/** Each step was met somewhere, but by different values of the key. */
function apart({ groups, compiled }: KindInput, { places }: Positive): string[] {
  const meeting = places.map((place) =>
    groups.filter(({ hits }) => hits.some(({ step }) => sameStep(compiled, step, place))),
  )
  const isApart =
    meeting.every((found) => found.length > 0) &&
    !groups.some((group) => meeting.every((found) => found.includes(group)))
  if (!isApart) return []
  const by = compiled.steps[0]!.by.map(({ path }) => path).join(', ')
  const told = meeting.map(
    (found, i) => `step ${stepNumber(compiled, places[i]!)} by ${groupName(found[0]!.key)}`,
  )
  return [`every step was met, but not by the same ${by}: ${told.join(', ')}`]
}

function sameStep(compiled: CompiledRule, a: number, b: number): boolean {
  return compiled.steps[a]!.filter === compiled.steps[b]!.filter
}
