/** What the writer tells about the disk, for the HTTP side. */
import { statfs } from 'node:fs/promises'
import type { StoragePort } from './http/parts.ts'
import type { RoomState } from './pipeline/room.ts'
import type { Thread } from './threads/thread.ts'

export function watchStorage(writer: Thread, folder: string): StoragePort {
  let room: RoomState = { full: false, since: null }
  writer.on('room', ({ state }) => (room = state as RoomState))
  // What it told before anyone listened.
  void writer.ask<RoomState>('room').then(
    (state) => (room = state),
    // A writer that is gone ends the process.
    () => {},
  )
  return {
    isFull: () => room.full,
    async state() {
      return { ...room, freeBytes: await freeBytes(folder) }
    },
  }
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return null
  }
}
