/** The data folder: whose it is, who else may read it, and how much room there is. */
import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RESERVE } from '../pipeline/room.ts'
import { type Finding, findings } from './finding.ts'

export type Owner = { uid: number | null; name: string }

/** Who runs this; no number where the system has none. */
export function thisUser(): Owner {
  return { uid: process.getuid?.() ?? null, name: process.env['USER'] ?? 'this user' }
}

/** Whether files may be opened without leaving some that the server's own user cannot write. */
export function isOurs(folder: string, user: Owner): boolean {
  return user.uid === null || statSync(folder).uid === user.uid
}

export function examineFolder(folder: string, user: Owner): Finding[] {
  const { ok, warn, fail } = findings('data folder')
  if (!existsSync(folder)) return [unmade(folder)]
  if (!statSync(folder).isDirectory()) {
    return [fail(`${folder} is a file`, 'Move it away, or set VEDETTE_DATA to a folder.')]
  }
  const { uid, mode } = statSync(folder)
  if (!isOurs(folder, user)) {
    return [
      warn(
        `${folder} belongs to another user (uid ${uid}), so its files were not opened`,
        'Run this as the user that the server runs as, e.g. sudo -u vedette npm run doctor.',
      ),
    ]
  }
  const found = [...unusable(folder)]
  if ((mode & 0o077) !== 0) {
    found.push(
      warn(`other users of this machine may look into ${folder}`, `Close it: chmod 700 ${quoted(folder)}`),
    )
  }
  return found.length > 0 ? found : [ok(`${folder}, for its owner only`)]
}

const MB = 1e6
const LITTLE = 1_000 * MB

/** `limit`: what VEDETTE_MAX_DISK says; null: 80 % of the volume. */
export function examineDisk(folder: string, limit: number | null): Finding {
  const { ok, warn, fail } = findings('disk')
  const place = nearest(folder)
  const { bavail, blocks, bsize } = statfsSync(place)
  const free = bavail * bsize
  const room = `${size(free)} free of ${size(blocks * bsize)}`
  const grow = 'Free some space, enlarge the disk, or set VEDETTE_DATA to a larger one.'
  if (free < RESERVE) return fail(`${room}: no more logs are taken`, grow)
  if (free < LITTLE) return warn(room, grow)
  if (limit !== null && limit > blocks * bsize) {
    return warn(
      `${room}, and VEDETTE_MAX_DISK is ${size(limit)}: the disk is full before that`,
      'Set it below the size of the disk, so that old events go in time.',
    )
  }
  return ok(room)
}

function unmade(folder: string): Finding {
  const { ok, fail } = findings('data folder')
  const parent = nearest(folder)
  try {
    accessSync(parent, constants.W_OK | constants.X_OK)
    return ok(`${folder} is made at the first start`)
  } catch {
    return fail(
      `${folder} is not there, and this user may not make it in ${parent}`,
      `Make it: sudo install -d -m 700 -o USER ${quoted(folder)}`,
    )
  }
}

function unusable(folder: string): Finding[] {
  const { fail } = findings('data folder')
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => {
    try {
      accessSync(join(folder, entry.name), constants.R_OK | constants.W_OK)
      return false
    } catch {
      return true
    }
  })
  if (found.length === 0) return []
  const names = found.slice(0, 5).map(({ name }) => name)
  return [
    fail(
      `this user may not write ${names.join(', ')}${found.length > 5 ? ' and more' : ''}`,
      `Give the files back to the server's user: sudo chown -R USER ${quoted(folder)}`,
    ),
  ]
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

function size(bytes: number): string {
  return bytes < 1_000 * MB ? `${Math.floor(bytes / MB)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
