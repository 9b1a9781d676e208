/** Where something stands in the TOML text. */
import type { ImportNote } from '../outcome.ts'

type Place = Pick<ImportNote, 'line' | 'column'>

/** Where a key or a table of the rule begins; nowhere if it is not found. */
export function lineOf(content: string, key: string): Place {
  const found = new RegExp(String.raw`^[ \t]*(\[+[\w.]+\.)?${key}\b`, 'm').exec(content)
  return found ? placeAt(content, found.index) : NOWHERE
}

/** A place within the query as one of the file. The query stands there as it is, but where it holds escapes. */
export function placeInText(content: string, query: string, line: number, column: number): Place {
  const start = content.indexOf(query)
  if (start === -1) return lineOf(content, 'query')
  const before = query.split('\n').slice(0, line - 1)
  const offset = before.reduce((sum, text) => sum + text.length + 1, 0)
  return placeAt(content, Math.min(start + offset + column - 1, content.length))
}

const NOWHERE: Place = { line: null, column: null }

function placeAt(content: string, offset: number): Place {
  const before = content.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
