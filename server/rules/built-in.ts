import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule } from '../domain/rule.ts'
import { readRule } from './rule-file.ts'

/** The rules that come with the product, by file name. A mistake in one stops the start: it says file, line and column. */
export function loadBuiltIn(folder: string): Rule[] {
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
  const rules = files.map((name) => loadFile(join(folder, name)))
  const twice = rules.find((rule, i) => rules.findIndex(({ id }) => id === rule.id) !== i)
  if (twice) throw new Error(`${folder}: two rules have the id ${twice.id}`)
  return rules
}

function loadFile(file: string): Rule {
  const { rule, diagnostics } = readRule(
    { text: readFileSync(file, 'utf8'), format: 'yaml' },
    { builtIn: true },
  )
  if (rule) return rule
  const errors = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(
      ({ line, column, message, hint }) => `${file}:${line}:${column}: ${message}${hint ? ` (${hint})` : ''}`,
    )
  throw new Error(errors.join('\n'))
}
