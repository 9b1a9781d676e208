/** The query of a rule, with what it is as a comment. */
import type { Rule } from '../../domain/rule.ts'

/** Null: the rule is in another language. */
export function exportEql(rule: Rule): string | null {
  if (rule.language !== 'eql') return null
  const head = [rule.name, ...(rule.author.length > 0 ? [`by ${rule.author.join(', ')}`] : [])]
  if (rule.kind !== 'query' && rule.kind !== 'sequence') {
    head.push(
      `The query of a rule of the kind ${rule.kind}: what the rule makes of its matches is not part of it.`,
    )
  }
  // A comment cannot hold its own end.
  const comment = head.map((line) => `// ${line.replaceAll(/[\r\n]+/g, ' ')}`).join('\n')
  return `${comment}\n${rule.query.trimEnd()}\n`
}
