/** A rule as a file of ours. */
import { stringify } from 'yaml'
import type { Rule } from '../../domain/rule.ts'
import { ruleToJson } from '../rule-json.ts'

export function exportYaml(rule: Rule): string {
  // What the server knows of it, and what says nothing, is no part of the file.
  const { version: _, builtIn: __, ...file } = ruleToJson(rule)
  const said = Object.entries(file).filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return stringify(Object.fromEntries(said), { lineWidth: 0 })
}
