/** `MailItemsAccessed`: how much mail was read, and with which program. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, text } from '../../clean.ts'
import type { MailboxFacts } from '../mailbox.ts'

/**
 * `type` is Bind (single mails) or Sync (a whole folder into a program); `throttled`: Exchange stopped writing records
 * for a day because there were more than 1,000 in 24 hours (Microsoft on MailItemsAccessed); `app` the id of the program.
 */
export function readingOf(audit: Fields): MailboxFacts | null {
  const reading: Fields = {}
  const properties = Array.isArray(audit['OperationProperties']) ? audit['OperationProperties'] : []
  const value = (name: string) => {
    const pair = properties.find((one) => isObject(one) && one['Name'] === name)
    return isObject(pair) ? text(pair['Value']) : undefined
  }
  put(reading, 'type', value('MailAccessType'))
  if (/^true$/i.test(value('IsThrottled') ?? '')) reading['throttled'] = true
  const operations = Number(audit['OperationCount'])
  if (operations > 0) reading['operations'] = operations
  const folders = audit['ExchangeAggregatedFolders'] ?? audit['Folders']
  if (Array.isArray(folders)) reading['folders'] = folders.length
  put(reading, 'app', appOf(audit))
  return { mailbox: { reading } }
}

function appOf(audit: Fields): string | undefined {
  const context: Json | undefined = audit['AppAccessContext']
  return (
    text(audit['ClientAppId']) ??
    (isObject(context) ? text(context['ClientAppId']) : undefined) ??
    text(audit['AppId'])
  )
}
