import { jsonText, nftText, odataText, powershellText, shellText, urlText } from './quote.ts'

/** What is known about an alert when its commands are written. */
export type CommandValues = {
  /** The account in trouble. */
  account: string | null
  /** The address that it came from: only a valid IP address. */
  address: string | null
  /** The same as a network of one: `203.0.113.7/32`. */
  cidr: string | null
  /** `#microsoft.graph.iPv4CidrRange` or `#microsoft.graph.iPv6CidrRange`: what Graph calls such a network. */
  cidrType: string | null
  /** An hour before the first evidence and after the last: ISO 8601. */
  from: string
  to: string
}

const WRITERS = {
  ps: powershellText,
  url: urlText,
  json: jsonText,
  odata: odataText,
  sh: shellText,
  nft: nftText,
}

/**
 * Fills a command: `{ps:account}`, `{url:account}`, `{json:cidr}`, `{odata:account}`, `{sh:account}`,
 * `{nft:address}`. The word before the colon says how
 * the value is quoted. Null when a value is missing or cannot be quoted safely.
 */
export function fillCommand(template: string, values: CommandValues): string | null {
  let isWhole = true
  const filled = template.replaceAll(/\{(ps|url|json|odata|sh|nft):([a-zA-Z]+)\}/g, (_, writer, name) => {
    const value = Object.hasOwn(values, name) ? values[name as keyof CommandValues] : null
    const text = value === null ? null : WRITERS[writer as keyof typeof WRITERS](value)
    if (text === null) isWhole = false
    return text ?? ''
  })
  return isWhole ? filled : null
}
