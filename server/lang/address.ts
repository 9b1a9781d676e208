/** IP addresses and CIDR blocks, both families. An address is its bits as a number or bigint. */
export type Address = { family: 4 | 6; bits: bigint }
export type Block = { address: Address; prefix: number }

/** An IPv4 or IPv6 address, null if the text is none. An IPv4 address mapped into IPv6 is the IPv4 address. */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null
  return text.includes(':') ? parseSix(text) : parseFour(text)
}

/** `10.0.0.0/8`, or a bare address, which is a block of one. Bits of the host may be set. */
export function parseBlock(text: string): Block | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (!address) return null
  const width = address.family === 4 ? 32 : 128
  if (slash === -1) return { address, prefix: width }
  const prefix = text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return null
  return { address, prefix: Number(prefix) }
}

/** A block given with a slash; null for anything else. */
export function parseCidr(text: string): Block | null {
  return text.includes('/') ? parseBlock(text) : null
}

export function inBlock(address: Address, block: Block): boolean {
  if (address.family !== block.address.family) return false
  const host = BigInt((address.family === 4 ? 32 : 128) - block.prefix)
  return address.bits >> host === block.address.bits >> host
}

export function orderAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family
  return a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0
}

function parseFour(text: string): Address | null {
  let bits = 0
  let digits = 0
  let part = 0
  let parts = 1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) {
      if (digits === 0) return null
      bits = bits * 256 + part
      parts++
      part = digits = 0
      continue
    }
    if (code < 48 || code > 57 || ++digits > 3) return null
    part = part * 10 + code - 48
    if (part > 255) return null
  }
  if (parts !== 4 || digits === 0) return null
  return { family: 4, bits: BigInt(bits * 256 + part) }
}

function parseSix(text: string): Address | null {
  const zone = text.indexOf('%')
  let rest = zone === -1 ? text : text.slice(0, zone)
  const lastColon = rest.lastIndexOf(':')
  if (rest.includes('.')) {
    const four = parseFour(rest.slice(lastColon + 1))
    if (!four) return null
    const high = (four.bits >> 16n).toString(16)
    const low = (four.bits & 0xffffn).toString(16)
    rest = `${rest.slice(0, lastColon + 1)}${high}:${low}`
  }
  const halves = rest.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head!.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return null
  const groups = [...head!, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])]
  let bits = 0n
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null
    bits = (bits << 16n) | BigInt(Number.parseInt(group, 16))
  }
  if (bits >> 32n === 0xffffn) return { family: 4, bits: bits & 0xffffffffn }
  return { family: 6, bits }
}
