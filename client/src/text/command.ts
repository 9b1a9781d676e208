/** A command as tokens to colour it by, and to break it at: never between a dash and its parameter. */
export type CommandToken = { kind: 'verb' | 'string' | 'parameter' | 'plain'; text: string }

const TOKEN =
  /(?<string>'(?:[^']|'')*'|"[^"]*")|(?<verb>\b[A-Z][A-Za-z]+-[A-Z][A-Za-z]+\b|^(?:GET|POST|PATCH|PUT|DELETE)(?= ))|(?<parameter>(?<=\s)-[A-Za-z][\w:$]*)/g

/** The tokens of one line; together they are the line. */
export function commandTokens(line: string): CommandToken[] {
  const tokens: CommandToken[] = []
  let at = 0
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: line.slice(at, match.index) })
    const { string, verb } = match.groups!
    tokens.push({
      kind: string !== undefined ? 'string' : verb !== undefined ? 'verb' : 'parameter',
      text: match[0],
    })
    at = match.index + match[0].length
  }
  if (at < line.length) tokens.push({ kind: 'plain', text: line.slice(at) })
  return tokens
}
