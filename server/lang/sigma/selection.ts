/** Selections: maps, lists of maps, keywords. */
import { isMap, isScalar, isSeq } from 'yaml'
import type { Findings } from '../diagnose.ts'
import type { Expr, SigmaTest, Span } from '../tree.ts'
import { joined } from './condition.ts'
import { applyModifiers, readModifiers, type Scalar, SigmaMistake } from './modifiers.ts'
import { scalarText, type Value, type YamlText } from './yaml.ts'

/** What a selection asks of an event; null if it has a mistake, which `findings` then holds. */
export function readSelection(
  yaml: YamlText,
  value: Value,
  at: Span,
  names: string,
  findings: Findings,
): Expr | null {
  const reader = { yaml, names, findings }
  if (isMap(value)) return readMap(reader, value, at)
  if (!isSeq(value)) return readKeywords(reader, [value], at)
  const items = yaml.items(value)
  if (items.length === 0) {
    findings.error(at, 'This selection is empty', 'Name fields with values, or keywords.')
    return null
  }
  return all(
    items.map((item) => (isMap(item) ? readMap(reader, item, at) : readKeywords(reader, [item], at))),
    'or',
    at,
  )
}

type Reader = { yaml: YamlText; names: string; findings: Findings }

function readMap({ yaml, names, findings }: Reader, map: Value, at: Span): Expr | null {
  const entries = yaml.entries(map)
  if (entries.length === 0) {
    findings.error(at, 'This selection is empty', 'Name fields with values, or keywords.')
    return null
  }
  return all(
    entries.map((entry) =>
      guarded(findings, entry.at, () => {
        const { field, modifiers, all: isAll } = readModifiers(entry.key)
        const values = yaml.items(entry.value).map((item) => scalarOf(yaml, item))
        if (values.length === 0) throw new SigmaMistake(`"${entry.key}" has no value`)
        return field === ''
          ? keywordExpr(names, values, modifiers, isAll, entry.at)
          : fieldExpr(field, names, values, modifiers, isAll, entry.at)
      }),
    ),
    'and',
    at,
  )
}

function readKeywords({ yaml, names, findings }: Reader, items: Value[], at: Span): Expr | null {
  return guarded(findings, at, () =>
    keywordExpr(
      names,
      items.map((item) => scalarOf(yaml, item)),
      [],
      false,
      at,
    ),
  )
}

function fieldExpr(
  field: string,
  names: string,
  values: Scalar[],
  modifiers: string[],
  isAll: boolean,
  at: Span,
): Expr {
  const tests = values.map((value) => applyModifiers(value, modifiers))
  const match = (test: SigmaTest): Expr => ({ kind: 'sigma-match', field, names, test, at })
  if (isAll)
    return joined(
      'and',
      tests.map((one) => joined('or', merged(one).map(match), at)),
      at,
    )
  return joined('or', merged(tests.flat()).map(match), at)
}

/** Keywords are looked for inside of values, unless a modifier says how. */
function keywordExpr(names: string, values: Scalar[], modifiers: string[], isAll: boolean, at: Span): Expr {
  const own = modifiers.some((name) => ['contains', 'startswith', 'endswith', 're', 'cidr'].includes(name))
  const tests = values.map((value) => {
    if (value === null || value === '')
      throw new SigmaMistake('A keyword is empty: it would match every event')
    return applyModifiers(value, own ? modifiers : [...modifiers, 'contains'])
  })
  const match = (test: SigmaTest): Expr => {
    if (!['text', 'regex', 'cidr'].includes(test.op))
      throw new SigmaMistake('This modifier needs a field before it')
    return { kind: 'sigma-match', field: null, names, test, at }
  }
  if (isAll)
    return joined(
      'and',
      tests.map((one) => joined('or', merged(one).map(match), at)),
      at,
    )
  return joined('or', merged(tests.flat()).map(match), at)
}

/** Texts of one kind are tested together: each value of the field is read and folded once. */
function merged(tests: readonly SigmaTest[]): SigmaTest[] {
  const found: SigmaTest[] = []
  for (const test of tests) {
    const same = found.find(
      (one) => one.op === test.op && 'cased' in one && 'cased' in test && one.cased === test.cased,
    )
    if (same?.op === 'text' && test.op === 'text') same.patterns.push(...test.patterns)
    else if (same?.op === 'differs' && test.op === 'differs') same.patterns.push(...test.patterns)
    else found.push(structuredClone(test))
  }
  return found
}

function scalarOf(yaml: YamlText, item: Value): Scalar {
  if (item === null) return null
  if (!isScalar(item)) throw new SigmaMistake('A single value is expected here, not a list or a group')
  const { value } = item
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return exactNumber(value, item.source)
  return typeof value === 'string' || typeof value === 'boolean' ? value : scalarText(item)
}

/** A number too long to be exact is compared as it is written. */
function exactNumber(value: number, source: string | undefined): Scalar {
  return Number.isSafeInteger(value) || !Number.isInteger(value) || source === undefined ? value : source
}

function guarded(findings: Findings, at: Span, read: () => Expr): Expr | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SigmaMistake)) throw error
    findings.error(at, error.message, error.hint)
    return null
  }
}

function all(items: (Expr | null)[], kind: 'and' | 'or', at: Span): Expr | null {
  const known = items.filter((item) => item !== null)
  return known.length < items.length ? null : joined(kind, known, at)
}
