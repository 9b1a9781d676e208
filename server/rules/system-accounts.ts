/**
 * Who acts in a tenant without being a person of it. A fixed list: Microsoft's own actors as they stand in `UserId`, and
 * the kinds of user that the Management Activity API calls datacenter administrator (3), system (4), application (5) and
 * service principal (6).
 */
import { type Fields, textAt, valueAt } from '../domain/json.ts'

const ACTOR_NAMES: readonly RegExp[] = [
  /^nt authority\\/,
  /^s-1-5-(18|19|20)$/,
  /^nt service\\/,
  /^serviceprincipal_/,
  /^microsoft substrate management$/,
  /^microsoft office 365 portal$/,
  /^microsoft\.exchange\./,
  /^(dsp|bpos)[-_ ]/,
  /^devicemanagement$/,
  /^certificate$/,
  /^app@sharepoint$/,
  /^(fim|spo)_password_writeback$/,
]
const USER_TYPES: ReadonlySet<string> = new Set(['3', '4', '5', '6'])

export function isSystemActor(fields: Fields): boolean {
  const type = valueAt(fields, 'o365.audit.UserType')
  if ((typeof type === 'string' || typeof type === 'number') && USER_TYPES.has(`${type}`)) return true
  const names = [textAt(fields, 'user.id'), textAt(fields, 'o365.audit.UserId'), textAt(fields, 'user.name')]
  return names.some((name) => name !== undefined && isSystemName(name))
}

function isSystemName(name: string): boolean {
  const lower = name.toLowerCase()
  return ACTOR_NAMES.some((pattern) => pattern.test(lower))
}
