import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule } from '../domain/rule.ts'
import { checkRule } from './check-rule.ts'

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
  const read = readFile(file, true)
  if ('rule' in read) return read.rule
  throw new Error(read.errors.join('\n'))
}

/** The rules of an operator's folder. A file with a mistake stands in `errors`, by line and column; the others count. */
export function loadFolder(folder: string): { rules: { file: string; rule: Rule }[]; errors: string[] } {
  const rules: { file: string; rule: Rule }[] = []
  const errors: string[] = []
  for (const name of readdirSync(folder).toSorted()) {
    if (!/\.(ya?ml|json)$/.test(name)) continue
    const file = join(folder, name)
    const read = readFile(file, false)
    if ('errors' in read) errors.push(...read.errors)
    else if (rules.some(({ rule }) => rule.id === read.rule.id)) {
      errors.push(`${file}: another file of this folder has the id ${read.rule.id}`)
    } else rules.push({ file: name, rule: read.rule })
  }
  return { rules, errors }
}

function readFile(file: string, builtIn: boolean): { rule: Rule } | { errors: string[] } {
  const text = readFileSync(file, 'utf8')
  const format = file.endsWith('.json') ? 'json' : 'yaml'
  const { rule, diagnostics } = checkRule({ text, format }, { builtIn })
  if (rule) return { rule }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return {
    errors: errors.map(
      ({ line, column, message, hint }) => `${file}:${line}:${column}: ${message}${hint ? ` (${hint})` : ''}`,
    ),
  }
}
