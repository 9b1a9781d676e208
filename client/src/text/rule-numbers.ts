/** The numbers and spans of a rule that may be changed while its query stays. */
import type { RuleView } from '../../../server/domain/api.ts'

type Block = 'threshold' | 'then' | 'travel' | 'new_terms'
export type RuleNumber = {
  block: Block
  key: string
  label: string
  unit: string
  value: string
  isNumber: boolean
}

const KNOWN: [Block, string, string, string][] = [
  ['threshold', 'more_than', 'More than', 'in one window'],
  ['threshold', 'at_least', 'At least', 'in one window'],
  ['threshold', 'at_least_events', 'And at least so many events', 'in one window'],
  ['threshold', 'within', 'Window', 'such as 1h or 30m'],
  ['travel', 'faster_than_kmh', 'Faster than', 'km/h; an airliner flies about 900'],
  ['travel', 'min_km', 'And at least', 'km apart'],
  ['travel', 'within', 'Window', 'such as 24h'],
  ['new_terms', 'history', 'New means not seen in', 'such as 14d'],
  ['then', 'within', 'Then, at the latest after', 'such as 4h'],
]

/** Those that the rule has. */
export function ruleNumbers(rule: RuleView): RuleNumber[] {
  return KNOWN.flatMap(([block, key, label, unit]) => {
    const value = (rule[block] as { [key: string]: unknown } | undefined)?.[key]
    return typeof value === 'number' || typeof value === 'string'
      ? [{ block, key, label, unit, value: String(value), isNumber: typeof value === 'number' }]
      : []
  })
}

export type Changes = { [Name in Block]?: { [key: string]: string | number } }

/** What was typed, where it is other than what the rule has. `typed` is by `block.key`. */
export function numberChanges(rule: RuleView, typed: { readonly [name: string]: string }): Changes {
  const changes: Changes = {}
  for (const { block, key, value, isNumber } of ruleNumbers(rule)) {
    const now = typed[`${block}.${key}`]?.trim()
    if (now === undefined || now === value) continue
    changes[block] = { ...changes[block], [key]: isNumber && /^\d+(\.\d+)?$/.test(now) ? Number(now) : now }
  }
  return changes
}

/** The rule as a file would say it, with changes made: for trying them out. */
export function changedRule(rule: RuleView, changes: Changes & { severity?: string }): object {
  const { version: _, builtIn: __, warnings: ___, health: ____, ...file } = rule
  const blocks = Object.entries(changes).map(([name, change]) => {
    const before = file[name as keyof typeof file]
    return [name, typeof change === 'object' ? { ...(before as object), ...change } : change]
  })
  return { ...file, ...Object.fromEntries(blocks) }
}
