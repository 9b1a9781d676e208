/** An alert's sentence as part of a longer one: without the account that the whole is about, with what it leaves out. */
import type { Alert } from '../../domain/alert.ts'
import { showValue } from '../summary.ts'

/** `ann@example.org sent 60 mails` is `sent 60 mails` where the sentence is about her. */
export function phraseOf(alert: Pick<Alert, 'summary'>, about: string): string {
  const name = escape(showValue(about))
  const text = alert.summary.trim()
  const start = new RegExp(`^${name}(?=[:,\\s])[:,]?\\s+(?=\\S)`, 'i')
  if (start.test(text)) return text.replace(start, '')
  const into = new RegExp(`\\bgot into ${name}(?=$|[\\s,;.])`, 'i')
  const end = new RegExp(`(?::|\\sfor)\\s+${name}(?=$|[\\s,;.])`, 'i')
  return text.replace(into, 'got in').replace(end, '').trim() || text
}

/** Further accounts that an attack got into, as an alert's facts name them; its own account is not among them. */
export function othersEntered({ facts, user }: Pick<Alert, 'facts' | 'user'>): string[] {
  const entered = facts['entered']
  if (!Array.isArray(entered)) return []
  return entered.filter((one): one is string => typeof one === 'string' && one !== user)
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
