/** A query alone, in EQL: the name of its file is the rule's. */
import { parseEql } from '../../lang/eql/parse.ts'
import type { ImportOutcome } from './outcome.ts'
import type { RuleText } from './index.ts'

export function importQuery(files: readonly RuleText[]): ImportOutcome {
  const outcome: ImportOutcome = { rules: [], refused: [] }
  for (const { name, content } of files) {
    const title = titleOf(name, content)
    const errors = parseEql(content).diagnostics.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) {
      outcome.refused.push({
        name: name ?? title,
        errors: errors.map(({ message, hint, line, column }) => ({ message, hint, line, column })),
      })
    } else {
      const value = { name: title, language: 'eql', query: content }
      outcome.rules.push({ name: name ?? title, input: { value }, warnings: [] })
    }
  }
  return outcome
}

/** The file's name, else what a comment at its top says, else the beginning of the query. */
function titleOf(name: string | null, content: string): string {
  const file = name?.replace(/^.*[\\/]/, '').replace(/\.[a-z]+$/i, '')
  if (file) return file
  const comment = /^\s*(?:\/\*\s*(.+?)\s*(?:\*\/|$)|\/\/\s*(.+?)\s*$)/m.exec(content.slice(0, 1000))
  const said = content.trimStart().startsWith('/') ? (comment?.[1] ?? comment?.[2]) : undefined
  const text = said ?? content.trim().replaceAll(/\s+/g, ' ')
  return text.length > 80 ? `${text.slice(0, 77)}...` : text || 'Imported query'
}
