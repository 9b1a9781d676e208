/** Brings a file to the newest schema: plain numbered SQL, all that is missing in one transaction. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Connection } from './connection.ts'

export type Migration = { number: number; name: string; sql: string; sha256: string }

const FOLDER = new URL('../../../migrations/', import.meta.url)

/** The migrations that came with this program, in order: `0001-name.sql`. */
export function shippedMigrations(folder: URL = FOLDER): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}-.+\.sql$/.test(name))
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, folder), 'utf8')
    return {
      number: Number(name.slice(0, 4)),
      name,
      sql,
      sha256: createHash('sha256').update(sql).digest('hex'),
    }
  })
}

/**
 * Applies what is missing, or nothing of it. Throws when the file is newer than the program, or was made by other
 * migrations, or one of them fails: the file is as it was then.
 */
export function migrate(db: Connection, migrations: Migration[] = shippedMigrations()): void {
  db.exec(`CREATE TABLE IF NOT EXISTS migration(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INT NOT NULL)`)
  const record = db.prepare('INSERT INTO migration(number, name, sha256, applied) VALUES (?, ?, ?, ?)')
  db.transaction(() => {
    for (const { number, name, sql, sha256 } of missing(db, migrations)) {
      try {
        db.exec(sql)
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new Error(
          `The database could not be upgraded (${name}: ${why}). It is as it was: start the version of Vedette that wrote it, or restore a backup.`,
          { cause: error },
        )
      }
      record.run(number, name, sha256, Date.now())
    }
  }).immediate()
}

/** The first migration that a file with data lacks; null: it is new, or has them all. Throws as `migrate` does. */
export function firstMissing(
  db: Connection,
  migrations: Migration[] = shippedMigrations(),
): Migration | null {
  const lacking = missing(db, migrations)[0]
  return lacking && appliedTo(db).length > 0 ? lacking : null
}

/** Throws unless the file has exactly this program's schema: a reader cannot bring it there. */
export function requireMigrated(db: Connection, migrations: Migration[] = shippedMigrations()): void {
  const first = missing(db, migrations)[0]
  if (first) throw new Error(`The database has not been migrated yet: ${first.name} is missing.`)
}

function missing(db: Connection, migrations: Migration[]): Migration[] {
  const applied = appliedTo(db)
  const newest = applied.at(-1)
  const known = migrations.at(-1)?.number ?? 0
  if (newest && newest.number > known) {
    throw new Error(
      `The database was written by a newer Vedette (${newest.name}; this one knows up to ${known}). Start that version.`,
    )
  }
  for (const { number, name, sha256 } of applied) {
    const ours = migrations.find((migration) => migration.number === number)
    if (ours?.sha256 !== sha256) {
      throw new Error(
        `The database was made with another ${name} than this program's. Restore a backup or the program.`,
      )
    }
  }
  const has = new Set(applied.map(({ number }) => number))
  return migrations.filter(({ number }) => !has.has(number))
}

function appliedTo(db: Connection): Omit<Migration, 'sql'>[] {
  const made = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migration'`).get()
  if (!made) return []
  return db
    .prepare<[], Omit<Migration, 'sql'>>('SELECT number, name, sha256 FROM migration ORDER BY number')
    .all()
}
