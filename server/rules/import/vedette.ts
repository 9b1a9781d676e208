/** Our own rule files, several documents in one too. */
import { isMap, parseAllDocuments } from 'yaml'
import { checkRule } from '../check-rule.ts'
import type { ImportOutcome } from './outcome.ts'
import type { RuleText } from './index.ts'

/** Whether a text says what our rule files say. */
export function isVedette({ content }: RuleText): boolean {
  return /^["']?name["']?\s*:/m.test(content) && /^["']?query["']?\s*:/m.test(content)
    ? true
    : /^\s*\{[\s\S]*"query"\s*:/.test(content)
}

export async function importVedette(
  files: readonly RuleText[],
  pause: () => Promise<void>,
): Promise<ImportOutcome> {
  const outcome: ImportOutcome = { rules: [], refused: [] }
  for (const { name, content } of files) {
    for (const text of documentsOf(content)) {
      await pause()
      const { rule, diagnostics } = checkRule({ text, format: 'yaml' }, { builtIn: false })
      const called = name ?? rule?.name ?? nameIn(text) ?? 'Rule'
      if (rule) {
        outcome.rules.push({ name: called, input: { text, format: 'yaml' }, warnings: [] })
        continue
      }
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      outcome.refused.push({
        name: called,
        errors: errors.map(({ message, hint, line, column }) => ({ message, hint, line, column })),
      })
    }
  }
  return outcome
}

/** Each document with its lines where they stand in the file, so that mistakes are told by the file's lines. */
function documentsOf(content: string): string[] {
  const documents = parseAllDocuments(content, { prettyErrors: false, logLevel: 'silent' })
  const maps = 'empty' in documents ? [] : documents.filter((document) => isMap(document.contents))
  if (maps.length < 2) return [content]
  return maps.map(({ range }) => {
    const [from, to] = [range[0], range[1]]
    return content.slice(0, from).replaceAll(/[^\n]/g, ' ') + content.slice(from, to).replace(/^---/, '   ')
  })
}

function nameIn(text: string): string | null {
  return /^["']?name["']?\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? null
}
