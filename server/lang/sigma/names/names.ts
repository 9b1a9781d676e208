import type { Doc, Json } from '../../document.ts'
import { foldName } from '../fold.ts'

/** The values of another field of the same event, as text. */
export type ReadField = (name: string) => readonly string[]

/** Where a value stands: a folded path into the document, or what a function finds there. */
export type Place = string | ((doc: Doc, read: ReadField) => Json | undefined)

/** Where the fields of a log source stand in events: the first place that holds a value counts. */
export type Names = {
  /** By folded name. */
  fields: ReadonlyMap<string, readonly Place[]>
  /** Parts of the document in which a name is looked for that `fields` does not place, or not there. */
  roots: readonly (string | ((doc: Doc) => Doc | undefined))[]
  /** Names are the same with and without underscores: `riskState` is `risk_state`. */
  snake: boolean
}

/** A table of names: several spellings of one field share a line. */
export function namesOf(
  lines: readonly [spellings: readonly string[], places: readonly Place[]][],
  roots: Names['roots'],
  snake = false,
): Names {
  const fields = new Map<string, readonly Place[]>()
  for (const [spellings, places] of lines) {
    const folded = places.map((place) => (typeof place === 'string' ? foldName(place) : place))
    for (const spelling of spellings) fields.set(foldName(spelling), folded)
  }
  return { fields, roots: roots.map((root) => (typeof root === 'string' ? foldName(root) : root)), snake }
}
