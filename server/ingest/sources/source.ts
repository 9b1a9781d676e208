/** What a source is: one product whose records we know. A new one is one file here and one line in `index.ts`. */
import type { Fields } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'

export type Source = {
  /** `event.dataset` of what it makes. */
  dataset: string
  /** What such a record looks like, for a person who sent something else. */
  looksLike: string
  /** Whether a record is of this source. Cheap: asked of every record. */
  recognise(record: Fields): boolean
  normalise(record: Fields): Normalised | Problem
}

export type Normalised = {
  fields: Fields
  /** The source's own id of the record, where it has one. */
  id: string | null
  /** When it happened by its own account; null if it does not say. */
  time: Millis | null
}

/** Why a record cannot be an event: a stable code, and a sentence that says what was expected. */
export type Problem = { code: string; detail: string }

export function isProblem(result: Normalised | Problem): result is Problem {
  return 'code' in result
}
