/** What people have set up, as the store has it: an administrator, ways to be told, backups. */
import type { Channel } from '../domain/channel.ts'
import { DAY, formatSpan, type Millis, toIso } from '../domain/time.ts'
import { auditReads } from '../store/sqlite/audit.ts'
import { backupFolder } from '../store/sqlite/backup-folder.ts'
import type { Connection } from '../store/sqlite/connection.ts'
import { deliveryReads } from '../store/sqlite/deliveries.ts'
import { recordReads } from '../store/sqlite/records.ts'
import { type Finding, findings } from './finding.ts'

export function examineAdmins(db: Connection): Finding {
  const { ok, warn } = findings('administrator')
  const users = recordReads(db)
    .records('user')
    .map(({ body }) => body as { role?: string; disabled?: boolean })
  const admins = users.filter(({ role, disabled }) => role === 'admin' && disabled !== true).length
  if (admins > 0) return ok(admins === 1 ? 'there is one' : `there are ${admins}`)
  return warn(
    'nobody can sign in and change the installation yet',
    'Open the link that the server prints at its start, or set VEDETTE_ADMIN_PASSWORD before the first one.',
  )
}

export function examineChannels(db: Connection, now: Millis): Finding {
  const { ok, warn } = findings('channels')
  const channels = recordReads(db)
    .records('channel')
    .map(({ body }) => body as unknown as Channel)
    .filter(({ enabled }) => enabled)
  if (channels.length === 0) {
    return warn(
      'nobody is told of an alert who does not look at the dashboard',
      'Set one up under Settings, Notifications, and try it there.',
    )
  }
  const failed = deliveryReads(db)
    .deliveries({ state: 'failed', size: 100 })
    .items.filter(({ finishedAt }) => finishedAt !== null && now - finishedAt < DAY)
  const names = new Map(channels.map(({ id, name }) => [id, name]))
  const silent = [...new Set(failed.map(({ channel }) => names.get(channel) ?? channel))]
  if (silent.length === 0) return ok(channels.map(({ name, kind }) => `${name} (${kind})`).join(', '))
  return warn(
    `in the last day not everything reached ${silent.join(', ')}: ${failed[0]!.error ?? 'no reason was given'}`,
    'Test it under Settings, Notifications, then send what failed again there.',
  )
}

export function examineBackups(folder: string, db: Connection, now: Millis): Finding {
  const { ok, warn } = findings('backups')
  const schedule = recordReads(db).record('setting', 'backup')?.body as { enabled?: boolean } | undefined
  const newest = backupFolder(folder).list()[0]
  if (newest && now - newest.at < 2 * DAY) return ok(`the newest is of ${toIso(newest.at)}`)
  const age = newest ? `the newest is ${formatSpan(now - newest.at)} old` : 'there is none yet'
  if (schedule?.enabled === false) {
    return warn(`${age}, and the daily one is off`, 'Switch it on under Settings, Data and backups.')
  }
  // A new installation has had no night yet.
  if (!newest && isYoung(db, now)) return ok(`${age}; the daily one comes tonight`)
  return warn(age, 'Make one (npm run backup) and see what it says; the server must run at night.')
}

/** Of the newest entry of the audit trail; null: it has none. */
export function newestEntry(db: Connection): Millis | null {
  return auditReads(db).audit(1).items[0]?.at ?? null
}

function isYoung(db: Connection, now: Millis): boolean {
  const first = db.prepare<[], number>('SELECT min(applied) FROM migration').pluck().get()
  return first === undefined || now - first < 2 * DAY
}
