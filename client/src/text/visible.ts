/**
 * Makes every character of hostile text seen. Subjects, rule names and user agents come from attackers: an inbox
 * rule named U+202E or zero-width space must be read as such, not vanish or turn the line around.
 */
export type Piece = { text: string; escaped: boolean }

// Cc control, Cf format (bidi, zero width, soft hyphen, tags), Cs lone surrogates, Co private use, Zl and Zp line
// separators; the rest are letters and marks that draw nothing.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/u
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with every unseen character written as an escape, e.g. `\u202E`. */
export function visible(text: string): string {
  return UNSEEN.test(text)
    ? visiblePieces(text)
        .map((piece) => piece.text)
        .join('')
    : text
}

/** The same in pieces, so that escapes can be drawn apart from an attacker's literal backslashes. */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const character of text) {
    const escaped = UNSEEN.test(character)
    const shown = escaped ? escapeOf(character) : character
    const last = pieces.at(-1)
    if (last && last.escaped === escaped) last.text += shown
    else pieces.push({ text: shown, escaped })
  }
  return pieces
}

function escapeOf(character: string): string {
  const named = NAMED[character]
  if (named) return named
  const code = character.codePointAt(0)!
  const hex = code.toString(16).toUpperCase()
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
