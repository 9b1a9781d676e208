/** How one shipper is set up to send here. */

/** Where the shipper has to send, taken apart as each configuration wants it. */
export type Target = {
  /** `https://siem.example.org`: without a port where it is the usual one. */
  url: string
  /** `https://siem.example.org:443`: many clients take 9200 when no port is said. */
  node: string
  protocol: 'http' | 'https'
  host: string
  port: number
  tls: boolean
  /** Stands where the key has to be put. */
  key: string
}

export type Shipper = {
  /** As in `?shipper=`. */
  name: string
  title: string
  /** Of `text`, for highlighting: `yaml`, `sh`, `js`. */
  language: string
  /** Where `text` belongs. */
  path: string
  text(target: Target): string
  /** What to do, in order. */
  steps(target: Target): string[]
  /** What it does when the server is full or away, and known traps. */
  notes: string[]
}

/** The real key is filled in by whoever shows the text: it must not travel in an address of ours. */
export const KEY_PLACEHOLDER = 'YOUR_KEY'

/** `origin`: an address of http or https without a path. */
export function targetOf(origin: string): Target {
  const { protocol, hostname, port, host } = new URL(origin)
  const tls = protocol === 'https:'
  const name = tls ? 'https' : 'http'
  const number = port === '' ? (tls ? 443 : 80) : Number(port)
  return {
    url: `${name}://${host}`,
    node: `${name}://${hostname}:${number}`,
    protocol: name,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: number,
    tls,
    key: KEY_PLACEHOLDER,
  }
}
