/** The live feed over WebSocket: who may listen, what is said, and when a client is let go. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocket, WebSocketServer } from 'ws'
import type { LiveMessage, LiveStats } from '../domain/api.ts'
import { type Millis, SECOND } from '../domain/time.ts'
import type { LiveChange } from '../store/store.ts'
import type { Gate } from './auth/gate.ts'
import { isOwnOrigin, type OwnOrigin } from './auth/origin.ts'
import type { Context } from './context.ts'
import { createLiveFeed, type FeedClient } from './live-feed.ts'
import { Problem } from './problem.ts'
import { problemView } from './problem-json.ts'
import { readQuery } from './query.ts'
import { correlatorView } from './routes/correlator.ts'
import { storageView } from './routes/overview.ts'
import { LIVE_PATH, liveQuery } from './routes/live.ts'
import { changeView } from './views.ts'

export type Live = {
  announce(revision: number): void
  /** Lets go whoever may listen no more: their session or key is over. */
  recheck(): void
  close(): void
}
export type LiveTimes = {
  statsEvery: Millis
  /** Ping, and a look whether the credentials are still good. */
  checkEvery: Millis
  /** A client that takes longer than this for one page is let go. */
  patience: Millis
}
export const LIVE_TIMES: LiveTimes = {
  statsEvery: 5 * SECOND,
  checkEvery: 30 * SECOND,
  patience: 20 * SECOND,
}

/** Close codes of our own, beside 1001 when the server stops. A client comes back with `since`, except after 4001. */
export const CREDENTIALS_OVER = 4001
export const TOO_SLOW = 4008

type Listener = FeedClient & {
  socket: WebSocket
  request: IncomingMessage
  isAlive: boolean
  sendingSince: Millis | null
}

export function openLive(
  server: Server,
  parts: { context: Context; gate: Gate; own: OwnOrigin; times: LiveTimes },
): Live {
  const { context, gate, own, times } = parts
  const { store, log, metrics } = context
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096, clientTracking: false })
  const listeners = new Set<Listener>()
  const feed = createLiveFeed(store, (error) =>
    log.error({ err: error }, 'the live feed could not read changes'),
  )
  let isClosing = false

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until the WebSocket has its own listener, a reset connection must not end the process.
    socket.on('error', () => socket.destroy())
    void upgrade(request, socket, head).catch((error: unknown) =>
      refuse(socket, request, asProblem(error, log)),
    )
  })

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
    const who = await gate.admit(request, path === LIVE_PATH ? ['read'] : 'any')
    if (path !== LIVE_PATH) throw new Problem('notFound', `There is no WebSocket at ${path}.`)
    // A page of another site could open it with the person's cookie; a shipper with a key sends no Origin.
    const isFromPage = who.via === 'session' || request.headers.origin !== undefined
    if (isFromPage && !isOwnOrigin(request, own)) {
      throw new Problem('foreignOrigin', "The live feed is open only to this server's own pages.")
    }
    const { since } = readQuery(liveQuery, Object.fromEntries(new URLSearchParams(query)))
    const { revision } = await store.state()
    if (isClosing) throw new Problem('notReady', 'The server is stopping.')
    sockets.handleUpgrade(request, socket, head, (opened) => {
      welcome(opened, request, revision, Math.min(since ?? revision, revision))
    })
  }

  function welcome(socket: WebSocket, request: IncomingMessage, current: number, from: number): void {
    const listener: Listener = {
      socket,
      request,
      revision: from,
      isAlive: true,
      sendingSince: null,
      send: (changes) => sendPage(listener, changes),
    }
    listeners.add(listener)
    metrics.liveClients(listeners.size)
    socket.on('pong', () => (listener.isAlive = true))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      listeners.delete(listener)
      feed.remove(listener)
      metrics.liveClients(listeners.size)
    })
    say(socket, { type: 'hello', revision: current })
    feed.add(listener)
    feed.announce(current)
  }

  function sendPage(listener: Listener, changes: LiveChange[]): Promise<boolean> {
    const { socket } = listener
    const told = changes.filter((change) => change.type !== 'alert' || !change.alert.buildingBlock)
    if (told.length === 0) return Promise.resolve(true)
    listener.sendingSince = Date.now()
    return new Promise((resolve) => {
      const last = told.length - 1
      for (const [i, change] of told.entries()) {
        const text = JSON.stringify(changeView(change))
        if (i < last) socket.send(text, ignore)
        else {
          socket.send(text, (error) => {
            listener.sendingSince = null
            resolve(!error)
          })
        }
      }
    })
  }

  /** Lets go whoever does not keep up: it comes back with `since` and misses nothing. */
  function dropSlow(): void {
    for (const { socket, sendingSince } of listeners) {
      if (sendingSince !== null && Date.now() - sendingSince > times.patience) {
        socket.close(TOO_SLOW, 'too slow: come back with since')
        // The close frame waits behind what the client does not read.
        setTimeout(() => socket.terminate(), SECOND).unref()
      }
    }
  }

  /** Both the rest of a dead connection, and credentials that ran out or were ended by a command. */
  async function checkAll(): Promise<void> {
    for (const listener of listeners) if (!listener.isAlive) listener.socket.terminate()
    await checkCredentials()
    for (const listener of listeners) {
      listener.isAlive = false
      if (listener.socket.readyState === WebSocket.OPEN) listener.socket.ping()
    }
  }

  async function checkCredentials(): Promise<void> {
    for (const { socket, request } of listeners) {
      if (!(await gate.isStillIn(request))) socket.close(CREDENTIALS_OVER, 'the session or key is over')
    }
  }

  async function sayStats(): Promise<void> {
    dropSlow()
    if (listeners.size === 0) return
    const text = JSON.stringify(await readStats(context))
    for (const { socket, sendingSince } of listeners) {
      // Whoever is still busy with a page gets the next ones.
      if (sendingSince === null && socket.readyState === WebSocket.OPEN) socket.send(text, ignore)
    }
  }

  const every = (span: Millis, job: () => Promise<void>) => {
    let isBusy = false
    return setInterval(() => {
      if (isBusy) return
      isBusy = true
      void job()
        .catch((error: unknown) => log.error({ err: error }, 'the live feed failed'))
        .finally(() => (isBusy = false))
    }, span)
  }
  const timers = [every(times.statsEvery, sayStats), every(times.checkEvery, checkAll)]

  return {
    announce: (revision) => feed.announce(revision),
    recheck() {
      void checkCredentials().catch((error: unknown) => log.error({ err: error }, 'the live feed failed'))
    },
    close() {
      isClosing = true
      for (const timer of timers) clearInterval(timer)
      for (const { socket } of listeners) {
        socket.close(1001, 'the server is stopping')
        setTimeout(() => socket.terminate(), SECOND).unref()
      }
    },
  }
}

async function readStats(context: Context): Promise<LiveStats> {
  const now = context.clock()
  const [events, sources, correlator, storage] = await Promise.all([
    context.traffic.events(now),
    context.traffic.sources(now),
    correlatorView(context, now),
    storageView(context),
  ])
  return {
    type: 'stats',
    eventsPerMinute: events.perMinute,
    lastEventAt: events.lastReceivedAt,
    sources: sources.length,
    silentSources: sources.filter(({ silentSince }) => silentSince !== null).length,
    correlator,
    storage,
  }
}

function say(socket: WebSocket, message: LiveMessage): void {
  socket.send(JSON.stringify(message), ignore)
}

// A failed send closes the socket, and the `close` listener does the rest.
function ignore(): void {}

function asProblem(error: unknown, log: Logger): Problem {
  if (error instanceof Problem) return error
  const id = randomUUID()
  log.error({ err: error, requestId: id }, 'a live feed could not be opened')
  return new Problem('internal', `The server's log has the cause under the id ${id}.`)
}

function refuse(socket: Duplex, request: IncomingMessage, problem: Problem): void {
  const body = JSON.stringify(problemView(problem, request.url?.split('?')[0] ?? '/'))
  const headers = {
    ...problem.headers,
    connection: 'close',
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}
