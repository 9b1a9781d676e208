/** Who mail is sent on to: addresses in every way that Exchange and its programs write them. */
import { type Json, isObject } from '../../../domain/json.ts'

/**
 * Lower-cased addresses of lists: `a@x;b@y`, `smtp:a@x`, `"Name" [SMTP:a@x]`, `Name <a@x>`, JSON lists of such texts or
 * of objects. A part without an address is a name of the directory and stays as it is, lower-cased.
 */
export function targetsOf(values: readonly (Json | undefined)[]): string[] {
  const found = new Set<string>()
  for (const value of values) collect(value, found)
  return [...found]
}

/** Those that are addresses outside these domains; a subdomain of an own domain is inside. */
export function outsideOf(targets: readonly string[], own: readonly string[]): string[] {
  return targets.filter((target) => {
    const at = target.lastIndexOf('@')
    if (at === -1) return false
    const domain = target.slice(at + 1)
    return !own.some((mine) => domain === mine || domain.endsWith(`.${mine}`))
  })
}

// A pattern of a whole address would look at a long text without an @ once from each of its characters.
const BETWEEN = /[\s<>"'[\]();:,=]+/

/** What stands between two separators and has an @ inside. */
function addressesIn(text: string): string[] {
  if (!text.includes('@')) return []
  return text.split(BETWEEN).filter((word) => word.slice(1, -1).includes('@'))
}

function collect(value: Json | undefined, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found)
    return
  }
  if (isObject(value)) {
    for (const item of Object.values(value)) collect(item, found)
    return
  }
  if (typeof value !== 'string') return
  for (const part of value.split(';')) {
    const addresses = addressesIn(part)
    for (const address of addresses) found.add(address.toLowerCase())
    const name = part.trim()
    // A distinguished name says where the recipient stands in the directory; its last part is its name.
    if (addresses.length === 0 && name !== '') found.add(name.slice(name.lastIndexOf('/') + 1).toLowerCase())
  }
}
