/** Rules of Sigma: one entry for each rule that stands by itself, with what it refers to. */
import { Findings } from '../../lang/diagnose.ts'
import { outermostOf, planOf, filterConcerns, documentNamed } from '../../lang/sigma/parse.ts'
import { readDocument, type SigmaDocument } from '../../lang/sigma/rule.ts'
import { readYaml } from '../../lang/sigma/yaml.ts'
import type { ImportNote, ImportOutcome } from './outcome.ts'
import type { RuleText } from './index.ts'
import { ruleFileOf } from './sigma-head.ts'

export function isSigma(content: string): boolean {
  return (
    /^["']?(detection|correlation|filter|logsource)["']?\s*:/m.test(content) &&
    !/^["']?query["']?\s*:/m.test(content)
  )
}

type Read = { document: SigmaDocument; file: RuleText; findings: Findings }

export async function importSigma(
  files: readonly RuleText[],
  pause: () => Promise<void>,
): Promise<ImportOutcome> {
  const outcome: ImportOutcome = { rules: [], refused: [] }
  const all: Read[] = []
  for (const file of files) {
    await pause()
    const findings = new Findings()
    for (const yaml of readYaml(file.content, findings)) {
      const own = new Findings()
      all.push({ document: readDocument(yaml, own), file, findings: own })
    }
    if (findings.failed) outcome.refused.push({ name: file.name ?? 'Sigma rule', errors: notes(findings) })
  }
  const documents = all.map(({ document }) => document)
  const reads = new Map(all.map((read) => [read.document, read]))
  for (const document of [...outermostOf(documents), ...alsoAlone(documents)]) {
    await pause()
    addRule(outcome, document, reads)
  }
  for (const { document, file } of all) {
    if (document.kind !== 'filter' || documents.some((one) => filterConcerns(document, one))) continue
    const error = {
      message: 'The filter names no rule of this request',
      hint: 'Import it together with the rules that it is for.',
      line: document.at.line,
      column: document.at.column,
    }
    outcome.refused.push({ name: file.name ?? document.title, errors: [error] })
  }
  return outcome
}

/** Rules that a correlation refers to, and that give alerts of their own all the same. */
function alsoAlone(documents: readonly SigmaDocument[]): SigmaDocument[] {
  const named = documents.flatMap((one) =>
    one.kind === 'correlation' && one.correlation.generate ? one.correlation.rules : [],
  )
  return [...new Set(named.flatMap((name) => documentNamed(documents, name) ?? []))]
}

function addRule(
  outcome: ImportOutcome,
  outermost: SigmaDocument,
  reads: ReadonlyMap<SigmaDocument, Read>,
): void {
  const parts = partsOf(outermost, [...reads.keys()])
  const findings = new Findings()
  for (const part of parts) {
    for (const { line, column, length, message, hint } of reads.get(part)!.findings.list) {
      findings.error({ line, column, length, offset: 0 }, message, hint)
    }
  }
  if (!findings.failed) planOf(outermost, parts, findings)
  const { file } = reads.get(outermost)!
  const name = file.name ?? outermost.title
  if (findings.failed) {
    outcome.refused.push({ name, errors: notes(findings) })
    return
  }
  const text = parts.map(({ yaml }) => yaml.source).join('\n---\n')
  const { value, warnings, refusal } = ruleFileOf(outermost, `${text}\n`)
  if (refusal) outcome.refused.push({ name, errors: [refusal] })
  else outcome.rules.push({ name, input: { value }, warnings })
}

/** A rule, what it refers to, and the filters that concern any of these. */
function partsOf(outermost: SigmaDocument, documents: readonly SigmaDocument[]): SigmaDocument[] {
  const parts = new Set([outermost])
  // A set that grows while it is walked is walked to its end.
  for (const part of parts) {
    if (part.kind !== 'correlation') continue
    for (const name of part.correlation.rules) {
      const referred = documentNamed(documents, name)
      if (referred) parts.add(referred)
    }
  }
  const filters = documents.filter(
    (one) => one.kind === 'filter' && [...parts].some((part) => filterConcerns(one, part)),
  )
  return [...parts, ...filters]
}

function notes(findings: Findings): ImportNote[] {
  return findings
    .sorted()
    .filter(({ severity }) => severity === 'error')
    .map(({ message, hint, line, column }) => ({ message, hint, line, column }))
}
