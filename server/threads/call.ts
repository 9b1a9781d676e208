/**
 * Calls between threads: a verb, its arguments, one answer. Errors cross with their message, name and code;
 * the stack stays where it was thrown.
 */
import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads'

type Port = Pick<MessagePort, 'postMessage' | 'on'> | Pick<Worker, 'postMessage' | 'on'>
type CallMessage = { call: number; verb: string; args: unknown[] }
type AnswerMessage = {
  answer: number
  value?: unknown
  error?: { name: string; message: string; code?: string }
}

/** An error thrown on the other side. `code` is the thrower's own (e.g. `SQLITE_FULL`). */
export class RemoteError extends Error {
  readonly code: string | undefined
  constructor(error: { name: string; message: string; code?: string }) {
    super(error.message)
    this.name = error.name
    this.code = error.code
  }
}

export type Caller = {
  call(verb: string, args: unknown[], transfer?: TransferListItem[]): Promise<unknown>
  /** Fails all calls that wait, e.g. because the thread is gone. */
  abandon(reason: string): void
}

/** The asking side of a port. */
export function callOver(port: Port): Caller {
  let last = 0
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  port.on('message', (message: AnswerMessage) => {
    if (typeof message?.answer !== 'number') return
    const waiter = waiting.get(message.answer)
    waiting.delete(message.answer)
    if (message.error) waiter?.reject(new RemoteError(message.error))
    else waiter?.resolve(message.value)
  })
  return {
    call(verb, args, transfer) {
      return new Promise((resolve, reject) => {
        const call = ++last
        waiting.set(call, { resolve, reject })
        port.postMessage({ call, verb, args } satisfies CallMessage, transfer ?? [])
      })
    },
    abandon(reason) {
      for (const waiter of waiting.values()) waiter.reject(new Error(reason))
      waiting.clear()
    },
  }
}

/** A verb that a thread answers, synchronous or not. */
export type Verb = (...args: never[]) => unknown
/** Finds a verb by its name. */
export type Verbs = (name: string) => Verb | undefined

/** Verbs written out; only own properties count, so that no inherited name can be called. */
export function verbs(table: Record<string, Verb>): Verbs {
  return (name) => (Object.hasOwn(table, name) ? table[name] : undefined)
}

/** The answering side of a port. */
export function answerOver(port: Port, find: Verbs): void {
  port.on('message', (message: CallMessage) => {
    if (typeof message?.call !== 'number') return
    const answer = message.call
    void (async () => {
      try {
        const verb = find(message.verb)
        if (!verb) throw new Error(`No such verb: ${message.verb}`)
        const value = await verb(...(message.args as never[]))
        port.postMessage({ answer, value } satisfies AnswerMessage)
      } catch (error) {
        port.postMessage({ answer, error: plain(error) } satisfies AnswerMessage)
      }
    })()
  })
}

function plain(error: unknown): { name: string; message: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const code = (error as { code?: unknown }).code
  return { name: error.name, message: error.message, ...(typeof code === 'string' ? { code } : {}) }
}
