import { numberRange } from './number-range.ts'

/** What is wrong with a pattern, `at` its index. */
export class RegexMistake extends Error {
  readonly at: number
  readonly hint: string | null
  constructor(at: number, message: string, hint: string | null = null) {
    super(message)
    this.at = at
    this.hint = hint
  }
}

const DEEPEST = 100
// What RE2 itself allows.
const MOST_REPEATS = 1000
const NOTHING = '[^\\x00-\\x{10FFFF}]'
const CLASSES = new Set('dDwWsS')

/**
 * Lucene's regular expressions, all optional operators on, in RE2's syntax (dot matches newlines, the caller
 * anchors). `"..."` `@` `#` `<n-m>` are translated, `~` and `&` have no linear counterpart and are refused.
 */
export function translateRegex(pattern: string): string {
  let at = 0
  let depth = 0

  const source = union()
  if (at < pattern.length) {
    throw new RegexMistake(
      at,
      `Unexpected [${pattern[at]}]`,
      'Escape it with a backslash to mean the character',
    )
  }
  return source

  function union(): string {
    if (++depth > DEEPEST) throw new RegexMistake(at, 'The pattern is nested too deeply')
    const branches = [sequence()]
    while (take('|')) branches.push(sequence())
    depth--
    return branches.join('|')
  }

  function sequence(): string {
    let found = ''
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      if (pattern[at] === '&' && at > 0) refuse('&', 'Intersection', 'Join two regex conditions with and')
      found += repeated()
    }
    return found
  }

  function repeated(): string {
    let atom = single()
    for (let times = 0; at < pattern.length; times++) {
      const quantifier = readQuantifier()
      if (quantifier === null) break
      if (times > DEEPEST) throw new RegexMistake(at, 'Too many repetitions of repetitions')
      // x** and x*? are repetitions of repetitions to Lucene; RE2 wants the group.
      atom = times === 0 ? atom + quantifier : `(?:${atom})${quantifier}`
    }
    return atom
  }

  function readQuantifier(): string | null {
    const char = pattern[at]!
    if (char === '?' || char === '*' || char === '+') {
      at++
      return char
    }
    if (char !== '{') return null
    const start = at
    const counts = /^\{(\d+)(?:(,)(\d*))?\}/.exec(pattern.slice(at, at + 24))
    if (!counts) {
      throw new RegexMistake(start, 'A repetition reads {n}, {n,} or {n,m}', 'Escape the brace: \\{')
    }
    at += counts[0].length
    const least = Number(counts[1])
    const most = counts[3] ? Number(counts[3]) : least
    if (most < least) throw new RegexMistake(start, `The repetition [${counts[0]}] ends before it begins`)
    if (most > MOST_REPEATS) {
      throw new RegexMistake(start, `A repetition counts to ${MOST_REPEATS} at most`, 'Use + or *')
    }
    return counts[0]
  }

  function single(): string {
    const start = at
    const char = nextChar()
    if (char === '.') return '.'
    if (char === '@') return '(?:.*)'
    if (char === '#') return NOTHING
    if (char === '"') return quoted(start)
    if (char === '[') return charClass(start)
    if (char === '<') return numbers(start)
    if (char === '(') return group(start)
    if (char === '\\') return escaped(start)
    if (char === '~') refuse('~', 'Complement', 'Write: not field regex "..."', start)
    if (char === '*' || char === '+' || char === '?' || char === '{') {
      throw new RegexMistake(start, `Nothing to repeat before [${char}]`, `Escape it: \\${char}`)
    }
    return literal(char)
  }

  function group(start: number): string {
    if (pattern[at] === '?') {
      const isFlag = pattern.startsWith('?i', at)
      const hint = isFlag ? 'Use regex~ to ignore case' : 'Groups are written ( ), there is no look-ahead'
      throw new RegexMistake(start, 'Groups with (? are not supported', hint)
    }
    if (take(')')) return '(?:)'
    const inner = union()
    if (!take(')')) throw new RegexMistake(start, 'This parenthesis is never closed', 'Escape it: \\(')
    return `(?:${inner})`
  }

  function quoted(start: number): string {
    const close = pattern.indexOf('"', at)
    if (close === -1) throw new RegexMistake(start, 'This quote is never closed', 'Escape it: \\"')
    const inner = pattern.slice(at, close)
    at = close + 1
    return `(?:${Array.from(inner, literal).join('')})`
  }

  function escaped(start: number): string {
    if (at >= pattern.length) throw new RegexMistake(start, 'The pattern ends in a backslash', 'Write \\\\')
    const char = nextChar()
    return CLASSES.has(char) ? `\\${char}` : literal(char)
  }

  function charClass(start: number): string {
    let body = take('^') ? '^' : ''
    const first = at
    while (at < pattern.length && (pattern[at] !== ']' || at === first)) body += classItem()
    if (!take(']')) throw new RegexMistake(start, 'This [ is never closed', 'Escape it: \\[')
    return `[${body}]`
  }

  function classItem(): string {
    const start = at
    const low = classChar()
    if (pattern[at] !== '-' || at + 1 >= pattern.length || pattern[at + 1] === ']') return low.source
    at++
    const high = classChar()
    if (low.char === null || high.char === null || low.char.codePointAt(0)! > high.char.codePointAt(0)!) {
      throw new RegexMistake(start, `[${pattern.slice(start, at)}] is no range of characters`)
    }
    return `${low.source}-${high.source}`
  }

  /** One character of a class; `char` is null for a class of its own such as \d. */
  function classChar(): { source: string; char: string | null } {
    const start = at
    let char = nextChar()
    if (char !== '\\') return { source: literal(char), char }
    if (at >= pattern.length) throw new RegexMistake(start, 'The pattern ends in a backslash', 'Write \\\\')
    char = nextChar()
    return CLASSES.has(char) ? { source: `\\${char}`, char: null } : { source: literal(char), char }
  }

  function numbers(start: number): string {
    const close = pattern.indexOf('>', at)
    const inner = close === -1 ? '' : pattern.slice(at, close)
    const ends = /^(\d{1,15})-(\d{1,15})$/.exec(inner)
    if (!ends) {
      throw new RegexMistake(start, 'A range of numbers reads <n-m>', 'Escape the character to mean it: \\<')
    }
    at = close + 1
    return `(?:${numberRange(ends[1]!, ends[2]!)})`
  }

  function refuse(sign: string, what: string, hint: string, where = at): never {
    throw new RegexMistake(
      where,
      `${what} [${sign}] is not supported`,
      `${hint}; escape it to mean the character: \\${sign}`,
    )
  }

  function take(char: string): boolean {
    if (pattern[at] !== char) return false
    at++
    return true
  }

  function nextChar(): string {
    const char = String.fromCodePoint(pattern.codePointAt(at)!)
    at += char.length
    return char
  }
}

function literal(char: string): string {
  if (/^[A-Za-z0-9 _]$/.test(char)) return char
  const code = char.codePointAt(0)!
  return code < 128 ? `\\x${code.toString(16).padStart(2, '0')}` : char
}
