import type { Rule } from '../domain/rule.ts'
import { nearest } from '../lang/diagnose.ts'
import type { Diagnostic, Parsed, Query } from '../lang/tree.ts'

import { parseQuery } from './query-text.ts'
import { buildRule } from './rule-build.ts'
import { disagreements, type Mistake } from './rule-checks.ts'
import { KNOWN_KEYS, ruleSchema } from './rule-schema.ts'
import { type Path, type Place, type RuleSource, sourceOfText, sourceOfValue } from './rule-source.ts'

export type RuleInput = { text: string; format: 'yaml' | 'json' } | { value: unknown }
export type RuleOptions = { builtIn: boolean; version?: number }

/**
 * A mistake in a rule. `line` and `column` are those of the file when the rule came as text, else those within the
 * query; `field` names the part of the rule (`threshold.within`), and `inQuery` is the place within that query.
 */
export type RuleDiagnostic = Diagnostic & { field: string | null; inQuery: Place | null }

/** A rule, unless there are errors; all errors at once; warnings of the query language may come with either. */
export type RuleRead = {
  rule: Rule | null
  query: Query | null
  diagnostics: RuleDiagnostic[]
  /** Gives something found in the query its place in the file. */
  inFile(found: Diagnostic): RuleDiagnostic
}

/** Reads a rule file: only `name`, `language` and `query` are required, the rest follows from them. */
export function readRule(input: RuleInput, options: RuleOptions): RuleRead {
  const source = 'text' in input ? sourceOfText(input.text, input.format) : sourceOfValue(input.value)
  const inFile = (found: Diagnostic) => placed(source, ['query'], found)
  if (source.diagnostics.length > 0) {
    const diagnostics = source.diagnostics.map((found) => ({ ...found, field: null, inQuery: null }))
    return { rule: null, query: null, diagnostics, inFile }
  }
  const shape = ruleSchema.safeParse(source.value)
  const fields = isRecord(source.value) ? source.value : {}
  const { query, diagnostics: inQueries } = readQueries(source, fields)
  const diagnostics = [
    ...(shape.success ? [] : shape.error.issues.flatMap((issue) => shapeMistakes(issue, source.value))).map(
      (m) => at(source, m),
    ),
    ...disagreements(fields, query).map((mistake) => at(source, mistake)),
    ...inQueries,
  ].toSorted((a, b) => a.line - b.line || a.column - b.column)
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  if (hasErrors || !shape.success || !query) return { rule: null, query, diagnostics, inFile }
  return { rule: buildRule(shape.data, query, options), query, diagnostics, inFile }
}

/** Gives what was found in the query of a rule its place in the rule's file. */
export function placeInFile(
  { text, format }: Extract<RuleInput, { text: string }>,
  found: readonly Diagnostic[],
): RuleDiagnostic[] {
  const source = sourceOfText(text, format)
  return found.map((one) => placed(source, ['query'], one))
}

function at(source: RuleSource, mistake: Mistake): RuleDiagnostic {
  const place =
    mistake.key === undefined ? source.place(mistake.path) : source.keyPlace(mistake.path, mistake.key)
  const field = dotted(mistake.key === undefined ? mistake.path : [...mistake.path, mistake.key])
  return {
    severity: 'error',
    ...place,
    message: mistake.message,
    hint: mistake.hint,
    field: field || null,
    inQuery: null,
  }
}

function placed(source: RuleSource, path: Path, found: Diagnostic): RuleDiagnostic {
  const inQuery = { line: found.line, column: found.column, length: found.length }
  return { ...found, ...source.within(path, inQuery), field: dotted(path), inQuery }
}

function readQueries(source: RuleSource, fields: Record<string, unknown>) {
  const diagnostics: RuleDiagnostic[] = []
  const read = (path: Path, text: unknown, language: unknown): Query | null => {
    if (typeof text !== 'string' || text.trim() === '') return null
    if (language !== 'eql' && language !== 'kql' && language !== 'sigma') return null
    const parsed: Parsed = parseQuery(language, text)
    diagnostics.push(...parsed.diagnostics.map((found) => placed(source, path, found)))
    return parsed.query
  }
  const query = read(['query'], fields.query, fields.language)
  if (isRecord(fields.then)) read(['then', 'query'], fields.then.query, fields.language)
  if (Array.isArray(fields.hunt)) {
    for (const [i, hunt] of fields.hunt.entries()) {
      if (isRecord(hunt))
        read(['hunt', i, 'query'], hunt.query, hunt.language ?? huntLanguage(fields.language))
    }
  }
  return { query, diagnostics }
}

/** People search in EQL or KQL, whatever language the rule is in. */
function huntLanguage(language: unknown): unknown {
  return language === 'sigma' ? 'eql' : language
}

type Issue = { code: string; path: PropertyKey[]; message: string; keys?: string[] }

function shapeMistakes(issue: Issue, root: unknown): Mistake[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const level = dotted(path.filter((part) => typeof part === 'string'))
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => unknownKey(path, level, key))
  }
  const value = valueAtPath(root, path)
  const name = dotted(path) || 'A rule'
  if (value === undefined) return [missing(path, name, level, root)]
  const shown = typeof value === 'object' ? '' : `; this is ${clip(JSON.stringify(value))}`
  const allowed = /^must be one of (.+)$/.exec(issue.message)?.[1]?.split(', ') ?? []
  const near = typeof value === 'string' ? nearest(value, allowed) : null
  return [
    { path, message: `${name} ${issue.message}${shown}`, hint: near ? `Did you mean "${near}"?` : null },
  ]
}

function unknownKey(path: Path, level: string, key: string): Mistake {
  const known = KNOWN_KEYS[level] ?? []
  const near = nearest(key, known)
  const hint = near
    ? `Did you mean "${near}"?`
    : `Known here: ${known.filter((name) => !['builtIn', 'warnings', 'version', 'health'].includes(name)).join(', ')}.`
  return { path, key, message: `Unknown setting "${clip(key)}"${level ? ` in ${level}` : ''}`, hint }
}

function missing(path: Path, name: string, level: string, root: unknown): Mistake {
  const holder = valueAtPath(root, path.slice(0, -1))
  const wanted = path.at(-1)
  // A required name that is missing has often been misspelt: point at the misspelling.
  const known = KNOWN_KEYS[level.split('.').slice(0, -1).join('.')] ?? []
  const stray = isRecord(holder) ? Object.keys(holder).filter((key) => !known.includes(key)) : []
  const near = typeof wanted === 'string' ? nearest(wanted, stray) : null
  if (near)
    return {
      path: path.slice(0, -1),
      key: near,
      message: `${name} is missing`,
      hint: `Rename "${near}" to "${wanted}".`,
    }
  return { path, message: `${name} is missing`, hint: MISSING_HINTS[name] ?? null }
}

const MISSING_HINTS: Record<string, string> = {
  name: 'Add "name: ..." with a few words that say what the rule finds.',
  language: 'Add "language: eql", "language: kql" or "language: sigma".',
  query: 'Add "query: |" and the query below it, indented.',
}

function valueAtPath(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined
  }
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function dotted(path: Path): string {
  return path.join('.')
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
