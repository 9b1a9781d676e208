/** Regular expressions of Sigma: searched, not anchored, with case unless a flag says otherwise; in linear time. */
import { RE2JS } from 're2js'
import type { TextTest } from '../glob.ts'

// As for the regular expressions of EQL: steps of the engine times characters.
const MOST_WORK = 20_000_000
const LARGEST = 20_000
const CACHED = 4000
const cache = new Map<string, TextTest>()

/** What is wrong with a pattern, null if nothing is. */
export function regexMistake(pattern: string, flags: string): string | null {
  try {
    const size = RE2JS.compile(pattern, flagBits(flags)).programSize()
    return size > LARGEST ? 'it is too large; use fewer or smaller repetitions {n,m}' : null
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return /\(\?[=!<]/.test(pattern) ? `looking ahead or behind is not part of Sigma (${reason})` : reason
  }
}

/** A pattern with a mistake matches nothing. */
export function compileRegex(pattern: string, flags: string): TextTest {
  const key = `${flags}/${pattern}`
  const known = cache.get(key)
  if (known) return known
  const test = compileNew(pattern, flags)
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value!)
  cache.set(key, test)
  return test
}

function compileNew(pattern: string, flags: string): TextTest {
  try {
    const engine = RE2JS.compile(pattern, flagBits(flags))
    const longest = MOST_WORK / engine.programSize()
    return (text) => text.length <= longest && engine.test(text)
  } catch {
    return () => false
  }
}

function flagBits(flags: string): number {
  return (
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0)
  )
}
