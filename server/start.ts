// `npm start`: builds the dashboard, then runs the server in this same process, so that signals reach it.
// better-sqlite3 crashes on older runtimes, so the version is checked before anything loads it.
if (Number(process.version.slice(1).split('.')[0]) < 24) {
  console.error(
    `Vedette needs Node 24, and this is ${process.version}. Run "npm ci", then "npm start": npm brings it.`,
  )
  process.exit(1)
}

const { fileURLToPath } = await import('node:url')
const { build } = await import('vite')
await build({ root: fileURLToPath(new URL('../client', import.meta.url)), logLevel: 'warn' })
await import('./main.ts')
export {}
