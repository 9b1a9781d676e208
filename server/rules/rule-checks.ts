import { parseSpan } from '../domain/time.ts'
import type { Query } from '../lang/tree.ts'
import type { Path } from './rule-source.ts'

/** Something wrong with a rule file, by where it stands: a value at `path`, or the key `key` there. */
export type Mistake = { path: Path; key?: string; message: string; hint: string | null }

type Raw = Record<string, unknown>

/** What a baseline means if it does not say: two weeks hold what is done once a week twice. */
export const BASELINE = { days: 14, times: 3, atLeastDays: 3 } as const

/** Samples have no maxspan in EQL, so there is no window within which a rule could look for them. */
export const SAMPLE_REFUSED = {
  message: 'A sample has no limit of time: as a rule it would join events however far apart',
  hint: 'Search with it, or write it as a sequence with maxspan, one rule for each order of its steps.',
}

/**
 * What the parts of a rule must agree on. It works on the raw values and passes over what is malformed, so that these
 * mistakes are told together with those of the shape.
 */
export function disagreements(rule: Raw, query: Query | null): Mistake[] {
  const found: Mistake[] = []
  const blocks = ['threshold', 'travel', 'new_terms'].filter((name) => isGroup(rule[name]))
  if (blocks.length > 1) {
    found.push({
      path: [],
      key: blocks[1]!,
      message: `A rule has one of threshold, travel and new_terms; this has ${blocks.join(' and ')}`,
      hint: 'Make two rules of it.',
    })
  }
  if (query?.kind === 'sample') {
    found.push({ path: ['query'], ...SAMPLE_REFUSED })
  }
  if (blocks.length > 0 && query && query.kind !== 'event') {
    found.push({
      path: ['query'],
      message: `The query of a ${blocks[0]} rule finds single events; this one is a ${query.kind}`,
      hint: `Use one "... where ..." or remove "${blocks[0]}".`,
    })
  }
  if (isGroup(rule.threshold)) found.push(...thresholdMistakes(rule.threshold))
  if (isGroup(rule.new_terms)) found.push(...newTermsMistakes(rule.new_terms))
  if (isGroup(rule.then) && !isGroup(rule.threshold)) {
    found.push({
      path: [],
      key: 'then',
      message: '"then" belongs to a threshold rule',
      hint: 'Add "threshold", or write the query as a sequence.',
    })
  }
  if (isGroup(rule.several)) found.push(...severalMistakes(rule.several, query))
  if (typeof rule.may === 'string' && !heedsOf(rule).includes('service-accounts')) {
    found.push({
      path: [],
      key: 'may',
      message: '"may" names what service accounts are expected to do, but the rule does not heed them',
      hint: 'Add "heeds: [service-accounts]", or remove "may".',
    })
  }
  if (heedsOf(rule).includes('service-accounts') && typeof rule.may !== 'string') {
    found.push({
      path: [],
      key: 'heeds',
      message: 'A rule that heeds service-accounts says which action they may do',
      hint: 'Add "may", for instance "may: bulk-send".',
    })
  }
  const kind = kindMistake(rule, query, blocks)
  if (kind) found.push(kind)
  return found
}

/** The kind that a rule's parts make it. */
export function kindOf(blocks: { threshold?: unknown; travel?: unknown; new_terms?: unknown }, query: Query) {
  if (blocks.threshold) return 'threshold'
  if (blocks.travel) return 'travel'
  if (blocks.new_terms) return 'new_terms'
  return query.kind === 'sequence' ? 'sequence' : 'query'
}

function thresholdMistakes(threshold: Raw): Mistake[] {
  return [...limitMistakes(threshold), ...baselineMistakes(threshold.baseline)]
}

function baselineMistakes(baseline: unknown): Mistake[] {
  if (!isGroup(baseline)) return []
  const days = baseline.days ?? BASELINE.days
  const least = baseline.at_least_days ?? BASELINE.atLeastDays
  if (typeof days !== 'number' || typeof least !== 'number' || least < days) return []
  return [
    {
      path: ['threshold', 'baseline', 'at_least_days'],
      message: 'at_least_days must be less than days: nothing older is looked at',
      hint: 'For instance "days: 14" and "at_least_days: 3".',
    },
  ]
}

function limitMistakes(threshold: Raw): Mistake[] {
  const path = ['threshold']
  const says = ['more_than', 'at_least'].filter(
    (name) => threshold[name] !== undefined && threshold[name] !== null,
  )
  if (says.length === 0) {
    return [
      {
        path,
        message: 'threshold needs at_least or more_than',
        hint: 'For instance "more_than: 50", which 51 events exceed.',
      },
    ]
  }
  if (says.length === 2) {
    return [
      {
        path,
        key: 'more_than',
        message: 'threshold has both more_than and at_least',
        hint: 'Keep one: "more_than: 50" is "at_least: 51".',
      },
    ]
  }
  return []
}

function newTermsMistakes({ history, learn }: Raw): Mistake[] {
  const [looksBack, learns] = [history, learn].map((text) =>
    typeof text === 'string' ? parseSpan(text) : undefined,
  )
  if (looksBack === undefined || learns === undefined || learns < looksBack) return []
  return [
    {
      path: ['new_terms', 'learn'],
      message: 'new_terms.learn must be shorter than history: nothing older is looked at',
      hint: 'For instance "history: 14d" and "learn: 3d".',
    },
  ]
}

function kindMistake(rule: Raw, query: Query | null, blocks: string[]): Mistake | null {
  // What kind a rule in Sigma is follows from its text, and the numbers of its correlation may stand beside it.
  if (rule.language === 'sigma') return null
  if (typeof rule.kind !== 'string' || !query || blocks.length > 1 || query.kind === 'sample') return null
  const kind = kindOf({ [blocks[0] ?? '']: true }, query)
  const said = rule.kind
  if (said === kind) return null
  const hint = ['threshold', 'travel', 'new_terms'].includes(said)
    ? `Add the group "${said}", or remove "kind": it follows from the rest.`
    : 'Remove "kind": it follows from the rest.'
  return { path: ['kind'], message: `kind is ${said}, but this is a ${kind} rule`, hint }
}

/** `several` counts over what is left of the join keys when its own are taken, which must be the first. */
function severalMistakes(several: Raw, query: Query | null): Mistake[] {
  const given = several['by']
  const by = typeof given === 'string' ? [given] : Array.isArray(given) ? given : []
  if (!query || by.length === 0) return []
  const path = ['several']
  if (query.kind !== 'sequence' || query.maxspan === null) {
    const message = '"several" counts sequences that have a maxspan'
    return [
      { path: [], key: 'several', message, hint: 'Write the query as "sequence by ... with maxspan=...".' },
    ]
  }
  if (query.until || query.steps.some(({ missing }) => missing)) {
    const message = '"several" does not count sequences with "until" or a missing event'
    return [{ path: [], key: 'several', message, hint: 'Remove "several", or "until" and "![ ]".' }]
  }
  const keys = query.steps[0]!.by.map((field) => field.path)
  if (by.every((name, i) => name === keys[i]) && keys.length > by.length) return []
  const message = `several.by must be the first join keys of the query, and leave one: they are ${keys.join(', ')}`
  return [
    {
      path,
      key: 'by',
      message,
      hint: 'For instance "by: [user.email]" for "sequence by user.email, file.name".',
    },
  ]
}

function heedsOf(rule: Raw): unknown[] {
  return Array.isArray(rule.heeds) ? rule.heeds : []
}

function isGroup(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
