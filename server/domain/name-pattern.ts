/**
 * Whether a name, or one with `*` for any text, means this one. Piece by piece, each looked for once: as a regular
 * expression, a dozen `*` against a long name would take for ever.
 */
export function nameFits(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === name
  if (!name.startsWith(parts[0]!) || !name.endsWith(parts.at(-1)!)) return false
  let at = parts[0]!.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= name.length - parts.at(-1)!.length
}
