/**
 * Cursors as callers see them: the store's own, with the list that it belongs to and a checksum. A cursor that was
 * cut, mistyped or taken from another list is then a mistake of the caller's, whatever the store would make of it.
 */
import { createHash } from 'node:crypto'
import { Problem } from './problem.ts'

export function sealCursor(list: string, cursor: string | null): string | null {
  return cursor === null ? null : `${Buffer.from(cursor).toString('base64url')}.${checksum(list, cursor)}`
}

/** The store's cursor, as an object to spread into a filter. Throws 400 for what `sealCursor` did not give. */
export function openCursor(list: string, text: string | undefined): { cursor?: string } {
  if (text === undefined) return {}
  const [body = '', sum = ''] = text.split('.')
  const cursor = Buffer.from(body, 'base64url').toString('utf8')
  if (sealCursor(list, cursor) === `${body}.${sum}` && cursor !== '') return { cursor }
  throw new Problem('invalidQuery', 'cursor: use `nextCursor` of the page before, unchanged.')
}

function checksum(list: string, cursor: string): string {
  return createHash('sha256').update(`${list}\0${cursor}`).digest('base64url').slice(0, 8)
}
