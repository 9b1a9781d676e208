/** One mail that was sent, moved or deleted, so that a mail and its deletion can be brought together. */
import { type Fields, type Json, isObject } from '../../../domain/json.ts'
import { put, text, unique } from '../../clean.ts'
import type { MailboxFacts } from '../mailbox.ts'
import { folderKind } from './place.ts'
import { isSecurityNotice } from './words.ts'

/** Prefixes of answers and of forwarded mail, in the languages of common mail programs. */
const REPLY = /^(re|aw|antw|sv|vs|ref|réf|res|rif|odp|ynt|回复|答复|回覆)$/i
const PREFIX =
  /^\s*(?:\[(?:ext|extern|external|externe?)\]\s*|(re|aw|antw|sv|vs|ref|réf|res|rif|odp|ynt|fw|fwd|wg|tr|rv|enc|i|vb|回复|答复|回覆|转发)(?:\s*[[(]\d+[\])])?\s*[:：]\s*)/i

/** A subject without `Re:` and the like, lower-cased, and whether it was an answer. */
export function subjectOf(subject: string): { base: string; isReply: boolean } {
  let rest = subject
  let isReply = false
  // Most subjects have no colon and no bracket, and so no prefix.
  const mayHave = /[:：\]]/.test(subject)
  for (let found = mayHave && PREFIX.exec(rest); found; found = PREFIX.exec(rest)) {
    if (found[1] !== undefined && REPLY.test(found[1])) isReply = true
    rest = rest.slice(found[0].length)
  }
  return { base: rest.trim().replaceAll(/\s+/g, ' ').toLowerCase(), isReply }
}

/** `Send`, `SendAs`, `SendOnBehalf`: the record names the mail, not who gets it. */
export function sentMail(audit: Fields): MailboxFacts | null {
  const item = audit['Item']
  const subject = isObject(item) ? text(item['Subject']) : undefined
  if (subject === undefined) return { mailbox: {} }
  const { base, isReply } = subjectOf(subject)
  const mail: Fields = {}
  put(mail, 'subject_base', base)
  if (isReply) mail['is_reply'] = true
  return { mail, mailbox: {} }
}

/** Deleted and moved mail: often several in one record. */
export function deletedMail(audit: Fields): MailboxFacts | null {
  const items = [audit['Item'], ...list(audit['AffectedItems'])].filter(isObject)
  const subjects = unique(items.map((item) => item['Subject']))
  const folders = unique([...items.map((item) => pathOf(item['ParentFolder'])), pathOf(audit['Folder'])])
  const to = pathOf(audit['DestFolder'])
  const mail: Fields = {}
  put(mail, 'subject_base', unique(subjects.map((subject) => subjectOf(subject).base)))
  put(mail, 'folder', folders)
  put(mail, 'place', unique(folders.map((path) => folderKind(path))))
  put(mail, 'moved_to', to)
  put(mail, 'moved_to_place', to && folderKind(to))
  if (subjects.some(isSecurityNotice)) mail['security_notice'] = true
  if (items.length > 0) mail['items'] = items.length
  return { mail, mailbox: {} }
}

function pathOf(folder: Json | undefined): string | undefined {
  return isObject(folder) ? (text(folder['Path']) ?? text(folder['Name'])) : undefined
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
