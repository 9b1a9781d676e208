/** Stops a server without cutting anyone off in the middle of an answer, and without waiting for who hangs. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Millis, SECOND } from '../domain/time.ts'

export type Grace = {
  /** For a request that is still being sent: nothing of it was accepted, so nothing is lost. */
  upload: Millis
  /** For an answer to a complete request. Longer than one is ever held for back-pressure. */
  answer: Millis
}
const GRACE: Grace = { upload: 2 * SECOND, answer: 25 * SECOND }

/** Watches the connections from now on. The function that it gives stops the server, and resolves when all are gone. */
export function closable(server: Server, grace: Grace = GRACE): () => Promise<void> {
  // With TLS a connection comes twice: as it is, and unwrapped. The other end's address names both.
  const connections = new Map<Socket, string>()
  const answering = new Set<IncomingMessage>()
  const keep = (socket: Socket) => {
    connections.set(socket, endOf(socket))
    socket.once('close', () => connections.delete(socket))
  }
  server.on('connection', keep).on('secureConnection', keep)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answering.add(request)
    response.once('close', () => answering.delete(request))
  })

  const cutUnfinished = () => {
    const complete = [...answering].filter((request) => request.complete)
    const ends = new Set(complete.map(({ socket }) => connections.get(socket)))
    for (const [socket, end] of connections) if (!ends.has(end)) socket.destroy()
  }
  const cutAll = () => {
    for (const socket of connections.keys()) socket.destroy()
  }

  return () =>
    new Promise((resolve) => {
      // Connections that were busy become idle one by one.
      const timers = [setInterval(() => server.closeIdleConnections(), 20)]
      const started = setTimeout(() => timers.push(setInterval(cutUnfinished, 20)), grace.upload)
      const over = setTimeout(cutAll, grace.answer)
      server.close(() => {
        for (const timer of timers) clearInterval(timer)
        clearTimeout(started)
        clearTimeout(over)
        resolve()
      })
    })
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
