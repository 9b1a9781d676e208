/** What a document's line of text says, added beside it: authentication, web requests, the header of syslog. */
import { type Fields, valueAt } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import { addFields } from '../additions.ts'
import { hostOf, type Line, lineOf } from './syslog/carrier.ts'
import { type SyslogHeader, parseHeader } from './syslog/header.ts'
import { syslogFields } from './syslog/fields.ts'
import { AUTH_DATASET, authEvent, authFields, isAuthProgram } from './system-auth.ts'
import { webAccess } from './web-access.ts'
import { windowsFields } from './windows.ts'

/** `dataset`: what the document turned out to be, null if just a syslog line; `time`: what the line itself says. */
export type Completed = { dataset: string | null; time: Millis | null }

/**
 * Adds to `fields` what can be read out of the line that they carry; null, and nothing added, when that is nothing.
 * A document that says its `event.category` has been through a pipeline already and is left alone.
 */
export function completeLine(fields: Fields, receivedAt: Millis): Completed | null {
  if (isClassified(fields)) return null
  if (fields['winlog'] !== undefined) return completeWindows(fields)
  const line = lineOf(fields)
  if (!line) return null
  const header = line.program === null ? parseHeader(line.text, receivedAt) : null
  const program = line.program ?? header?.program ?? null
  const body = header ? header.body.trim() : line.text
  const event = authEvent(body, program)
  if (event) {
    addLine(fields, line, header, program)
    addFields(fields, authFields(event, header?.host ?? hostOf(fields)))
    return { dataset: AUTH_DATASET, time: header?.time ?? null }
  }
  const web = webAccess(body, program, fields)
  if (web) {
    addLine(fields, line, header, program)
    addFields(fields, web.additions)
    return { dataset: web.dataset, time: web.time }
  }
  if (!header && line.program === null) return null
  addLine(fields, line, header, program)
  const isAuth = program !== null && isAuthProgram(program)
  return { dataset: isAuth ? AUTH_DATASET : header ? 'system.syslog' : null, time: header?.time ?? null }
}

function isClassified(fields: Fields): boolean {
  if (fields['event'] === undefined) return fields['event.category'] !== undefined
  return valueAt(fields, 'event.category') !== undefined
}

function addLine(fields: Fields, line: Line, header: SyslogHeader | null, program: string | null): void {
  addFields(fields, syslogFields(fields, line, header, program))
}

function completeWindows(fields: Fields): Completed | null {
  const additions = windowsFields(fields)
  if (!additions) return null
  addFields(fields, additions)
  return { dataset: 'system.security', time: null }
}
