/** A Sigma text, of one document or several, as what it amounts to. */
import { Findings, didYouMean } from '../diagnose.ts'
import type { Diagnostic, Expr, Parsed, Query, Span, Step } from '../tree.ts'
import { joined } from './condition.ts'
import type { CorrelationText } from './correlation.ts'
import { parseExpression } from './expression.ts'
import { type LogSource, narrow } from './logsource.ts'
import { type Correlation, type Detection, isPlain, type SigmaPlan } from './plan.ts'
import { readDocument, type SigmaDocument } from './rule.ts'
import { readYaml } from './yaml.ts'

export type SigmaRead = { plan: SigmaPlan | null; query: Query | null; diagnostics: Diagnostic[] }

/** The query of a rule whose language is Sigma: the outermost rule of the text, with what it refers to. */
export function parseSigma(text: string): Parsed {
  const { query, diagnostics } = readSigma(text)
  return { query, diagnostics }
}

const known = new Map<string, SigmaRead>()
// A rule is read when it is checked and again when it is compiled.
const CACHED = 50

export function readSigma(text: string): SigmaRead {
  const cached = known.get(text)
  if (cached) return cached
  const read = readNew(text)
  if (known.size >= CACHED) known.delete(known.keys().next().value!)
  known.set(text, read)
  return read
}

function readNew(text: string): SigmaRead {
  const findings = new Findings()
  const documents = readDocuments(text, findings)
  const outermost = outermostOf(documents)
  if (!findings.failed && outermost.length !== 1) {
    const at = (outermost[1] ?? documents[0])?.at ?? START
    findings.error(
      at,
      outermost.length === 0
        ? 'There is no Sigma rule in this text'
        : `The text holds ${outermost.length} rules that stand by themselves`,
      'A rule is one document, with those that it refers to; import a file of several rules.',
    )
  }
  const plan = findings.failed ? null : planOf(outermost[0]!, documents, findings)
  const query = plan && queryOf(plan, outermost[0]!.at)
  for (const document of documents) {
    if (document.kind !== 'detection') continue
    for (const warning of document.warnings)
      findings.warn(
        document.at,
        warning,
        'Name a log source that is known, or a field that only these events have.',
      )
  }
  const diagnostics = findings.sorted()
  return findings.failed ? { plan: null, query: null, diagnostics } : { plan, query, diagnostics }
}

const START: Span = { line: 1, column: 1, length: 1, offset: 0 }

export function readDocuments(text: string, findings: Findings): SigmaDocument[] {
  return readYaml(text, findings).map((yaml) => readDocument(yaml, findings))
}

/** The rules that no correlation of these documents refers to. */
export function outermostOf(documents: readonly SigmaDocument[]): SigmaDocument[] {
  const named = new Set(documents.flatMap((one) => (one.kind === 'correlation' ? one.correlation.rules : [])))
  return documents.filter(
    (one) => one.kind !== 'filter' && !(one.id && named.has(one.id)) && !(one.name && named.has(one.name)),
  )
}

/** The document that a correlation or a filter means by a name or an id. */
export function documentNamed(documents: readonly SigmaDocument[], name: string): SigmaDocument | undefined {
  return documents.find((one) => one.kind !== 'filter' && (one.id === name || one.name === name))
}

export function planOf(
  outermost: SigmaDocument,
  documents: readonly SigmaDocument[],
  findings: Findings,
): SigmaPlan | null {
  const building: Building = { documents, findings, detections: [], owners: [], fields: [], open: [] }
  if (outermost.kind === 'detection') {
    addDetection(building, outermost)
    return done(building, null)
  }
  if (outermost.kind !== 'correlation') return null
  return done(building, addCorrelation(building, outermost, []))
}

type Building = {
  documents: readonly SigmaDocument[]
  findings: Findings
  detections: (Detection | null)[]
  owners: SigmaDocument[]
  fields: Map<string, string>[]
  /** Correlations that are being read: one of them again would go round in circles. */
  open: SigmaDocument[]
}

function done({ detections, fields, findings }: Building, correlation: Correlation | null): SigmaPlan | null {
  const all = detections.filter((one) => one !== null)
  return findings.failed || all.length < detections.length ? null : { detections: all, correlation, fields }
}

/** A name that a correlation groups or counts by, and what it is called where it is wanted now. */
type Wanted = { key: string; name: string; aliases: Record<string, string> }

type CorrelationDocument = Extract<SigmaDocument, { kind: 'correlation' }>
type DetectionDocument = Extract<SigmaDocument, { kind: 'detection' }>

function addCorrelation(
  building: Building,
  document: CorrelationDocument,
  outer: readonly Wanted[],
): Correlation | null {
  const { findings, documents, open } = building
  const { correlation } = document
  if (open.includes(document)) {
    findings.error(correlation.at, 'This correlation refers to itself', null)
    return null
  }
  const inside = { ...building, open: [...open, document] }
  const own = [...correlation.groupBy, ...correlation.fields]
  const wanted = [...outer, ...own.map((name) => wantedAs(name, name, correlation))]
  const of: Correlation['of'] = []
  const called: string[][] = []
  for (const name of correlation.rules) {
    const referred = documentNamed(documents, name)
    if (!referred) {
      const names = documents.flatMap((one) => [one.name, one.id].filter((known) => known !== null))
      const hint = didYouMean(name, names) ?? 'Import it in the same request.'
      findings.error(correlation.at, `The correlation refers to the rule "${name}", which is not there`, hint)
      continue
    }
    const names = [name, referred.name, referred.id].filter((one) => one !== null)
    const there = wanted.map((one) => ({ ...one, name: calledThere(one, names) }))
    if (referred.kind === 'detection') of.push(addDetection(building, referred, there))
    else if (referred.kind === 'correlation') {
      checkGroups(document, referred, there, findings)
      const inner = there.map(({ key, name: here }) => wantedAs(key, here, referred.correlation))
      const found = addCorrelation(inside, referred, inner)
      if (found) of.push(found)
    }
    called.push(names)
  }
  const { type, groupBy, timespan, comparisons, fields, percentile, expression } = correlation
  if (expression !== null) parseExpression(expression, called, findings, correlation.at)
  return { type, of, called, groupBy, timespan, comparisons, fields, percentile, expression }
}

function wantedAs(key: string, name: string, { aliases }: CorrelationText): Wanted {
  return { key, name, aliases: aliases[name] ?? {} }
}

/** What an alias stands for in the rule of these names. */
function calledThere({ name, aliases }: Wanted, names: readonly string[]): string {
  const rule = names.find((one) => Object.hasOwn(aliases, one))
  return rule === undefined ? name : aliases[rule]!
}

/** What a correlation finds is known by its groups alone, so one around it can group by nothing else. */
function checkGroups(
  outer: CorrelationDocument,
  inner: CorrelationDocument,
  wanted: readonly Wanted[],
  findings: Findings,
): void {
  for (const { key, name } of wanted) {
    if (!outer.correlation.groupBy.includes(key) || inner.correlation.groupBy.includes(name)) continue
    const called = inner.name ?? inner.id ?? inner.title
    findings.error(
      outer.correlation.at,
      `The correlation groups by "${key}", but "${called}", which it refers to, does not`,
      `Add "${name}" to the group-by there.`,
    )
  }
}

function addDetection(
  building: Building,
  document: DetectionDocument,
  wanted: readonly Wanted[] = [],
): number {
  let at = building.owners.indexOf(document)
  if (at === -1) {
    at = building.owners.push(document) - 1
    const where = document.where && withFilters(document, document.where, building)
    const name = document.name ?? document.id ?? document.title
    building.detections.push(where && { name, where, names: document.names })
    building.fields.push(new Map())
  }
  for (const { key, name } of wanted) building.fields[at]!.set(key, name)
  return at
}

/** A filter takes out of a rule what it matches. */
function withFilters(
  rule: Extract<SigmaDocument, { kind: 'detection' }>,
  where: Expr,
  building: Building,
): Expr {
  const items = [where]
  for (const one of building.documents) {
    if (one.kind !== 'filter' || !filterConcerns(one, rule)) continue
    const item = one.where(rule.names, building.findings)
    if (item) items.push({ kind: 'not', item, at: one.at })
  }
  return joined('and', items, where.at)
}

export function filterConcerns(
  filter: Extract<SigmaDocument, { kind: 'filter' }>,
  rule: SigmaDocument,
): boolean {
  if (rule.kind !== 'detection') return false
  if (filter.rules !== 'any') return filter.rules.some((name) => name === rule.id || name === rule.name)
  // "any" is any rule of the same log source.
  return isEmpty(filter.logsource) || narrow(filter.logsource, filter.at).names === rule.names
}

function isEmpty({ product, service, category }: LogSource): boolean {
  return product === null && service === null && category === null
}

/** The plan as the query that the kinds of rules know: single events, or steps in their order. */
function queryOf({ detections, correlation, fields }: SigmaPlan, at: Span): Query {
  const isSequence =
    correlation?.type === 'temporal_ordered' && isPlain(correlation) && correlation.expression === null
  if (!isSequence) {
    const where = joined(
      'or',
      detections.map((one) => one.where),
      detections[0]!.where.at,
    )
    return { kind: 'event', category: null, where, pipes: [] }
  }
  const steps = correlation.of.map((one): Step => {
    const index = one as number
    return {
      category: null,
      where: detections[index]!.where,
      by: correlation.groupBy.map((name) => ({
        path: fields[index]!.get(name) ?? name,
        optional: false,
        at,
      })),
      missing: false,
      runs: 1,
      at,
    }
  })
  return { kind: 'sequence', maxspan: correlation.timespan, steps, until: null, pipes: [] }
}
