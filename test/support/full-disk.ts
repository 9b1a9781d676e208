/** Ways to let the disk of a running server become full, and to give it room again. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Disk = {
  /** Where the server keeps its data. */
  folder: string
  /** Leaves less than the reserve for events, but still some room; null: this way knows only all or nothing. */
  fill: (() => void) | null
  /** Leaves nothing. */
  choke(pid: number): void
  free(pid: number): void
  remove(): void
}
export type Way = { name: string; make(): Disk }

/** A file system of its own where one can be mounted; a limit on the size of files, which a quota looks like, always. */
export function waysToFill(): Way[] {
  return [...(canMount() ? [{ name: 'a small file system', make: smallFileSystem }] : []), limited]
}

const MB = 1024 * 1024
const SIZE = 96 * MB
const LEFT = 20 * MB

function smallFileSystem(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-full-'))
  asRoot('mount', '-t', 'tmpfs', '-o', `size=${SIZE},mode=777`, 'tmpfs', folder)
  const [ballast, rest] = [join(folder, 'ballast'), join(folder, 'ballast-too')]
  const left = () => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  }
  return {
    folder,
    fill: () => writeFileSync(ballast, Buffer.alloc(Math.max(0, left() - LEFT), 1)),
    choke() {
      // The server writes beside us: until nothing more goes in.
      for (let i = 0; left() > 0 && i < 20; i++) {
        try {
          writeFileSync(rest, Buffer.alloc(left(), 1), { flag: 'a' })
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        }
      }
    },
    free() {
      rmSync(ballast, { force: true })
      rmSync(rest, { force: true })
    },
    remove() {
      asRoot('umount', '-l', folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const limited: Way = {
  name: 'a limit on the size of files',
  make() {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-full-'))
    // Only the soft limit, so that it may be raised again without being root.
    const limit = (pid: number, bytes: string) =>
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
    return {
      folder,
      fill: null,
      choke: (pid) => limit(pid, '1024'),
      free: (pid) => limit(pid, 'unlimited'),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-mount-'))
  try {
    asRoot('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder)
    asRoot('umount', folder)
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function asRoot(command: string, ...args: string[]): void {
  const [file, all] = process.getuid?.() === 0 ? [command, args] : ['sudo', ['-n', command, ...args]]
  execFileSync(file, all, { stdio: 'ignore' })
}
