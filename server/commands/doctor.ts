/** `npm run doctor`: whether the installation is sound, line by line, with what to do where it is not. */
import { parseArgs } from 'node:util'
import { examine } from '../doctor/doctor.ts'
import type { Finding } from '../doctor/finding.ts'
import { isEntry } from './entry.ts'

export const USAGE = `Usage: npm run --silent doctor

Looks at the settings (environment and .env) and at what they name: data folder, disk, database, port, public address,
TLS and GeoIP files, channels, backups, clock. The server may run or not; nothing is changed. Run it as the user that
the server runs as. Exit 1 when something fails.`

/** `fail  disk: 12 MB free of 20.0 GB` and, below it, what to do. */
export function findingText({ level, subject, said, remedy }: Finding): string {
  const line = `${level.padEnd(4)}  ${subject}: ${said}`
  return remedy === null ? line : `${line}\n      -> ${remedy}`
}

/** The last line, and what to exit with. */
export function verdictOf(findings: readonly Finding[]): { said: string; code: 0 | 1 } {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length
  const [fails, warnings] = [count('fail'), count('warn')]
  if (fails + warnings === 0) return { said: 'All is well.', code: 0 }
  const parts = [fails > 0 && `${fails} to repair`, warnings > 0 && `${warnings} to look at`]
  return { said: `${parts.filter(Boolean).join(', ')}.`, code: fails > 0 ? 1 : 0 }
}

if (isEntry(import.meta.url)) {
  try {
    parseArgs({ args: process.argv.slice(2), options: {} })
    const found: Finding[] = []
    const given = {
      env: process.env,
      folder: process.cwd(),
      now: Date.now(),
      nodeVersion: process.version,
    }
    for await (const finding of examine(given)) {
      found.push(finding)
      console.log(findingText(finding))
    }
    const { said, code } = verdictOf(found)
    console.log(`\n${said}`)
    process.exitCode = code
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exitCode = 1
  }
}
