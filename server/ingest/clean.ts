/** Small moves on plain JSON that every source makes. */
import type { Fields, Json } from '../domain/json.ts'

/**
 * The value without null, "", {} and [] at any depth; undefined if nothing is left. 0 and false stay. Parts that
 * lose nothing are the same objects as before.
 */
export function clean(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (typeof value !== 'object') return value
  return Array.isArray(value) ? cleanList(value) : cleanObject(value)
}

function cleanList(list: Json[]): Json[] | undefined {
  const kept: Json[] = []
  let same = true
  for (const item of list) {
    const cleaned = clean(item)
    if (cleaned !== undefined) kept.push(cleaned)
    if (cleaned !== item) same = false
  }
  if (kept.length === 0) return undefined
  return same ? list : kept
}

function cleanObject(object: Fields): Fields | undefined {
  let count = 0
  let copy: Fields | null = null
  for (const key in object) {
    const item = object[key]!
    const cleaned = clean(item)
    if (cleaned !== item && copy === null) copy = before(object, key)
    if (cleaned === undefined) continue
    count++
    if (copy !== null) copy[key] = cleaned
  }
  if (count === 0) return undefined
  return copy ?? object
}

function before(object: Fields, stop: string): Fields {
  const copy: Fields = {}
  for (const key in object) {
    if (key === stop) break
    copy[key] = object[key]!
  }
  return copy
}

/** Sets a value unless it is empty. */
export function put(target: Fields, key: string, value: Json | undefined): void {
  if (value === undefined || value === null || value === '') return
  if (typeof value === 'object' && isEmpty(value)) return
  target[key] = value
}

function isEmpty(value: Fields | Json[]): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

/** Takes a value out. */
export function take(source: Fields, key: string): Json | undefined {
  const value = source[key]
  if (value === undefined) return undefined
  delete source[key]
  return value
}

/** The value if it is text that says something. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Numbers and booleans as text, as Elastic's keyword fields hold them. */
export function keyword(value: Json | undefined): Json | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

/** A whole number, also where it was sent as text. */
export function long(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
}

/** Non-empty text values, each once, in order. */
export function unique(values: readonly (Json | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))]
}
