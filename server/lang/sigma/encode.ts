/** The modifiers that turn a value into what it looks like encoded. */
import { Buffer } from 'node:buffer'

export type Encoding = 'utf16le' | 'utf16be' | 'utf16'

/** UTF-16, with the mark of the byte order where the modifier is `utf16`. */
export function toUtf16(text: string, encoding: Encoding): Uint8Array {
  const little = Buffer.from(text, 'utf16le')
  if (encoding === 'utf16le') return little
  if (encoding === 'utf16be') return Buffer.from(little).swap16()
  return Buffer.concat([Buffer.from([0xff, 0xfe]), little])
}

export function toUtf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/**
 * The three ways a text can look inside a longer text in base64, by how many bytes stand before it. Characters at the ends
 * that also hold bits of the neighbours are cut off. Counted in bytes, not in characters.
 */
export function base64Offsets(bytes: Uint8Array): string[] {
  const start = [0, 2, 3]
  const end = [undefined, -3, -2]
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset, 0x20), bytes])
    return padded.toString('base64').slice(start[offset], end[padded.length % 3])
  })
}

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015']

/** The value with each dash that starts a word as the five characters that Windows takes for one. */
export function dashVariants(text: string): string[] {
  return [...new Set(DASHES.map((dash) => text.replaceAll(/\B[-/]\b/g, dash)))]
}
