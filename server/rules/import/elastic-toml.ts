/** Detection rules of elastic/detection-rules, one TOML file a rule, as rule files; queries stay as they are written. */
import { parse, TomlError } from 'smol-toml'
import { parseQuery } from '../query-text.ts'
import { ruleFileOf } from './elastic/rule-file.ts'
import { refusalOf } from './elastic/refusal.ts'
import { isTable, type Table } from './elastic/table.ts'
import { lineOf, placeInText } from './elastic/place.ts'
import { ignoredParts } from './elastic/ignored.ts'
import type { ImportNote, ImportOutcome } from './outcome.ts'

export function isElasticToml(content: string): boolean {
  return /^[ \t]*\[rule\]/m.test(content)
}

/** `name` is that of the file; null: the rule's own name stands for it. */
export function importElasticToml(content: string, name: string | null): ImportOutcome {
  const read = readToml(content)
  if ('error' in read) return refused(name ?? 'Elastic rule', [read.error])
  const rule = read.table['rule']
  if (!isTable(rule)) {
    return refused(name ?? 'Elastic rule', [
      {
        message: 'There is no table [rule]',
        hint: 'Send a file of elastic/detection-rules as it is.',
        line: 1,
        column: 1,
      },
    ])
  }
  const label = name ?? (typeof rule['name'] === 'string' ? rule['name'] : 'Elastic rule')
  const refusal = refusalOf(rule, content)
  if (refusal) return refused(label, [refusal])
  const errors = queryErrors(rule, content)
  if (errors.length > 0) return refused(label, errors)
  const built = ruleFileOf(rule)
  if ('error' in built) {
    const { key, ...error } = built.error
    return refused(label, [{ ...error, ...lineOf(content, key) }])
  }
  const rules = [{ name: label, input: { value: built.value }, warnings: ignoredParts(rule, content) }]
  return { rules, refused: [] }
}

function readToml(content: string): { table: Table } | { error: ImportNote } {
  try {
    return { table: parse(content) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [first = 'it cannot be read'] = error.message.replace(/^Invalid TOML document: /, '').split('\n')
    return {
      error: { message: `This is not TOML: ${first}`, hint: null, line: error.line, column: error.column },
    }
  }
}

function queryErrors(rule: Table, content: string): ImportNote[] {
  const query = String(rule['query'])
  const language = rule['language'] === 'eql' || rule['type'] === 'eql' ? 'eql' : 'kql'
  return parseQuery(language, query)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ message, hint, line, column }) => ({
      message,
      hint,
      ...placeInText(content, query, line, column),
    }))
}

function refused(name: string, errors: ImportNote[]): ImportOutcome {
  return { rules: [], refused: [{ name, errors }] }
}
