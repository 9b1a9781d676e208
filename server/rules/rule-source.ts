import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Document,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Diagnostic } from '../lang/tree.ts'
import { type ScalarStyle, scalarOffsets } from './scalar-offsets.ts'

export type Path = readonly (string | number)[]
export type Place = { line: number; column: number; length: number }

/** What was read from a rule file, and where each part of it stands. */
export type RuleSource = {
  /** Null when the text could not be read at all. */
  value: unknown
  diagnostics: Diagnostic[]
  /** Where the value at a path stands, or, where there is none, what holds it. */
  place(path: Path): Place
  /** Where a key stands. */
  keyPlace(path: Path, key: string): Place
  /** Turns a place within the text value at a path into a place of the file. */
  within(path: Path, place: Place): Place
}

const NOWHERE: Place = { line: 1, column: 1, length: 1 }

/** A rule that came as a value: there is no file, so places are those within the query. */
export function sourceOfValue(value: unknown): RuleSource {
  return {
    value,
    diagnostics: [],
    place: () => NOWHERE,
    keyPlace: () => NOWHERE,
    within: (_path, place) => place,
  }
}

/** Reads YAML or JSON text. Every JSON text is YAML too, so both keep their places the same way. */
export function sourceOfText(text: string, format: 'yaml' | 'json'): RuleSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const notJson = format === 'json' ? jsonMistake(text, lines) : null
  const diagnostics = notJson
    ? [notJson]
    : format === 'json'
      ? []
      : document.errors.map((error) => yamlDiagnostic(text, error, lines))
  if (diagnostics.length > 0) return { ...sourceOfValue(null), diagnostics }
  let value: unknown
  try {
    value = format === 'json' ? JSON.parse(text) : document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // Too many aliases: a small file that would unfold into a huge one.
    const message = error instanceof Error ? error.message : 'The file cannot be read'
    return { ...sourceOfValue(null), diagnostics: [{ severity: 'error', ...NOWHERE, message, hint: null }] }
  }
  const locate = (from: number, to: number) => placeOf(lines, from, to)
  return {
    value,
    diagnostics,
    place: (path) => nodePlace(document, path, locate),
    keyPlace: (path, key) => keyPlace(document, path, key, locate),
    within: (path, place) => placeWithin(text, document, path, place, locate),
  }
}

type Locate = (from: number, to: number) => Place

function placeOf(lines: LineCounter, from: number, to: number): Place {
  const { line, col } = lines.linePos(from)
  return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, to - from) }
}

function nodePlace(document: Document, path: Path, locate: Locate): Place {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = nodeAt(document, path.slice(0, depth))
    // A missing value is best shown at the key of what should hold it.
    if (depth < path.length && depth > 0)
      return keyPlace(document, path.slice(0, depth - 1), path[depth - 1]!, locate)
    if (node?.range) {
      const isOneLine = isScalar(node) && node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED'
      return locate(node.range[0], depth === path.length && isOneLine ? node.range[1] : node.range[0] + 1)
    }
  }
  return NOWHERE
}

function keyPlace(document: Document, path: Path, key: string | number, locate: Locate): Place {
  const map = nodeAt(document, path)
  if (!isMap(map)) return NOWHERE
  const pair = map.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
  )
  const range = isScalar(pair?.key) ? pair.key.range : undefined
  return range ? locate(range[0], range[1]) : NOWHERE
}

function placeWithin(text: string, document: Document, path: Path, place: Place, locate: Locate): Place {
  const node = nodeAt(document, path)
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range)
    return nodePlace(document, path, locate)
  const offsets = scalarOffsets(text, node.range[0], node.value, STYLES[node.type ?? 'PLAIN'] ?? 'plain')
  // The end of the query is the end of its last line, not the first line of what follows.
  const start = Math.min(offsetOf(node.value, place), node.value.trimEnd().length)
  const end = Math.min(node.value.length, start + place.length)
  const { line, column } = locate(offsets[start]!, offsets[start]!)
  return { line, column, length: Math.max(1, Math.min(place.length, offsets[end]! - offsets[start]!)) }
}

const STYLES: Record<string, ScalarStyle> = {
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
}

function offsetOf(text: string, place: Place): number {
  let start = 0
  for (let line = 1; line < place.line; line++) {
    const next = text.indexOf('\n', start)
    if (next === -1) return text.length
    start = next + 1
  }
  return Math.min(text.length, start + place.column - 1)
}

function nodeAt(document: Document, path: Path): Node | undefined {
  if (path.length === 0) return document.contents ?? undefined
  const node: unknown = document.getIn(path, true)
  return typeof node === 'object' && node !== null && 'range' in node ? (node as Node) : undefined
}

function yamlDiagnostic(text: string, error: YAMLError, lines: LineCounter): Diagnostic {
  const [from, to] = error.pos
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, text.indexOf('\n', from) + 1 || text.length)
  return {
    severity: 'error',
    ...placeOf(lines, from, Math.min(to, from + 200)),
    message: error.message.trim(),
    hint: yamlHint(error.code, line),
  }
}

function yamlHint(code: string, line: string): string | null {
  if (code === 'TAB_AS_INDENT' || line.includes('\t')) return 'Indent with blanks, not with tabs.'
  if (code === 'DUPLICATE_KEY') return 'Remove one of the two.'
  if (code === 'MULTIPLE_DOCS') return 'One rule a file: remove the line "---" between the rules.'
  if (/:\s.*:\s/.test(line)) return 'Put quotes around a text that holds ": ", or start a block with "|".'
  return null
}

function jsonMistake(text: string, lines: LineCounter): Diagnostic | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
    const said = message
      .replace(/ (in JSON )?at position .*$/, '')
      .replace(/, "?[^]*" is not valid JSON$/, '')
    return {
      severity: 'error',
      ...placeOf(lines, Math.min(offset, text.length), offset + 1),
      message: `This is not JSON: ${said}`,
      hint: null,
    }
  }
}
