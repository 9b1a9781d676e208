/** Ids made from what founded a thing: a rerun that finds the same again makes the same id. */
import { createHash } from 'node:crypto'

/** `again` tells apart what was founded by one completion twice, because its first alert ended in another. */
export function alertId(rule: string, key: string, foundingEvent: string, again = 0): string {
  return hash(['alert', rule, key, foundingEvent, ...(again ? [String(again)] : [])])
}

export function incidentId(about: string, foundingAlert: string): string {
  return hash(['incident', about, foundingAlert])
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22)
}
