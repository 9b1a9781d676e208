/** One worker thread: started, asked, stopped. A thread that dies takes the process with it: nothing runs half. */
import { once } from 'node:events'
import { type MessagePort, parentPort, Worker } from 'node:worker_threads'
import { type Caller, callOver } from './call.ts'

export type Thread = {
  ask<T>(verb: string, ...args: unknown[]): Promise<T>
  caller: Caller
  worker: Worker
  /** News that the thread tells unasked, by name. */
  on(event: string, listener: (message: Record<string, unknown>) => void): void
  /** Lets it finish its work, then ends it. */
  stop(): Promise<void>
}

export type Loading = {
  /** Gives the thread its data, and resolves when it says that it is ready. */
  open(options: { data: unknown; transfer?: MessagePort[]; onDeath(error: Error): void }): Promise<Thread>
}

/** Starts the entry file. Its modules load beside everybody else's; `opened` in it waits for the data. */
export function loadThread(entry: URL): Loading {
  const worker = new Worker(entry)
  const caller = callOver(worker)
  const listeners = new Map<string, (message: Record<string, unknown>) => void>()
  worker.on('message', (message: { event?: string }) => {
    if (typeof message?.event === 'string') listeners.get(message.event)?.(message)
  })
  const ready = new Promise<void>((resolve, reject) => {
    listeners.set('ready', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error(`The thread ${entry.pathname} ended before it was ready.`)))
  })
  // Told to whoever opens it, not before.
  ready.catch(() => {})
  return {
    async open({ data, transfer = [], onDeath }) {
      worker.postMessage({ open: data }, transfer)
      await ready
      return running(worker, caller, listeners, onDeath)
    },
  }
}

/** Inside a thread: the data that it is opened with. */
export async function opened<T>(): Promise<T> {
  const [message] = (await once(parentPort!, 'message')) as [{ open: T }]
  return message.open
}

function running(
  worker: Worker,
  caller: Caller,
  listeners: Map<string, (message: Record<string, unknown>) => void>,
  onDeath: (error: Error) => void,
): Thread {
  let stopping = false
  worker.removeAllListeners('error')
  worker.removeAllListeners('exit')
  worker.on('error', (error: Error) => {
    caller.abandon(error.message)
    if (!stopping) onDeath(error)
  })
  worker.on('exit', (code) => {
    caller.abandon('The thread has ended.')
    if (!stopping) onDeath(new Error(`A thread ended with ${code}.`))
  })
  return {
    ask: <T>(verb: string, ...args: unknown[]) => caller.call(verb, args) as Promise<T>,
    caller,
    worker,
    on: (event, listener) => void listeners.set(event, listener),
    async stop() {
      await caller.call('stop', [])
      stopping = true
      await worker.terminate()
    },
  }
}
