/** The store's file, read only, beside a running server or without one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, openConnection } from '../store/sqlite/connection.ts'
import { firstMissing, shippedMigrations } from '../store/sqlite/migrate.ts'
import { type Finding, findings, reasonOf } from './finding.ts'

const { ok, warn, fail } = findings('database')

/**
 * Opens `vedette.db`, reads every page of it (`quick_check`), and lets `look` read on where the schema is this
 * program's. A large file takes minutes.
 */
export function examineDatabase(folder: string, look: (db: Connection) => Finding[]): Finding[] {
  const file = join(folder, 'vedette.db')
  if (!existsSync(file)) return [ok('there is none yet: it is made at the first start')]
  let db: Connection
  try {
    db = openConnection(file, true)
  } catch (error) {
    return [fail(`${file} cannot be opened: ${reasonOf(error)}`, RESTORE)]
  }
  try {
    const schema = examineSchema(db)
    const looked = schema.level === 'ok' ? look(db) : []
    return [examinePages(db), schema, ...looked]
  } catch (error) {
    return [fail(`${file} cannot be read: ${reasonOf(error)}`, RESTORE)]
  } finally {
    db.close()
  }
}

const RESTORE =
  'Stop the server, keep a copy of the data folder, then put a backup in its place: npm run restore -- FILE --replace.'

function examinePages(db: Connection): Finding {
  const said = db.pragma('quick_check(5)') as { quick_check: string }[]
  if (said.length === 1 && said[0]!.quick_check === 'ok') return ok('every page can be read')
  return fail(`it is damaged: ${said.map((row) => row.quick_check).join('; ')}`, RESTORE)
}

function examineSchema(db: Connection): Finding {
  const newest = shippedMigrations().at(-1)!
  try {
    const missing = firstMissing(db)
    if (missing === null) return ok(`the schema is ${newest.name}`)
    return warn(
      `the schema is older than the program: ${missing.name} is missing`,
      'The next start upgrades it and keeps a copy from before; npm run restore -- --rollback goes back.',
    )
  } catch (error) {
    return fail(
      reasonOf(error),
      'Start the version that wrote it, or restore a backup of before the upgrade.',
    )
  }
}
