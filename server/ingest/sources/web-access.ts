/** Access logs of web servers in the common and the combined format, in ECS as Elastic's nginx and apache modules use it. */
import { isIP } from 'node:net'
import type { Fields } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import type { Additions } from '../additions.ts'
import { textAt } from '../../domain/json.ts'
import { parseTime } from '../time-text.ts'

export type WebAccess = { dataset: string; time: Millis | null; additions: Additions }

/** What a line says of one request, or null if it is no access log. `fields`: the document around it. */
export function webAccess(line: string, program: string | null, fields: Fields): WebAccess | null {
  // The end of the time and the begin of the request: no other line has them.
  if (!line.includes('] "')) return null
  const parts = ACCESS.exec(line)
  if (!parts) return null
  const [, vhost, client, ident, account, stamp, request, status, bytes, referrer, agent] = parts
  const time = stampOf(stamp!)
  if (time === null) return null
  const ip = isIP(client!) ? client! : undefined
  const code = Number(status)
  const server = vhost === undefined ? null : /^(.*?)(?::(\d{1,5}))?$/.exec(vhost)
  return {
    dataset: datasetOf(program, fields),
    time,
    additions: [
      ['event.kind', 'event'],
      ['event.category', ['web']],
      ['event.type', ['access']],
      ['event.outcome', code < 400 ? 'success' : 'failure'],
      ['source.address', client],
      ['source.ip', ip],
      ['source.domain', ip === undefined ? client : undefined],
      ['user.name', said(account)],
      ['user.id', said(ident)],
      ...requestFields(request!),
      ['http.request.referrer', said(referrer && unescape(referrer))],
      ['http.response.status_code', code],
      ['http.response.body.bytes', bytes === '-' ? undefined : Number(bytes)],
      ['user_agent.original', said(agent && unescape(agent))],
      ['url.domain', server?.[1]],
      ['url.port', server?.[2] === undefined ? undefined : Number(server[2])],
      ['related.ip', ip === undefined ? undefined : [ip]],
      ['related.user', said(account) === undefined ? undefined : [account!]],
    ],
  }
}

// Quotes within a part are escaped (`\"`, `\x22`). A virtual host may stand first.
const QUOTED = String.raw`"((?:[^"\\]|\\[^])*)"`
const ACCESS = new RegExp(
  String.raw`^(?:(\S{1,255}) )?(\S{1,255}) (\S{1,64}) (\S{1,255}|"[^"]{0,255}") \[([^\]]{20,40})\] ${QUOTED} (\d{3}) (\d{1,15}|-)(?: ${QUOTED} ${QUOTED})?(?: |$)`,
)

function requestFields(request: string): Additions {
  const parts = /^([A-Za-z]{1,32}) ([^]*?)(?: HTTP\/(\d(?:\.\d)?))?$/.exec(unescape(request))
  // Scanners send what is no request: TLS hellos, nothing at all.
  if (!parts) return [['http.request.original', request]]
  const [, method, target, version] = parts
  const mark = target!.indexOf('?')
  const path = (mark === -1 ? target! : target!.slice(0, mark)).replace(/#[^]*$/, '')
  return [
    ['http.request.method', method],
    ['http.version', version],
    ['url.original', target],
    ['url.path', path.startsWith('/') ? path : undefined],
    ['url.query', mark === -1 ? undefined : target!.slice(mark + 1)],
  ]
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `10/Oct/2026:13:55:36 -0700`. */
function stampOf(stamp: string): Millis | null {
  const parts = /^(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4})$/.exec(stamp)
  const month = parts ? MONTHS.indexOf(parts[2]!) + 1 : 0
  if (!parts || month === 0) return null
  const date = `${parts[3]}-${String(month).padStart(2, '0')}-${parts[1]!.padStart(2, '0')}`
  return parseTime(`${date}T${parts[4]}${parts[5]}`) ?? null
}

const PLACES = ['log.file.path', 'filename', 'file', 'path', 'tag', 'container.name', 'service.name']

function datasetOf(program: string | null, fields: Fields): string {
  const hints = [program, ...PLACES.map((path) => textAt(fields, path))].join(' ')
  if (/nginx/i.test(hints)) return 'nginx.access'
  return /apache|httpd/i.test(hints) ? 'apache.access' : 'web.access'
}

function said(text: string | undefined): string | undefined {
  return text === undefined || text === '-' || text === '' || text === '""' ? undefined : text
}

function unescape(text: string): string {
  return text.replaceAll('\\"', '"').replaceAll('\\x22', '"')
}
