import { inBlock, parseAddress, parseCidr } from '../address.ts'
import type { Json } from '../document.ts'
import { compileParts, type TextTest } from '../glob.ts'
import type { KqlValue } from '../tree.ts'
import { type FieldType, order, typed } from '../values.ts'

export type JsonTest = (value: Json) => boolean

// The fields of the Elastic Common Schema that are split into words; all others are compared whole.
const WORD_FIELDS = new Set(['message', 'error.message', 'powershell.file.script_block_text'])

/** Whether a field is searched by its words, without case, instead of compared as a whole. */
export function isWordField(path: string): boolean {
  return WORD_FIELDS.has(path) || path.endsWith('.text')
}

/**
 * `field: value`: text with case, `*` in what is not quoted; a number also as the same text; a block of addresses
 * where the value is an address in it.
 */
export function compileText(value: KqlValue, type: FieldType | undefined): JsonTest {
  const { text } = value
  const parts = starParts(value)
  if (parts.length > 1) {
    const test = compileParts(parts, false)
    return (found) => typeof found !== 'object' && test(String(found))
  }
  if (type === 'date' || type === 'date_nanos' || type === 'version' || type === 'ip') {
    const wanted = typed(text, type, true)
    return (found) => wanted !== null && order(typed(found, type), wanted) === 0
  }
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const block = parseCidr(text)
  return (found) => {
    if (typeof found === 'number') return found === number
    if (typeof found === 'boolean') return String(found) === text
    if (typeof found !== 'string') return false
    if (found === text) return true
    if (!block) return false
    const address = parseAddress(found)
    return address !== null && inBlock(address, block)
  }
}

/** Free text, and fields that are split into words: no case, and any place in the value. */
export function compileWords(value: KqlValue): JsonTest {
  const test = value.phrase ? phraseTest(value.text) : wordsTest(value)
  return (found) => typeof found !== 'object' && test(String(found))
}

/** `field > value`: numbers as numbers, dates as dates, else as text. */
export function compileRange(
  op: '<' | '<=' | '>' | '>=',
  text: string,
  type: FieldType | undefined,
): JsonTest {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const literal = typed(text, type, true)
  const holds = (found: number | undefined): boolean => {
    if (found === undefined || Number.isNaN(found)) return false
    if (op === '<') return found < 0
    if (op === '<=') return found <= 0
    return op === '>' ? found > 0 : found >= 0
  }
  return (found) => {
    if (type !== undefined) return literal !== null && holds(order(typed(found, type), literal))
    if (typeof found === 'number') return holds(found - number)
    return typeof found === 'string' && holds(order(found, text))
  }
}

/** The value cut at those `*` that are wildcards. */
export function starParts(value: KqlValue): string[] {
  if (value.phrase) return [value.text]
  const literal = new Set(value.literal)
  const parts = ['']
  for (let i = 0; i < value.text.length; i++) {
    const char = value.text[i]!
    if (char === '*' && !literal.has(i)) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

/** The words in this order, each whole. */
function phraseTest(text: string): TextTest {
  const wanted = words(text)
  if (wanted.length === 0) return () => false
  const needle = ` ${wanted.join(' ')} `
  const rough = text.trim().toLowerCase()
  return (found) => {
    const lower = found.toLowerCase()
    return lower.includes(rough) || ` ${words(lower).join(' ')} `.includes(needle)
  }
}

/** Any of the words; a word may hold wildcards. */
function wordsTest(value: KqlValue): TextTest {
  const literal = new Set(value.literal)
  const tests: TextTest[] = []
  for (const word of value.text.matchAll(/\S+/g)) {
    const inside = [...literal].filter((i) => i >= word.index && i < word.index + word[0].length)
    const parts = starParts({ text: word[0], phrase: false, literal: inside.map((i) => i - word.index) })
    // A word is found anywhere in the value: beside other words, in an address, in a path.
    tests.push(compileParts(['', ...parts, ''], true))
  }
  return (found) => tests.some((test) => test(found))
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}
