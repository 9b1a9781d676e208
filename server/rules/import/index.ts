/** Rules of other makers, and our own, as rule files. A new format is one file and one line here. */
import { importElasticToml, isElasticToml } from './elastic-toml.ts'
import { importSigma, isSigma } from './sigma.ts'
import type { ImportOutcome } from './outcome.ts'
import { importQuery } from './query.ts'
import { importVedette, isVedette } from './vedette.ts'

export type { ImportNote, ImportOutcome, ImportedRule, RefusedRule } from './outcome.ts'

/** A file to import. `name` is shown to people; null where a text was sent without one. */
export type RuleText = { name: string | null; content: string }

/** `yaml` or `toml` where the sender says so; else what a file holds decides. */
export type SaidFormat = 'yaml' | 'toml' | null

/** `pause` lets others have their turn: thousands of files take seconds. */
type Importer = (
  files: readonly RuleText[],
  pause: () => Promise<void>,
) => Promise<ImportOutcome> | ImportOutcome

/**
 * Reads files: one entry a rule. Files of one format are read together, since a Sigma correlation may refer to rules of
 * other files.
 */
export async function importRules(
  files: readonly RuleText[],
  said: SaidFormat = null,
): Promise<ImportOutcome> {
  const rules: ImportOutcome['rules'] = []
  const refused: ImportOutcome['refused'] = []
  for (const [importer, own] of Map.groupBy(files, (file) => importerOf(file, said))) {
    const outcome = await importer(own, pause)
    rules.push(...outcome.rules)
    refused.push(...outcome.refused)
  }
  return { rules, refused }
}

async function importToml(files: readonly RuleText[], wait: () => Promise<void>): Promise<ImportOutcome> {
  const outcome: ImportOutcome = { rules: [], refused: [] }
  for (const { name, content } of files) {
    await wait()
    const { rules, refused } = importElasticToml(content, name)
    outcome.rules.push(...rules)
    outcome.refused.push(...refused)
  }
  return outcome
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function importerOf(file: RuleText, said: SaidFormat): Importer {
  if (said === 'toml' || isElasticToml(file.content) || /\.toml$/i.test(file.name ?? '')) return importToml
  if (isSigma(file.content)) return importSigma
  if (isVedette(file)) return importVedette
  if (said === 'yaml' || /\.(ya?ml|json)$/i.test(file.name ?? '')) return importVedette
  return importQuery
}
