/** What could come next in a query at the caret. A guesser, not a reader: it offers, and never insists. */
import { eqlName, eqlText, kqlName, kqlText } from './query-clause.ts'

type Language = 'eql' | 'kql'
/** The caret is in a field's name or behind a comparison; `from` to `to` is what a choice takes the place of. */
export type Spot =
  | { kind: 'field'; typed: string; from: number; to: number }
  | { kind: 'value'; field: string; typed: string; from: number; to: number }

export type Suggestion = { put: string; note: string; kind: 'field' | 'word' | 'value' }

const WORD = /[\w.@-]*$/
const KQL_VALUE = /(?:^|[\s(])([\w.@-]+)\s*:\s*("?)([^"\s():]*)$/
const EQL_VALUE = /(?:^|[\s([])([\w.@]+)\s*(?:==|!=|:|like~?|in~?\s*\([^)]*?)\s*("?)([^"\s()\]]*)$/

const EQL_FUNCTIONS = [
  'between',
  'cidrMatch',
  'concat',
  'endsWith',
  'indexOf',
  'length',
  'startsWith',
  'stringContains',
  'wildcard',
]
const WORDS: Record<Language, readonly string[]> = {
  kql: ['and', 'or', 'not'],
  eql: ['and', 'or', 'not', 'in', 'like', 'where', 'any', 'sequence by', 'with maxspan=', 'until', 'null'],
}
/** Event categories that Vedette gives to logs, which EQL asks for before `where`. */
const CATEGORIES = [
  'any where',
  'authentication where',
  'email where',
  'configuration where',
  'iam where',
  'process where',
  'web where',
]

export function spotAt(language: Language, text: string, caret: number): Spot | null {
  const before = text.slice(0, caret)
  if (inText(before)) {
    const value = (language === 'kql' ? KQL_VALUE : EQL_VALUE).exec(before)
    if (!value || value[2] !== '"') return null
    const from = caret - value[3]!.length - 1
    return { kind: 'value', field: value[1]!, typed: value[3]!, from, to: closed(text, caret) }
  }
  const value = (language === 'kql' ? KQL_VALUE : EQL_VALUE).exec(before)
  if (value)
    return { kind: 'value', field: value[1]!, typed: value[3]!, from: caret - value[3]!.length, to: caret }
  const typed = WORD.exec(before)![0]
  return { kind: 'field', typed, from: caret - typed.length, to: caret }
}

/** Fields that begin so, then those that hold it; then words of the language. At most `most`. */
export function fieldSuggestions(
  language: Language,
  typed: string,
  fields: readonly { path: string; datasets: readonly string[] }[],
  most: number,
): Suggestion[] {
  const wanted = typed.toLowerCase()
  const fits = (text: string) => text.toLowerCase().startsWith(wanted)
  const words = wanted === '' ? [] : WORDS[language].filter((word) => fits(word) && word !== typed)
  const begin = fields.filter(({ path }) => fits(path))
  const hold =
    wanted.length < 2 ? [] : fields.filter(({ path }) => !fits(path) && path.toLowerCase().includes(wanted))
  const named = [...begin, ...hold].map(({ path, datasets }): Suggestion => ({
    put: language === 'kql' ? `${kqlName(path)}: ` : `${eqlName(path)} `,
    note: datasets.length > 3 ? `${datasets.length} datasets` : datasets.join(', '),
    kind: 'field',
  }))
  const functions = language === 'eql' && wanted !== '' ? EQL_FUNCTIONS.filter(fits) : []
  const categories = language === 'eql' && wanted !== '' ? CATEGORIES.filter(fits) : []
  return [
    ...categories.map((word): Suggestion => ({ put: `${word} `, note: 'kind of event', kind: 'word' })),
    ...words.map((word): Suggestion => ({
      put: word.endsWith('=') ? word : `${word} `,
      note: '',
      kind: 'word',
    })),
    ...named.slice(0, most),
    ...functions.map((word): Suggestion => ({ put: `${word}(`, note: 'function', kind: 'word' })),
  ].slice(0, most)
}

export function valueSuggestions(
  language: Language,
  typed: string,
  values: readonly { value: string | number | boolean; count: number }[],
  most: number,
): Suggestion[] {
  const wanted = typed.toLowerCase()
  return values
    .filter(({ value }) => String(value).toLowerCase().includes(wanted))
    .slice(0, most)
    .map(({ value, count }) => ({
      put: `${typeof value === 'string' ? (language === 'kql' ? kqlText(value) : eqlText(value)) : String(value)} `,
      note: count === 1 ? '1 event' : `${count} events`,
      kind: 'value',
    }))
}

/** Whether a quoted text is open. */
function inText(before: string): boolean {
  return (before.replaceAll(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1
}

/** Behind the closing quote, where there is one right after the caret. */
function closed(text: string, caret: number): number {
  const rest = /^[^"\s]*"?/.exec(text.slice(caret))!
  return caret + rest[0].length
}
