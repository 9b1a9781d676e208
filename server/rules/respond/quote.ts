import { isIP } from 'node:net'

/**
 * Writes a value from a log into a command that a person will paste into a shell. The value may have been chosen by an
 * attacker, so each function answers null when it cannot be written safely, and the command is then left out.
 */

// Controls and line ends end a command; invisible and direction-changing characters hide what it really says.
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u
// PowerShell takes these for single quotes, so doubling the plain one would not be enough.
const POWERSHELL_QUOTES = /[\u2018\u2019\u201A\u201B]/
// Some cmdlets read * and ? in an address as "any", which would act on other accounts too.
const WILDCARDS = /[*?[\]]/

/** A PowerShell string that stands for exactly this value. */
export function powershellText(value: string): string | null {
  if (!isPlain(value) || POWERSHELL_QUOTES.test(value) || WILDCARDS.test(value)) return null
  return `'${value.replaceAll("'", "''")}'`
}

/** A string for a POSIX shell that stands for exactly this value, and is never taken for an option. */
export function shellText(value: string): string | null {
  if (!isPlain(value) || value.startsWith('-')) return null
  return `'${value.replaceAll("'", "'\\''")}'`
}

/** An address as nftables compares the sender with it: `ip saddr 192.0.2.7`. */
export function nftText(value: string): string | null {
  const family = value.includes('%') ? 0 : isIP(value)
  return family === 0 ? null : `${family === 6 ? 'ip6' : 'ip'} saddr ${value}`
}

/** One segment of a URL's path, or a value of its query. */
export function urlText(value: string): string | null {
  if (!isPlain(value) || value === '.' || value === '..') return null
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A JSON string, its quotes included. */
export function jsonText(value: string): string | null {
  return isPlain(value) ? JSON.stringify(value) : null
}

/** A string within an OData filter, ready for a URL. */
export function odataText(value: string): string | null {
  const quoted = urlText(value.replaceAll("'", "''"))
  return quoted === null ? null : `%27${quoted}%27`
}

function isPlain(value: string): boolean {
  return value !== '' && value.length <= 320 && !UNSHOWABLE.test(value)
}
