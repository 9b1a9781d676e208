/** Looks at everything that an installation stands on, with the server running or not. Changes nothing. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Millis } from '../domain/time.ts'
import { isClaimed } from '../store/sqlite/claim.ts'
import { type Ask, askHealth, examineEncryption, examinePort, examinePublicUrl, localUrl } from './address.ts'
import { examineDatabase } from './database.ts'
import { examineEnvFile, examineGeoip, examineTls } from './files.ts'
import type { Finding } from './finding.ts'
import { examineDisk, examineFolder, isOurs, type Owner, thisUser } from './folder.ts'
import { examineClock, examineRuntime } from './runtime.ts'
import { examineSettings } from './settings.ts'
import { examineAdmins, examineBackups, examineChannels, newestEntry } from './stored.ts'

export type Examined = {
  env: Record<string, string | undefined>
  /** Where `.env` lies. */
  folder: string
  now: Millis
  nodeVersion: string
  user?: Owner
  ask?: Ask
}

/** One finding after the other, the quick ones first, so that the first lines are there at once. */
export async function* examine(given: Examined): AsyncGenerator<Finding> {
  const { env, folder, now, nodeVersion, user = thisUser(), ask = askHealth } = given
  yield examineRuntime(nodeVersion)
  const { config, found } = examineSettings(env, folder)
  yield* found
  yield* examineEnvFile(join(folder, '.env'))
  yield* examineFolder(config.data, user)
  yield examineDisk(config.data, config.maxDisk)

  const isReadable =
    existsSync(config.data) && statSync(config.data).isDirectory() && isOurs(config.data, user)
  const url = localUrl(config)
  const answered = url === null ? null : await ask(url)
  yield await examinePort(config, answered, isReadable && isClaimed(config.data))
  yield* examineEncryption(config)
  yield await examinePublicUrl(config, answered?.ours === true, ask)
  yield* examineTls(config.tls, config.publicUrl, now)
  yield* await examineGeoip(config.geoip, now)

  let newest: Millis | null = null
  if (isReadable) {
    yield* examineDatabase(config.data, (db) => {
      newest = newestEntry(db)
      return [examineAdmins(db), examineChannels(db, now), examineBackups(config.data, db, now)]
    })
  }
  // The answer's own moment: what was looked at before it took time.
  const drift = answered?.ours && answered.date !== null ? now + answered.date - answered.at : null
  yield examineClock(now, { newest, server: drift })
}
