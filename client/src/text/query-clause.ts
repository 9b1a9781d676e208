/** Conditions that are added to a query by a press on a value, quoted as each language reads them. */
import type { Json } from '../../../server/domain/json.ts'

type Language = 'eql' | 'kql'
export type Wish = { field: string; value: Json; exclude: boolean }
type PlainWish = Wish & { value: string | number | boolean | null }

/**
 * The query with the condition added; null where it cannot be: a sequence has no one place for it, and a list or an
 * object is no value.
 */
export function withClause(language: Language, query: string, wish: Wish): string | null {
  if (typeof wish.value === 'object' && wish.value !== null) return null
  const plain = { ...wish, value: wish.value }
  const clause = language === 'kql' ? kqlClause(plain) : eqlClause(plain)
  const known = query.trim()
  if (language === 'kql') {
    if (known === '' || known === '*') return clause
    return `${/\bor\b/i.test(known) ? `(${known})` : known} and ${clause}`
  }
  if (known === '') return `any where ${clause}`
  const head = /^\s*(any|"[^"]*"|[A-Za-z_][\w-]*)\s+where\s+/i.exec(known)
  if (!head || known.includes('|')) return null
  const condition = known.slice(head[0].length)
  if (condition.trim() === 'true') return `${head[0]}${clause}`
  return `${head[0]}${/\bor\b/i.test(condition) ? `(${condition})` : condition} and ${clause}`
}

function kqlClause({ field, value, exclude }: PlainWish): string {
  const name = kqlName(field)
  if (value === null) return exclude ? `${name}: *` : `not ${name}: *`
  return `${exclude ? 'not ' : ''}${name}: ${typeof value === 'string' ? kqlText(value) : String(value)}`
}

function eqlClause({ field, value, exclude }: PlainWish): string {
  const literal = typeof value === 'string' ? eqlText(value) : String(value)
  return `${eqlName(field)} ${exclude ? '!=' : '=='} ${literal}`
}

/** A name with a sign that the language reads is escaped sign by sign. */
export function kqlName(field: string): string {
  return field.replaceAll(/[\\():<>"*{} \t]/g, (sign) => `\\${sign}`)
}

export function kqlText(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')}"`
}

const PLAIN_NAME = /^[A-Za-z_@][\w@]*(?:\.[A-Za-z_@][\w@]*)*$/

export function eqlName(field: string): string {
  return PLAIN_NAME.test(field) ? field : `\`${field}\``
}

export function eqlText(text: string): string {
  return `"${text.replaceAll(/["\\\p{Cc}]/gu, (sign) => {
    const named = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[sign]
    return named ?? `\\u{${sign.codePointAt(0)!.toString(16)}}`
  })}"`
}
