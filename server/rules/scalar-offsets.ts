/** How a text value was written in a YAML or JSON file. */
export type ScalarStyle = 'literal' | 'folded' | 'single' | 'double' | 'plain'

/**
 * For each character of a value, the offset in the file of what stands for it, so that a mistake on line 3 of a query can
 * be shown on line 21 of its file. `from` is the offset of the scalar (its opening quote, or the `|`).
 * One entry more than the value has characters: the end.
 */
export function scalarOffsets(file: string, from: number, value: string, style: ScalarStyle): number[] {
  const isBlock = style === 'literal' || style === 'folded'
  const indent = isBlock ? blockIndent(file, from, value) : 0
  let at = isBlock ? firstLine(file, from) + indent : from + (style === 'plain' ? 0 : 1)
  const offsets: number[] = []
  for (let i = 0; i < value.length; i++) {
    if (style === 'double') at = skipContinuation(file, at)
    offsets[i] = at
    if (style === 'double' && file[at] === '\\') {
      at += escapeLength(file, at)
      continue
    }
    if (style === 'single' && value[i] === "'") {
      at += 2
      continue
    }
    if (!/\s/.test(value[i]!)) {
      at++
      continue
    }
    at = isBlock ? afterBlockSpace(file, at, indent) : afterSpace(file, at, value, i)
  }
  offsets[value.length] = Math.min(at, file.length)
  return offsets
}

/** The indentation that a block scalar loses: known from its first line that is not blank. */
function blockIndent(file: string, from: number, value: string): number {
  const content = value.split('\n').find((line) => line.trim() !== '')
  const source = file
    .slice(firstLine(file, from))
    .split('\n')
    .find((line) => line.trim() !== '')
  if (content === undefined || source === undefined) return 0
  const spaces = (line: string) => line.length - line.trimStart().length
  return Math.max(0, spaces(source) - spaces(content))
}

function firstLine(file: string, from: number): number {
  const end = file.indexOf('\n', from)
  return end === -1 ? file.length : end + 1
}

function afterBlockSpace(file: string, at: number, indent: number): number {
  let next = file[at] === '\r' ? at + 1 : at
  if (file[next] !== '\n') return at + 1
  next++
  for (let n = 0; n < indent && file[next] === ' '; n++) next++
  return next
}

// In a plain or quoted text a line break and the indentation after it read as one blank.
function afterSpace(file: string, at: number, value: string, i: number): number {
  if (file[at] === value[i] && file[at] !== '\n' && !/[\r\n]/.test(file[at + 1] ?? '')) return at + 1
  let next = at
  while (next < file.length && /\s/.test(file[next]!)) next++
  return next > at ? next : at + 1
}

function skipContinuation(file: string, at: number): number {
  if (file[at] !== '\\' || !/[\r\n]/.test(file[at + 1] ?? '')) return at
  let next = at + 1
  while (next < file.length && /\s/.test(file[next]!)) next++
  return next
}

function escapeLength(file: string, at: number): number {
  return { x: 4, u: 6, U: 10 }[file[at + 1] ?? ''] ?? 2
}
