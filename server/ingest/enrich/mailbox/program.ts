/** Which kind of program did something in a mailbox: one session of a person is one kind. */
import type { Fields } from '../../../domain/json.ts'
import { text } from '../../clean.ts'

/**
 * `ClientInfoString` names the protocol first and, for browsers, the system in the user agent:
 * `Client=OWA;Mozilla/5.0 (Macintosh; ...)` -> `owa macintosh`; `Client=MSExchangeRPC` -> `msexchangerpc`.
 */
export function programOf(audit: Fields): string | undefined {
  const info = text(audit['ClientInfoString'])
  const protocol = info === undefined ? null : /^Client=([A-Za-z0-9]{1,40})/.exec(info)
  if (!info || !protocol) return undefined
  const system = /\((Windows|Macintosh|X11|Linux|iPhone|iPad|Android)/.exec(info)
  return [protocol[1], system?.[1]].filter(Boolean).join(' ').toLowerCase()
}
