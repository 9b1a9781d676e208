/** `k` keyword, `s` string, `n` number, `f` field, `c` comment, `p` everything else: the classes of the design. */
export type CodeToken = { kind: 'k' | 's' | 'n' | 'f' | 'c' | 'p'; text: string }

/** The tokens a pattern finds, and what lies between them. Together they are the text. */
export function cut(
  text: string,
  pattern: RegExp,
  kindOf: (match: RegExpExecArray) => CodeToken['kind'],
): CodeToken[] {
  const tokens: CodeToken[] = []
  let at = 0
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue
    if (match.index > at) tokens.push({ kind: 'p', text: text.slice(at, match.index) })
    tokens.push({ kind: kindOf(match), text: match[0] })
    at = match.index + match[0].length
  }
  if (at < text.length) tokens.push({ kind: 'p', text: text.slice(at) })
  return tokens
}
