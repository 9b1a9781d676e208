/** The values of Sigma: text with wildcards. `0` stands for `*`, `1` for `?`, everything else for itself. */
export type Pattern = (string | 0 | 1)[]

export const MANY = 0
export const ONE = 1

/**
 * Reads a value as the specification escapes it: `\*` and `\?` are plain characters, `\\` is one backslash, and a backslash
 * before anything else is itself.
 */
export function readPattern(text: string): Pattern {
  const pattern: Pattern = []
  let plain = ''
  const wildcard = (wild: 0 | 1) => {
    if (plain !== '') pattern.push(plain)
    plain = ''
    pattern.push(wild)
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === '\\' && i + 1 < text.length && '\\*?'.includes(text[i + 1]!)) plain += text[++i]!
    else if (char === '*') wildcard(MANY)
    else if (char === '?') wildcard(ONE)
    else plain += char
  }
  if (plain !== '') pattern.push(plain)
  return pattern
}

/** The text of a pattern without wildcards, null if it has one. */
export function plainText(pattern: Pattern): string | null {
  if (pattern.length === 0) return ''
  return pattern.length === 1 && typeof pattern[0] === 'string' ? pattern[0] : null
}

/** A pattern as a rule would write it; `readPattern` reads it back. */
export function writePattern(pattern: Pattern): string {
  return pattern.map((part) => (part === MANY ? '*' : part === ONE ? '?' : escapeText(part))).join('')
}

function escapeText(text: string): string {
  return text.replaceAll(/\\{2,}|\\(?=[*?]|$)|[*?]/g, (found) =>
    found.startsWith('\\') ? found.replaceAll('\\', '\\\\') : `\\${found}`,
  )
}

/** A pattern cut at its `*`, with the places of `?` in each part: what `glob.ts` runs. */
export function piecesOf(
  pattern: Pattern,
  insensitive: boolean,
): { text: string; holes: Set<number> | null }[] {
  const pieces: { text: string; holes: Set<number> | null }[] = [{ text: '', holes: null }]
  for (const part of pattern) {
    const last = pieces.at(-1)!
    if (part === MANY) pieces.push({ text: '', holes: null })
    else if (part === ONE) {
      last.holes ??= new Set()
      last.holes.add(last.text.length)
      last.text += '?'
    } else last.text += insensitive ? part.toLowerCase() : part
  }
  return pieces
}
