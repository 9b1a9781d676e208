/** A syslog line's own parts in ECS. */
import type { Fields } from '../../../domain/json.ts'
import type { Additions } from '../../additions.ts'
import { hostOf, type Line, pidOf } from './carrier.ts'
import type { SyslogHeader } from './header.ts'

export function syslogFields(
  fields: Fields,
  line: Line,
  header: SyslogHeader | null,
  program: string | null,
): Additions {
  const pid = Number(header?.pid ?? line.pid ?? pidOf(fields) ?? NaN)
  const priority = header?.priority ?? null
  return [
    ['message', 'message' in fields ? undefined : line.text],
    ['host.hostname', header?.host ?? hostOf(fields)],
    ['process.name', program],
    ['process.pid', Number.isSafeInteger(pid) ? pid : undefined],
    ['log.syslog.msgid', header?.messageId],
    ...(priority === null ? [] : priorityFields(priority)),
  ]
}

// RFC 5424, tables 1 and 2; the words are those of syslog.conf.
const SEVERITIES = 'emergency alert critical error warning notice informational debug'.split(' ')
const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )

export function priorityFields(priority: number): Additions {
  const [facility, severity] = [priority >> 3, priority & 7]
  return [
    ['log.syslog.priority', priority],
    ['log.syslog.facility.code', facility],
    ['log.syslog.facility.name', FACILITIES[facility]],
    ['log.syslog.severity.code', severity],
    ['log.syslog.severity.name', SEVERITIES[severity]],
  ]
}
