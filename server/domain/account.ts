import type { Account } from './event.ts'
import { type Fields, type Json, textAt, valuesAt } from './json.ts'

/** The account of an event, as alerts name it. */
export function accountOf(fields: Fields): Account {
  const text = textAt(fields, 'user.email') ?? textAt(fields, 'user.name') ?? textAt(fields, 'user.id')
  return text ? text.toLowerCase() : null
}

// Audit log and sign-in log spell one person differently, so what names an account is compared lower-cased.
const ACCOUNT_FIELD =
  /^(user\.(name|email|id|domain)|.*\.(user_principal_name|userPrincipalName|UserId|MailboxOwnerUPN))$/i

export function isAccountField(path: string): boolean {
  return ACCOUNT_FIELD.test(path)
}

/**
 * The values by which events join on a field: account fields lower-cased, and a `user.name` that holds a whole
 * address as its local part (Elastic's newer documents). Empty strings and nulls never join. Types stay apart: 5 is not "5".
 */
export function joinValues(fields: Fields, path: string): Json[] {
  const isAccount = isAccountField(path)
  const values: Json[] = []
  for (const value of valuesAt(fields, path)) {
    if (value === '' || typeof value === 'object') continue
    const key = isAccount && typeof value === 'string' ? accountKey(path, value) : value
    if (!values.includes(key)) values.push(key)
  }
  return values
}

function accountKey(path: string, value: string): string {
  const lower = value.toLowerCase()
  return path === 'user.name' && lower.indexOf('@') > 0 ? lower.slice(0, lower.indexOf('@')) : lower
}
