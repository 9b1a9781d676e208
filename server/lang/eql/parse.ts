import { Findings } from '../diagnose.ts'
import type { Parsed } from '../tree.ts'
import { checkQuery } from './check.ts'
import { Cursor, Hopeless } from './cursor.ts'
import { lexEql } from './lex.ts'
import { parseStatement } from './statement.ts'

/** Parses a whole EQL query. All mistakes are answered, in the order of the text; no query if there is one. */
export function parseEql(text: string): Parsed {
  const findings = new Findings()
  const cursor = new Cursor(lexEql(text, findings), findings)
  const query = readStatement(cursor)
  if (query) checkQuery(query, findings)
  return { query: findings.failed ? null : query, diagnostics: findings.sorted() }
}

function readStatement(cursor: Cursor): Parsed['query'] {
  try {
    return parseStatement(cursor)
  } catch (error) {
    if (error instanceof Hopeless) return null
    throw error
  }
}
