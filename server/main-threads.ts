/** The threads, by what they do. */
import { loadThread, type Loading } from './threads/thread.ts'

export type Threads = Record<'writer' | 'reader' | 'search' | 'correlator', Loading>

/** Lets them all load at once; each is opened when what it stands on is there. */
export function loadThreads(): Threads {
  return {
    writer: loadThread(new URL('./main-writer.ts', import.meta.url)),
    reader: loadThread(new URL('./main-reader.ts', import.meta.url)),
    search: loadThread(new URL('./main-search.ts', import.meta.url)),
    correlator: loadThread(new URL('./main-correlator.ts', import.meta.url)),
  }
}
