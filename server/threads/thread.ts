/** One worker thread: started, asked, stopped. A thread that dies takes the process with it: nothing runs half. */
import { type MessagePort, Worker } from 'node:worker_threads'
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

/** Starts the entry file with its data and resolves when it says that it is ready. */
export async function startThread(
  entry: URL,
  options: { data: unknown; transfer?: MessagePort[]; onDeath(error: Error): void },
): Promise<Thread> {
  const worker = new Worker(entry, {
    workerData: options.data,
    ...(options.transfer ? { transferList: options.transfer } : {}),
  })
  const caller = callOver(worker)
  let stopping = false
  const listeners = new Map<string, (message: Record<string, unknown>) => void>()
  worker.on('message', (message: { event?: string }) => {
    if (typeof message?.event === 'string') listeners.get(message.event)?.(message)
  })
  await new Promise<void>((resolve, reject) => {
    listeners.set('ready', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error(`The thread ${entry.pathname} ended before it was ready.`)))
  })
  worker.removeAllListeners('error')
  worker.removeAllListeners('exit')
  worker.on('error', (error: Error) => {
    caller.abandon(error.message)
    if (!stopping) options.onDeath(error)
  })
  worker.on('exit', (code) => {
    caller.abandon('The thread has ended.')
    if (!stopping) options.onDeath(new Error(`A thread ended with ${code}.`))
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
