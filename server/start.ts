// `npm start`: builds the dashboard, then runs the server in this same process, so that signals reach it.
// better-sqlite3 crashes on older runtimes, so the version is checked before anything loads it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

if (Number(process.version.slice(1).split('.')[0]) < 24) {
  console.error(
    `Vedette needs Node 24, and this is ${process.version}. Run "npm ci", then "npm start": npm brings it.`,
  )
  process.exit(1)
}

// In a process of its own: the build tool would stay in this one's memory for as long as the server runs.
const root = fileURLToPath(new URL('..', import.meta.url))
const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url))
const build = spawn(process.execPath, [vite, 'build', 'client', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
})
const stopBuild = () => build.kill()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stopBuild)
const [code] = (await once(build, 'exit')) as [number | null]
if (code !== 0) {
  console.error('The dashboard could not be built, so the server was not started.')
  process.exit(1)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stopBuild)
await import('./main.ts')
