/** Writes a tiny MaxMind DB, so that tests use the real reader without third-party data. */
import { isIPv4 } from 'node:net'

export type MmdbValue = string | number | boolean | MmdbValue[] | { [key: string]: MmdbValue }
type Node = { children: [Node | number | null, Node | number | null] }

/** The bytes of a database (format 2.0, 24-bit records, IPv6 tree with IPv4 under `::/96`) with these networks. */
export function writeMmdb(networks: { [cidr: string]: MmdbValue }, databaseType = 'Test-City'): Buffer {
  const root: Node = { children: [null, null] }
  const data: Buffer[] = []
  let offset = 0
  for (const [cidr, value] of Object.entries(networks)) {
    const encoded = encode(value)
    insert(root, bitsOf(cidr), offset)
    data.push(encoded)
    offset += encoded.length
  }
  const nodes = number(root)
  const tree = Buffer.alloc(nodes.length * 6)
  for (const [index, node] of nodes.entries()) {
    for (const side of [0, 1] as const) {
      const child = node.children[side]
      const record =
        child === null
          ? nodes.length
          : typeof child === 'number'
            ? nodes.length + 16 + child
            : nodes.indexOf(child)
      tree.writeUIntBE(record, index * 6 + side * 3, 3)
    }
  }
  const metadata = encode({
    binary_format_major_version: uint(5, 2),
    binary_format_minor_version: uint(5, 0),
    build_epoch: uint(9, 1_700_000_000),
    database_type: databaseType,
    description: { en: 'made for a test' },
    ip_version: uint(5, 6),
    languages: ['en'],
    node_count: uint(6, nodes.length),
    record_size: uint(5, 24),
  })
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata])
}

function insert(root: Node, bits: number[], offset: number): void {
  let node = root
  for (const [depth, bit] of bits.entries()) {
    const side = bit as 0 | 1
    if (depth === bits.length - 1) {
      node.children[side] = offset
      return
    }
    const next = node.children[side]
    if (typeof next === 'number') throw new Error('networks must not overlap')
    node = next ?? (node.children[side] = { children: [null, null] })
  }
}

function number(root: Node): Node[] {
  const nodes = [root]
  for (const node of nodes) {
    for (const child of node.children) if (child !== null && typeof child !== 'number') nodes.push(child)
  }
  return nodes
}

function bitsOf(cidr: string): number[] {
  const [address, prefix] = cidr.split('/') as [string, string]
  const bytes = isIPv4(address)
    ? [...Array<number>(12).fill(0), ...address.split('.').map(Number)]
    : v6(address)
  const length = Number(prefix) + (isIPv4(address) ? 96 : 0)
  return bytes
    .flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => (byte >> shift) & 1))
    .slice(0, length)
}

function v6(address: string): number[] {
  const [head, tail] = address.split('::') as [string, string | undefined]
  const words = (text: string | undefined) =>
    text ? text.split(':').map((word) => Number.parseInt(word, 16)) : []
  const before = words(head)
  const after = words(tail)
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return all.flatMap((word) => [word >> 8, word & 255])
}

class Uint {
  readonly type: number
  readonly value: number
  constructor(type: number, value: number) {
    this.type = type
    this.value = value
  }
}

function uint(type: number, value: number): MmdbValue {
  return new Uint(type, value) as unknown as MmdbValue
}

function encode(value: MmdbValue): Buffer {
  if (value instanceof Uint) return encodeUint(value.type, value.value)
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8')
    return Buffer.concat([control(2, text.length), text])
  }
  if (typeof value === 'boolean') return control(14, value ? 1 : 0)
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return encodeUint(6, value)
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return Buffer.concat([control(3, 8), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  const entries = Object.entries(value)
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, child]) => [encode(key), encode(child)]),
  ])
}

function encodeUint(type: number, value: number): Buffer {
  const hex = value === 0 ? '' : value.toString(16)
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([control(type, bytes.length), bytes])
}

function control(type: number, size: number): Buffer {
  if (size > 284) throw new Error('too large for a test database')
  const small = size < 29 ? size : 29
  const head = type > 7 ? [small, type - 7] : [(type << 5) | small]
  return Buffer.from(size < 29 ? head : [...head, size - 29])
}
