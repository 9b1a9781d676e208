/** A principal name, taken apart. */
import type { Fields } from '../domain/json.ts'

/**
 * `{email, name, domain}` of an address with exactly one `@`, and nothing for anything else ("S-1-5-18",
 * "NT AUTHORITY\SYSTEM (w3wp)", "Unknown", a service principal): a name is never invented.
 */
export function personOf(principal: string): Fields {
  const at = principal.indexOf('@')
  if (at <= 0 || at === principal.length - 1 || principal.indexOf('@', at + 1) !== -1) return {}
  return { email: principal, name: principal.slice(0, at), domain: principal.slice(at + 1) }
}
