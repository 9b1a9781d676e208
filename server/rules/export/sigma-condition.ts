/** A condition of EQL or KQL as selections and a condition of Sigma. */
import { printExpr } from '../../lang/print.ts'
import type { EventFilter, Expr } from '../../lang/tree.ts'
import { type Said, sayLeaf } from './sigma-leaf.ts'

export type SigmaDetection = {
  logsource: { [name: string]: string }
  detection: { [name: string]: unknown }
  /** What could not be said, as the rule says it: left out, so that the rule finds more, never less. */
  lost: string[]
  /** What is said nearly: why. */
  notes: string[]
}

const DATASETS: Record<string, { product: string; service: string }> = {
  'o365.audit': { product: 'm365', service: 'audit' },
  'azure.signinlogs': { product: 'azure', service: 'signinlogs' },
  'azure.auditlogs': { product: 'azure', service: 'auditlogs' },
  'azure.activitylogs': { product: 'azure', service: 'activitylogs' },
  'okta.system': { product: 'okta', service: 'okta' },
  'onelogin.events': { product: 'onelogin', service: 'onelogin.events' },
}

/** A selection that every event meets. */
const ANYTHING = { '@timestamp|exists': true }

export function detectionOf({ category, where }: EventFilter): SigmaDetection {
  const items = where.kind === 'and' ? where.items : [where]
  const dataset = items.map(datasetOf).find((name) => name !== null && name in DATASETS) ?? null
  const rest = dataset === null ? items : items.filter((item) => datasetOf(item) !== dataset)
  const writer: Writer = { selections: [], lost: [], notes: new Set() }
  const parts = rest.map((item) => say(item, writer, true)).filter((part) => part !== null)
  if (category !== null) parts.unshift({ kind: 'leaf', entries: { 'event.category|cased': category } })
  const root: Said = { kind: 'and', items: parts }
  const condition = write(parts.length === 0 ? { kind: 'leaf', entries: ANYTHING } : root, writer, 0)
  return {
    logsource: dataset === null ? { product: 'any' } : DATASETS[dataset]!,
    detection: { ...Object.fromEntries(writer.selections), condition },
    lost: writer.lost,
    notes: [...writer.notes],
  }
}

function datasetOf(expr: Expr): string | null {
  if (
    expr.kind === 'compare' &&
    expr.op === '==' &&
    expr.left.kind === 'field' &&
    expr.right.kind === 'constant'
  ) {
    return expr.left.path === 'event.dataset' ? String(expr.right.value) : null
  }
  if (expr.kind === 'kql-match' && expr.field === 'event.dataset' && !expr.value.text.includes('*'))
    return expr.value.text
  return null
}

type Writer = { selections: [string, unknown][]; lost: string[]; notes: Set<string> }

/** Null: it could not be said. `wider`: leaving it out makes the rule find more. */
function say(expr: Expr, writer: Writer, wider: boolean): Said | null {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const items = expr.items.map((item) => say(item, writer, wider))
      // One way of several that is missing: nothing can be asked, or the others would be all there is.
      const isHole = items.some((item) => item === null) && (expr.kind === 'or') === wider
      const known = items.filter((item) => item !== null)
      return isHole || known.length === 0 ? null : { kind: expr.kind, items: known }
    }
    case 'not': {
      const item = say(expr.item, writer, !wider)
      return item && { kind: 'not', item }
    }
    case 'constant':
      return expr.value === true
        ? { kind: 'leaf', entries: ANYTHING }
        : { kind: 'not', item: { kind: 'leaf', entries: ANYTHING } }
    case 'compare':
      if (expr.op === '!=')
        return say({ kind: 'not', item: { ...expr, op: '==' }, at: expr.at }, writer, wider)
  }
  const said = sayLeaf(expr, (note) => writer.notes.add(note))
  if (said === null) writer.lost.push(printExpr(expr))
  return said
}

const STRENGTH = { or: 1, and: 2, not: 3, leaf: 4 }

function write(said: Said, writer: Writer, around: number): string {
  switch (said.kind) {
    case 'leaf':
      return named(said.entries, writer)
    case 'keywords':
      return named(said.words, writer)
    case 'not': {
      return `not ${write(said.item, writer, STRENGTH.not)}`
    }
    default: {
      const items = said.kind === 'and' ? together(said.items) : said.items
      const strength = items.length === 1 ? 4 : STRENGTH[said.kind]
      const text = items
        .map((item) => write(item, writer, items.length === 1 ? around : STRENGTH[said.kind] + 1))
        .join(` ${said.kind} `)
      return strength < around ? `(${text})` : text
    }
  }
}

/** What must all hold stands in one selection, as long as no field is named twice. */
function together(items: readonly Said[]): Said[] {
  const groups: { [key: string]: unknown }[] = []
  const others: Said[] = []
  for (const item of items) {
    if (item.kind !== 'leaf') {
      others.push(item)
      continue
    }
    const group = groups.find((one) => Object.keys(item.entries).every((key) => !(key in one)))
    if (group) Object.assign(group, item.entries)
    else groups.push({ ...item.entries })
  }
  return [...groups.map((entries): Said => ({ kind: 'leaf', entries })), ...others]
}

function named(content: unknown, writer: Writer): string {
  const text = JSON.stringify(content)
  const known = writer.selections.find(([, one]) => JSON.stringify(one) === text)
  if (known) return known[0]
  const name = `selection_${writer.selections.length + 1}`
  writer.selections.push([name, content])
  return name
}
