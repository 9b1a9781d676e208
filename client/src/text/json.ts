/** JSON on screen: tokens with a kind to colour them by, and the lines that a rule matched. */
import type { Json } from '../../../server/domain/json.ts'
import { visible } from './visible.ts'

export type Token = { kind: 'key' | 'string' | 'number' | 'plain'; text: string }
export type JsonLine = { indent: number; tokens: Token[]; hit: boolean }

/** Pretty-printed lines of a document. A line is a hit when its dotted path, or one inside it, is in `hits`. */
export function jsonLines(document: Json, hits: ReadonlySet<string>): JsonLine[] {
  const lines: JsonLine[] = []
  write(document, [], null, 0, true, '')
  return lines

  function write(
    value: Json,
    open: Token[],
    key: string | null,
    indent: number,
    last: boolean,
    path: string,
  ) {
    const hit = path !== '' && hits.has(path)
    const start: Token[] = [...open]
    if (key !== null) start.push({ kind: 'key', text: visible(JSON.stringify(key)) }, plain(': '))
    const comma = last ? '' : ','
    if (value === null || typeof value !== 'object') {
      lines.push({ indent, tokens: [...start, scalar(value), ...(comma ? [plain(comma)] : [])], hit })
      return
    }
    const isList = Array.isArray(value)
    const entries: [string | null, Json][] = isList
      ? value.map((item) => [null, item] as [null, Json])
      : Object.entries(value)
    const [opening, closing] = isList ? ['[', ']'] : ['{', '}']
    if (entries.length === 0) {
      lines.push({ indent, tokens: [...start, plain(opening + closing + comma)], hit })
      return
    }
    lines.push({ indent, tokens: [...start, plain(opening)], hit })
    for (const [i, [name, item]] of entries.entries()) {
      const inner = name === null ? path : path === '' ? name : `${path}.${name}`
      write(item, [], name, indent + 1, i === entries.length - 1, inner)
    }
    lines.push({ indent, tokens: [plain(closing + comma)], hit })
  }
}

function plain(text: string): Token {
  return { kind: 'plain', text }
}

function scalar(value: string | number | boolean | null): Token {
  return typeof value === 'string'
    ? { kind: 'string', text: visible(JSON.stringify(value)) }
    : { kind: 'number', text: String(value) }
}

/** One value as text: strings bare, the rest as JSON. Not yet made visible. */
export function plainValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
