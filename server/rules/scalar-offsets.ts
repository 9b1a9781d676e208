/** How a text value was written in a YAML or JSON file. */
export type ScalarStyle = 'literal' | 'folded' | 'single' | 'double' | 'plain'

/**
 * For each character of a value, the offset in the file of what stands for it, so that a mistake on line 3 of a query can
 * be shown on line 21 of its file. `from` is the offset of the scalar (its opening quote, or the `|`).
 * One entry more than the value has characters: the end.
 *
 * YAML adds, drops and folds white space as it likes, but writes every visible character once and in order. So these are
 * exact, and white space lies between them.
 */
export function scalarOffsets(file: string, from: number, value: string, style: ScalarStyle): number[] {
  const offsets: number[] = []
  let at = startOf(file, from, style)
  for (let i = 0; i < value.length; i++) {
    if (/\s/.test(value[i]!)) {
      offsets[i] = at
      if (file[at] === value[i] && file[at] !== '\n') at++
      continue
    }
    at = skipSpace(file, at, style)
    offsets[i] = at
    const length = writtenLength(file, at, style)
    // Ten characters, "\U0001f600", can stand for the two halves of one.
    if (length === 10 && value.codePointAt(i)! > 0xffff) offsets[++i] = at
    at += length
  }
  offsets[value.length] = Math.min(at, file.length)
  return offsets
}

function startOf(file: string, from: number, style: ScalarStyle): number {
  if (style === 'plain') return from
  if (style === 'single' || style === 'double') return from + 1
  const end = file.indexOf('\n', from)
  return end === -1 ? file.length : end + 1
}

function skipSpace(file: string, from: number, style: ScalarStyle): number {
  let at = from
  while (at < file.length) {
    if (/\s/.test(file[at]!)) at++
    else if (style === 'double' && file[at] === '\\' && isSpaceEscape(file, at)) at += escapeLength(file, at)
    else break
  }
  return at
}

/** `\n`, `\t`, a backslash before a blank or at the end of its line, `\x20`. */
function isSpaceEscape(file: string, at: number): boolean {
  const next = file[at + 1] ?? ''
  if (/[\sntrvf_LP]/.test(next)) return true
  const code = /^[xuU]/.test(next)
    ? Number.parseInt(file.slice(at + 2, at + escapeLength(file, at)), 16)
    : NaN
  return code <= 0x10ffff && /\s/.test(String.fromCodePoint(code))
}

function writtenLength(file: string, at: number, style: ScalarStyle): number {
  if (style === 'double' && file[at] === '\\') return escapeLength(file, at)
  return style === 'single' && file[at] === "'" ? 2 : 1
}

function escapeLength(file: string, at: number): number {
  return { x: 4, u: 6, U: 10 }[file[at + 1] ?? ''] ?? 2
}
