/** `email.*` of an audit record: who mail goes to by a rule, and the message that was touched. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, text, unique } from '../../clean.ts'

export function emailOf(audit: Fields): Fields {
  const email: Fields = {}
  const parameters = audit['Parameters']
  if (isObject(parameters)) {
    const targets = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo'].flatMap((key) =>
      addresses(parameters[key]),
    )
    if (targets.length > 0) email['to'] = { address: unique(targets) }
    const from = unique(addresses(parameters['From']))
    if (from.length > 0) email['from'] = { address: from.length > 1 ? from : from[0]! }
  }
  const item = audit['Item']
  if (!isObject(item)) return email
  const subject = text(item['Subject'])
  const message = text(item['InternetMessageId'])
  if (subject) email['subject'] = [subject]
  if (message) email['message_id'] = [message]
  const attachments = text(item['Attachments'])
  if (attachments) put(email, 'attachments', attachmentsOf(attachments))
  return email
}

/**
 * `a.png (599b); b (1).docx (73728b)` -> `[{file: {name, extension, size}}]`. A name may hold brackets and
 * semicolons: it ends only at a size.
 */
export function attachmentsOf(list: string): Json[] {
  const found: Json[] = []
  let name = ''
  for (const part of list.split(';')) {
    name = name === '' ? part : `${name};${part}`
    const sized = SIZED.exec(part)
    if (!sized) continue
    found.push(attachment(name.slice(0, name.length - sized[0].length), Number(sized[1])))
    name = ''
  }
  if (name.trim() !== '') found.push(attachment(name, undefined))
  return found
}

const SIZED = / \((\d{1,15})b\)\s*$/

function attachment(text: string, size: number | undefined): Json {
  const name = text.trim()
  const dot = name.lastIndexOf('.')
  const file: Fields = { name }
  if (dot > 0 && dot < name.length - 1) file['extension'] = name.slice(dot + 1)
  if (size !== undefined) file['size'] = size
  return { file }
}

function addresses(value: Json | undefined): string[] {
  if (typeof value !== 'string') return []
  return value.split(';').map((address) => address.trim())
}
