/** Stops a server without cutting anyone off in the middle of an answer. */
import type { Server } from 'node:http'
import { type Millis, SECOND } from '../domain/time.ts'

// Longer than a request is ever held for back-pressure.
const GRACE: Millis = 25 * SECOND

export function closeServer(server: Server, grace: Millis = GRACE): Promise<void> {
  return new Promise((resolve) => {
    // Connections that were busy become idle one by one.
    const idle = setInterval(() => server.closeIdleConnections(), 20)
    const cut = setTimeout(() => server.closeAllConnections(), grace)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(cut)
      resolve()
    })
  })
}
