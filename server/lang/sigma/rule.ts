/** One document of a Sigma file: a detection rule, a correlation, or a filter. */
import { isMap, isSeq } from 'yaml'
import { Findings } from '../diagnose.ts'
import type { Expr, Span } from '../tree.ts'
import { joined, parseCondition } from './condition.ts'
import { type CorrelationText, readCorrelation } from './correlation.ts'
import { type LogSource, narrow } from './logsource.ts'
import { readSelection } from './selection.ts'
import { scalarText, type YamlText } from './yaml.ts'

type Head = {
  yaml: YamlText
  id: string | null
  /** By which other documents name it, beside the id. */
  name: string | null
  title: string
  at: Span
}
export type DetectionText = Head & {
  kind: 'detection'
  where: Expr | null
  names: string
  warnings: string[]
}
export type FilterText = Head & {
  kind: 'filter'
  rules: string[] | 'any'
  logsource: LogSource
  /** Given the names of the fields of the rule that it is for. */
  where(names: string, findings: Findings): Expr | null
}
export type SigmaDocument =
  DetectionText | (Head & { kind: 'correlation'; correlation: CorrelationText }) | FilterText

export function readDocument(yaml: YamlText, findings: Findings): SigmaDocument {
  const { root } = yaml
  const at = yaml.at(root)
  const head: Head = {
    yaml,
    id: yaml.text(root, 'id'),
    name: yaml.text(root, 'name'),
    title:
      yaml.text(root, 'title') ?? yaml.text(root, 'name') ?? yaml.text(root, 'id') ?? 'Untitled Sigma rule',
    at: { ...at, length: 1 },
  }
  if (yaml.value(root, 'correlation') !== null)
    return { ...head, kind: 'correlation', correlation: readCorrelation(yaml, findings) }
  if (yaml.value(root, 'filter') !== null) return readFilter(yaml, head, findings)
  const source = readLogSource(yaml)
  const narrowed = narrow(source, place(yaml, 'logsource', head.at))
  if (narrowed.refusal) findings.error(place(yaml, 'logsource', head.at), narrowed.refusal, null)
  const where = readDetection(yaml, narrowed.names, findings, head.at)
  return {
    ...head,
    kind: 'detection',
    // Without a document to say otherwise, what a log source means comes first: it decides most often.
    where:
      where && narrowed.where
        ? joined('and', [narrowed.where, ...(where.kind === 'and' ? where.items : [where])], where.at)
        : where,
    names: narrowed.names,
    warnings: narrowed.warning === null ? [] : [narrowed.warning],
  }
}

function readLogSource(yaml: YamlText): LogSource {
  const source = yaml.value(yaml.root, 'logsource')
  return {
    product: yaml.text(source, 'product'),
    service: yaml.text(source, 'service'),
    category: yaml.text(source, 'category'),
  }
}

function readDetection(yaml: YamlText, names: string, findings: Findings, at: Span): Expr | null {
  const detection = yaml.value(yaml.root, 'detection')
  if (!isMap(detection)) {
    findings.error(
      at,
      'The rule has no detection',
      'A Sigma rule has "detection:" with selections and a condition.',
    )
    return null
  }
  return readConditions(yaml, detection, names, findings)
}

/** Selections and their condition; a list of conditions means any of them. */
function readConditions(
  yaml: YamlText,
  group: Parameters<YamlText['entries']>[0],
  names: string,
  findings: Findings,
  besides: readonly string[] = [],
): Expr | null {
  const own = new Findings()
  const selections = new Map<string, Expr>()
  const broken = new Set<string>()
  for (const { key, at, value } of yaml.entries(group)) {
    if (key === 'condition' || key === 'timeframe' || besides.includes(key)) continue
    const expr = readSelection(yaml, value, at, names, own)
    if (!expr) broken.add(key)
    selections.set(key, expr ?? { kind: 'constant', type: 'boolean', value: false, at })
  }
  const condition = yaml.value(group, 'condition')
  const at = yaml.at(condition ?? group)
  const texts = (isSeq(condition) ? yaml.items(condition) : [condition]).map(scalarText)
  if (condition === null || texts.length === 0) {
    own.error(
      { ...at, length: 1 },
      'The detection has no condition',
      'Add "condition: selection", with the names of selections.',
    )
  }
  const found = condition === null ? [] : texts.map((text) => parseCondition(text, at, selections, own))
  for (const { severity, message, hint, ...where } of own.list) {
    if (severity === 'error') findings.error({ ...where, offset: 0 }, message, hint)
  }
  const items = found.filter((item) => item !== null)
  return own.failed || broken.size > 0 || items.length === 0 ? null : joined('or', items, at)
}

function readFilter(yaml: YamlText, head: Head, findings: Findings): FilterText {
  const filter = yaml.value(yaml.root, 'filter')
  const rules = yaml.value(filter, 'rules')
  const named = yaml.items(rules).map((item) => scalarText(item))
  if (rules === null)
    findings.error(
      head.at,
      'The filter names no rules',
      'Add "rules:" with the ids or names of rules, or "any".',
    )
  return {
    ...head,
    kind: 'filter',
    rules: named.length === 1 && named[0]!.toLowerCase() === 'any' ? 'any' : named,
    logsource: readLogSource(yaml),
    where: (names, found) => readConditions(yaml, filter, names, found, ['rules']),
  }
}

function place(yaml: YamlText, key: string, otherwise: Span): Span {
  const value = yaml.value(yaml.root, key)
  return value === null ? otherwise : { ...yaml.at(value), length: 1 }
}
