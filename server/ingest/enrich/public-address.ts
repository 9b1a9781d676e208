/** Which addresses have a place on the map at all. */
import { BlockList, isIP } from 'node:net'

/** False for private, loopback, link-local, documentation, multicast and other reserved addresses, and for no address. */
export function isPublic(ip: string): boolean {
  const family = isIP(ip)
  return family !== 0 && !RESERVED.check(ip, family === 6 ? 'ipv6' : 'ipv4')
}

const RESERVED = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  RESERVED.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001:db8::', 32],
] as const) {
  RESERVED.addSubnet(network, prefix, 'ipv6')
}
