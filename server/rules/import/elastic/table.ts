/** Reading a TOML table that may hold anything. */
import { isObject, type Json } from '../../../domain/json.ts'

export type Table = { [key: string]: unknown }

export function isTable(value: unknown): value is Table {
  return isObject(value as Json)
}

/** One text or several, as a list; what is no text is left out. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  return list.filter((one): one is string => typeof one === 'string' && one.trim() !== '')
}

export function tablesOf(value: unknown): Table[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  return list.filter(isTable)
}

export function textOf(value: unknown): string | undefined {
  return textsOf(value)[0]
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
