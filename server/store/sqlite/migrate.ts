/** Brings a file to the newest schema: plain numbered SQL, each file in one transaction with its `migration` row. */
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

/** Applies what is missing. Throws when the file is newer than the program, or was made by other migrations. */
export function migrate(db: Connection, migrations: Migration[] = shippedMigrations()): void {
  db.exec(`CREATE TABLE IF NOT EXISTS migration(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INT NOT NULL)`)
  const record = db.prepare('INSERT INTO migration(number, name, sha256, applied) VALUES (?, ?, ?, ?)')
  for (const { number, name, sql, sha256 } of missing(db, migrations)) {
    db.transaction(() => {
      db.exec(sql)
      record.run(number, name, sha256, Date.now())
    }).immediate()
  }
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
  return migrations.filter(({ number }) => number > (newest?.number ?? 0))
}

function appliedTo(db: Connection): Omit<Migration, 'sql'>[] {
  const made = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migration'`).get()
  if (!made) return []
  return db
    .prepare<[], Omit<Migration, 'sql'>>('SELECT number, name, sha256 FROM migration ORDER BY number')
    .all()
}
