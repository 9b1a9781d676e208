/** Fields whose plain values tell Sigma rules apart, as the index of rules asks for them. */
import type { Doc } from '../document.ts'
import type { SigmaExpr } from '../tree.ts'
import { foldName } from './fold.ts'
import { plainText } from './pattern.ts'
import { fieldOf, viewOf } from './view.ts'

const FIELDS: readonly [table: string, name: string][] = [
  ['windows', 'Channel'],
  ['windows', 'EventID'],
  ['m365', 'Operation'],
  ['m365-alerts', 'eventName'],
  ['azure-signinlogs', 'ResultType'],
  ['azure-auditlogs', 'properties.message'],
  ['azure-auditlogs', 'operationName'],
  ['azure-activitylogs', 'operationName'],
  ['azure-risk', 'riskEventType'],
  ['okta', 'eventType'],
]

/** Names that no field of an event has. */
export const TELLING_PATHS: readonly string[] = FIELDS.map(([table, name]) => pathOf(table, name))

/** The values of such a field, in lower case. */
export function readTelling(path: string): (doc: Doc) => string[] {
  const [table, name] = FIELDS[TELLING_PATHS.indexOf(path)]!
  const field = fieldOf(table, name)
  return (doc) => [...viewOf(doc).field(field).folded]
}

/** Texts of which one must be there, in lower case; null if that cannot be said. */
export function tellingValues({ field, names, test }: SigmaExpr, path: string): Set<string> | null {
  if (field === null || test.op !== 'text' || pathOf(names, field) !== path) return null
  const texts = test.patterns.map(plainText)
  return texts.every((text) => text !== null) ? new Set(texts.map((text) => text.toLowerCase())) : null
}

function pathOf(table: string, name: string): string {
  return `sigma:${table}:${foldName(name)}`
}
