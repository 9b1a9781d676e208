/** The YAML of a rule with the place of every part. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml'
import type { Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'

export type Value = Node | null

/** One document of a file: its text as it stands there, and its parts. */
export type YamlText = {
  root: YAMLMap
  /** As it was written, without the `---` around it. */
  source: string
  at(node: unknown): Span
  entries(map: Value): Entry[]
  /** The items of a list; of anything else that one thing. */
  items(value: Value): Value[]
  value(map: Value, key: string): Value
  text(map: Value, key: string): string | null
  /** As plain JSON; undefined if it is not there. */
  plain(value: Value): unknown
  resolve(value: unknown): Value
}
export type Entry = { key: string; at: Span; value: Value }

// An alias may stand for a part that holds aliases: what it unfolds to must not grow without end.
const MOST_ALIASES = 100

/** The documents of a file that are groups of settings; mistakes of the YAML itself are findings. */
export function readYaml(text: string, findings: Findings): YamlText[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const found: YamlText[] = []
  for (const document of documents as Document.Parsed[]) {
    for (const { pos, message } of document.errors) {
      findings.error(spanAt(lines, pos[0], 1), message, 'Check the indentation and the quotes around it.')
    }
    if (document.errors.length > 0 || document.contents === null) continue
    if (isMap(document.contents)) found.push(yamlText(document, document.contents, text, lines, findings))
    else
      findings.error(
        spanAt(lines, document.range[0], 1),
        'This is no rule: a group of settings such as title and detection is expected',
        null,
      )
  }
  return found
}

function yamlText(
  document: Document.Parsed,
  root: YAMLMap,
  text: string,
  lines: LineCounter,
  findings: Findings,
): YamlText {
  let aliases = 0
  const resolve = (value: unknown): Value => {
    if (!isAlias(value)) return (value as Value) ?? null
    if (++aliases <= MOST_ALIASES) return value.resolve(document) ?? null
    findings.error(
      at(value),
      `The file uses more than ${MOST_ALIASES} aliases (*name)`,
      'Write their values out.',
    )
    return null
  }
  const at = (node: unknown): Span => {
    const range = (node as { range?: [number, number, number] } | null)?.range ?? root.range
    return spanAt(lines, range?.[0] ?? 0, Math.max(1, (range?.[1] ?? 1) - (range?.[0] ?? 0)))
  }
  const entries = (map: Value): Entry[] =>
    isMap(map)
      ? map.items.flatMap((pair: Pair) => {
          const [key, own] = [scalarText(pair.key as Value), resolve(pair.value)]
          // `<<: *other` stands for what the other group holds.
          return key === '<<' && isMap(own) ? entries(own) : [{ key, at: at(pair.key), value: own }]
        })
      : []
  const value = (map: Value, key: string): Value => (isMap(map) ? resolve(map.get(key, true)) : null)
  return {
    root,
    source: text.slice(...contentRange(document, root)).trimEnd(),
    at,
    entries,
    items: (list) => (isSeq(list) ? list.items.map(resolve) : [list]),
    value,
    text: (map, key) => {
      const found = value(map, key)
      return isScalar(found) && found.value !== null ? scalarText(found) : null
    },
    plain(node) {
      try {
        return node?.toJS(document, { maxAliasCount: MOST_ALIASES }) ?? undefined
      } catch {
        // Aliases of aliases, which `resolve` complains of.
        return undefined
      }
    },
    resolve,
  }
}

/** A single value as text; empty for a list, a group, or nothing. */
export function scalarText(value: Value): string {
  if (!isScalar(value) || value.value === null || value.value === undefined) return ''
  return `${value.value as string | number | boolean}`
}

/** Comments before the first setting belong to the rule: licences stand there. */
function contentRange(document: Document.Parsed, root: YAMLMap): [number, number] {
  return [
    document.range[0] < (root.range?.[0] ?? 0) ? (root.range?.[0] ?? 0) : document.range[0],
    root.range?.[2] ?? document.range[2],
  ]
}

function spanAt(lines: LineCounter, offset: number, length: number): Span {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col), length, offset }
}
