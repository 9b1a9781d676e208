import type { Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'

type Spans = (offset: number, length: number) => Span
type Found = { value: string; length: number }

const ESCAPES: Record<string, string> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
  // The syntax page forbids it; production rules have it.
  "'": "'",
}

/** The string literal at an offset, undefined if none starts there. Mistakes are reported, a value is still given. */
export function readString(text: string, at: number, spans: Spans, findings: Findings): Found | undefined {
  if (text.startsWith('"""', at)) return rawString(text, at, spans, findings)
  if (text[at] === '"') return plainString(text, at, spans, findings)
  if (text[at] === "'") {
    const found = foreignString(text, at, 0)
    findings.error(
      spans(at, found.length),
      `Use double quotes ["] to define string literals, not single quotes [']`,
      'Replace the quotes by "',
    )
    return found
  }
  if (text[at] === '?' && (text[at + 1] === '"' || text[at + 1] === "'") && !text.startsWith('""', at + 1)) {
    const found = foreignString(text, at, 1)
    findings.error(
      spans(at, found.length),
      `Use triple double quotes ["""] to define unescaped string literals, not [?${text[at + 1]}]`,
      'Write """raw text"""',
    )
    return found
  }
  return undefined
}

function plainString(text: string, at: number, spans: Spans, findings: Findings): Found {
  let value = ''
  let i = at + 1
  while (i < text.length && text[i] !== '"') {
    if (text[i] === '\n' || text[i] === '\r') {
      findings.error(
        spans(at, i - at),
        'A string may not contain a line break',
        'Write \\n, or close the string',
      )
      return { value, length: i - at }
    }
    if (text[i] !== '\\') {
      value += text[i++]
      continue
    }
    const escape = text[i + 1] ?? ''
    if (escape === 'u') {
      const unicode = unicodeEscape(text, i, spans, findings)
      value += unicode.value
      i += unicode.length
      continue
    }
    if (!Object.hasOwn(ESCAPES, escape)) {
      const hint = 'Write \\\\ for a backslash, or a raw string """..."""'
      findings.error(spans(i, 2), `Unknown escape sequence [\\${escape}]`, hint)
    }
    value += ESCAPES[escape] ?? escape
    i += 2
  }
  if (i >= text.length) {
    findings.error(
      spans(at, text.length - at),
      'This string is never closed',
      'Close it with a double quote ["]',
    )
    return { value, length: text.length - at }
  }
  return { value, length: i + 1 - at }
}

function unicodeEscape(text: string, at: number, spans: Spans, findings: Findings): Found {
  const found = /^\\u\{([^}"\n]*)\}?/.exec(text.slice(at, at + 40))
  const digits = found?.[1] ?? ''
  const length = found?.[0].length ?? 2
  const where = spans(at, length)
  if (!/^[0-9a-fA-F]{2,8}$/.test(digits) || !found![0].endsWith('}')) {
    findings.error(where, 'A Unicode escape needs 2 to 8 hex digits', 'Write it as \\u{00e9}')
    return { value: '', length }
  }
  const code = Number.parseInt(digits, 16)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    findings.error(where, `Invalid Unicode character code [${digits}]`)
    return { value: '', length }
  }
  return { value: String.fromCodePoint(code), length }
}

function rawString(text: string, at: number, spans: Spans, findings: Findings): Found {
  const close = text.indexOf('"""', at + 3)
  const stop = lineEnd(text, at, close === -1 ? text.length : close)
  if (close === -1 || stop < close) {
    findings.error(
      spans(at, stop - at),
      'This raw string is never closed',
      'Close it with """ on the same line',
    )
    return { value: text.slice(at + 3, stop), length: stop - at }
  }
  // Up to two more quotes belong to the string.
  let end = close + 3
  while (end < close + 5 && text[end] === '"') end++
  return { value: text.slice(at + 3, end - 3), length: end - at }
}

/** Where the line ends, but not beyond a limit: a text of many strings is read once, not once for each of them. */
function lineEnd(text: string, from: number, limit: number): number {
  for (let i = from; i < limit; i++) if (text[i] === '\n' || text[i] === '\r') return i
  return limit
}

/** A string in another dialect's quotes, so that parsing can go on behind it. */
function foreignString(text: string, at: number, prefix: number): Found {
  const quote = text[at + prefix]!
  for (let i = at + prefix + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\' && prefix === 0) i++
    else if (text[i] === quote) return { value: text.slice(at + prefix + 1, i), length: i + 1 - at }
  }
  const end = text.indexOf('\n', at)
  const length = (end === -1 ? text.length : end) - at
  return { value: text.slice(at + prefix + 1, at + length), length }
}
