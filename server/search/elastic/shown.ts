import type { Json } from '../../domain/json.ts'

/** A scalar as text, anything else as JSON. */
export function shown(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
