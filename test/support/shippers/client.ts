/** A real client that sends numbered lines, set up with the snippet that the server gives. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

export type Run = {
  /** Of this client alone. */
  folder: string
  /** The snippet's text with the key put in; nothing else of it is changed but paths. */
  snippet(shipper: string): Promise<string>
  /** What it has to send, in order: each text once. */
  lines: readonly string[]
  /** Over how long it spreads them. */
  pace: number
}

export type Client = {
  name: string
  /** The Debian package or the unpacked folder that is missing, or null. */
  missing(): string | null
  /** Fewer lines than the others, where each costs a process. */
  share?: number
  /** Resolves when it has nothing more to hand over, or its buffers are its own business. */
  send(run: Run): Promise<void>
}

/** Hands the lines over in small pieces, evenly over `pace`. */
export async function spread(
  { lines, pace }: Pick<Run, 'lines' | 'pace'>,
  take: (piece: readonly string[]) => unknown,
  pieces = 40,
): Promise<void> {
  const began = Date.now()
  const size = Math.max(1, Math.ceil(lines.length / pieces))
  for (let i = 0; i < lines.length; i += size) {
    await pause(began + (i / lines.length) * pace - Date.now())
    await take(lines.slice(i, i + size))
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}

const running = new Set<ChildProcess>()

/** Starts a process whose output goes into the client's folder. */
export function start(
  run: Pick<Run, 'folder'>,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): { exit: Promise<number | null> } {
  const log = createWriteStream(join(run.folder, 'output.log'), { flags: 'a' })
  const child = spawn(command, args, { cwd: run.folder, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  running.add(child)
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  const exit = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      log.write(`${error.message}\n`)
      resolve(null)
    })
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return { exit }
}

/** As a service manager does: started again, a little later, whenever it ends. */
export async function keepRunning(
  run: Pick<Run, 'folder'>,
  command: string,
  args: readonly string[],
  restartAfter: number,
): Promise<void> {
  const began = stops
  while (stops === began) {
    await start(run, command, args).exit
    await pause(restartAfter)
  }
}

/** Counted, not remembered: test files share this module, and a stop in one must not hold for the next. */
let stops = 0
process.once('exit', stopClients)

/** Ends every process that was started here and still runs. */
export function stopClients(): void {
  stops++
  for (const child of running) child.kill('SIGKILL')
}
