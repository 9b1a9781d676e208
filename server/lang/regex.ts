import { RE2JS } from 're2js'
import { compileLike, type TextTest } from './glob.ts'
import { RegexMistake, translateRegex } from './lucene.ts'

export type Mistake = { at: number; message: string; hint: string | null }

// A pattern longer than this is no rule; compiling it costs more than it can find.
const LONGEST = 10_000
// The engine's steps for one character; what RE2 makes of a pattern of the longest length.
const LARGEST = 20_000
// Linear still means steps times characters: at some 50 ns each this is a second, more than any honest pair takes.
const MOST_WORK = 20_000_000
const CACHED = 2000
const cache = new Map<string, TextTest>()

/**
 * Several patterns in Lucene's syntax of which one has to match the whole text. Runs in time linear to the text.
 * A pattern with a mistake (the parser refuses those) matches nothing, nor does one whose size times the length of
 * the text is out of all proportion.
 */
export function compileRegexes(patterns: readonly string[], insensitive: boolean): TextTest {
  const tests = patterns.map((pattern) => compileRegex(pattern, insensitive))
  const [only] = tests
  if (tests.length === 1 && only) return only
  return (text) => tests.some((test) => test(text))
}

/** What is wrong with a pattern and where in it, null if nothing is. */
export function regexMistake(pattern: string): Mistake | null {
  if (pattern.length > LONGEST) {
    return {
      at: 0,
      message: `The pattern is longer than ${LONGEST} characters`,
      hint: 'Split it into several',
    }
  }
  try {
    const size = compileEngine(translateRegex(pattern), false).programSize()
    if (size <= LARGEST) return null
    return { at: 0, message: 'The pattern is too large', hint: 'Use fewer or smaller repetitions {n,m}' }
  } catch (error) {
    if (error instanceof RegexMistake) return { at: error.at, message: error.message, hint: error.hint }
    const reason = error instanceof Error ? error.message : String(error)
    return { at: 0, message: `The pattern cannot be used: ${reason}`, hint: null }
  }
}

/** A pattern in RE2's own syntax that may match anywhere in the text; null if it has a mistake. */
export function compileSearch(pattern: string, insensitive: boolean): TextTest | null {
  try {
    const engine = RE2JS.compile(pattern, insensitive ? RE2JS.CASE_INSENSITIVE : 0)
    const longest = MOST_WORK / engine.programSize()
    return (text) => text.length <= longest && engine.test(text)
  } catch {
    return null
  }
}

function compileRegex(pattern: string, insensitive: boolean): TextTest {
  const key = `${insensitive ? 'i' : 'c'}${pattern}`
  const known = cache.get(key)
  if (known) return known
  const test = asLike(pattern, insensitive) ?? asEngine(pattern, insensitive)
  // Patterns come from rules and from what people search for; the oldest go first.
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value!)
  cache.set(key, test)
  return test
}

/** Most patterns are words and `.*`: those need no engine. */
function asLike(pattern: string, insensitive: boolean): TextTest | null {
  if (!/^(?:[A-Za-z0-9 _:,/='-]|\.\*\??|\\[.\\/-])*$/.test(pattern)) return null
  const like = pattern.replaceAll(/\.\*\??|\\(.)/g, (_, escaped?: string) => escaped ?? '*')
  return compileLike(like, insensitive)
}

function asEngine(pattern: string, insensitive: boolean): TextTest {
  if (pattern.length > LONGEST) return () => false
  try {
    const engine = compileEngine(translateRegex(pattern), insensitive)
    const longest = MOST_WORK / engine.programSize()
    return (text) => text.length <= longest && engine.testExact(text)
  } catch {
    return () => false
  }
}

function compileEngine(source: string, insensitive: boolean): RE2JS {
  return RE2JS.compile(source, RE2JS.DOTALL | (insensitive ? RE2JS.CASE_INSENSITIVE : 0))
}
