/** How long a request may take to arrive. Node's own limit knows no stream that goes on for as long as logs come. */
import type { IncomingMessage, Server } from 'node:http'
import { type Millis, MINUTE } from '../domain/time.ts'

/** Node's own default for a whole request. */
const WITHIN: Millis = 5 * MINUTE

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/** From now on, cuts the connection of a request that has not come in time. */
export function limitArrival(server: Server, within: Millis = WITHIN): void {
  server.requestTimeout = 0
  server.on('request', (request: IncomingMessage) => {
    const timer = setTimeout(() => request.socket.destroy(), within).unref()
    timers.set(request, timer)
    const clear = () => clearTimeout(timer)
    request.once('end', clear).once('close', clear)
  })
}

/** More has come of a request that may go on without end: its time begins anew. */
export function extendArrival(request: IncomingMessage): void {
  timers.get(request)?.refresh()
}
