/** Single settings at the top of a rule file, read and written in its text, so that comments and order stay. */

/** The value of `key`, or null when it is absent or no plain value of one line. */
export function topScalar(text: string, key: string): string | null {
  const value = lineOf(text, key)?.value
  if (value === undefined || value === '' || /^[|>&*[{]/.test(value)) return null
  if (value.startsWith('"')) {
    try {
      return JSON.parse(value) as string
    } catch {
      return null
    }
  }
  if (value.startsWith("'")) return value.endsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : null
  return value
}

/** The text with `key` set; one that is absent becomes the first line. */
export function withTopScalar(text: string, key: string, value: string | boolean): string {
  const written = `${key}: ${typeof value === 'boolean' || PLAIN.test(value) ? value : quoted(value)}`
  const line = lineOf(text, key)
  if (!line) return `${written}\n${text}`
  return text.slice(0, line.from) + written + line.comment + text.slice(line.to)
}

/** The text without the line of `key`, where that is a plain value of one line. */
export function withoutTopScalar(text: string, key: string): string {
  const line = lineOf(text, key)
  if (!line || topScalar(text, key) === null) return text
  return text.slice(0, line.from) + text.slice(text[line.to] === '\n' ? line.to + 1 : line.to)
}

// What YAML reads as itself.
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off)$)[a-z][\w.@ /()-]*(?<! )$/i

function quoted(value: string): string {
  // JSON lets them stand; here they would end the line.
  return JSON.stringify(value).replaceAll(/[\u0085\u2028\u2029\ufeff]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function lineOf(text: string, key: string) {
  const found = new RegExp(`^${key}:(?:[ \\t]+(.*))?$`, 'm').exec(text)
  if (!found) return null
  const rest = found[1] ?? ''
  const comment = /^["']/.test(rest) ? '' : (/\s+#.*$/.exec(rest)?.[0] ?? '')
  const value = rest.slice(0, rest.length - comment.length).trim()
  return { from: found.index, to: found.index + found[0].length, value, comment }
}
