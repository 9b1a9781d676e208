/** The connection to `/api/v1/live`: kept open, opened again when lost, and never missing a change. */
import { batch, signal } from '@preact/signals'
import type { LiveMessage } from '../../../server/domain/api.ts'
import { tick } from '../clock.ts'
import { retryDelay } from './backoff.ts'

export type Connection =
  | { state: 'off' }
  | { state: 'connecting'; since: number }
  | { state: 'live'; since: number }
  /** `retryAt`: when the next try is made. */
  | { state: 'lost'; since: number; retryAt: number }

export const connection = signal<Connection>({ state: 'off' })

export type LiveListener = {
  message: (message: LiveMessage) => void
  /** Connected: `again` after a loss. */
  open: (again: boolean) => void
  /** It did not open, or was closed for who we are: perhaps the session has ended. */
  refused: () => void
}

// At most ten repaints a second, whatever comes in.
const FLUSH = 100
// The server's close code for credentials that no longer hold.
const SESSION_OVER = 4001
// The server tells its state every few seconds; silence this long means a dead connection.
const SILENT = 60_000

let listener: LiveListener | null = null
let socket: WebSocket | null = null
let revision: number | null = null
let attempts = 0
let lostAt: number | null = null
let opened = false
let retry: ReturnType<typeof setTimeout> | undefined
let watch: ReturnType<typeof setTimeout> | undefined
let queued: LiveMessage[] = []
let ticking: ReturnType<typeof setInterval> | undefined
let flushing: ReturnType<typeof setTimeout> | undefined

export function startLive(to: LiveListener): void {
  stopLive()
  listener = to
  addEventListener('online', retryNow)
  connect()
}

export function stopLive(): void {
  listener = null
  removeEventListener('online', retryNow)
  clearTimeout(retry)
  clearTimeout(watch)
  clearTimeout(flushing)
  stopTicking()
  flushing = undefined
  queued = []
  const open = socket
  socket = null
  open?.close()
  revision = null
  attempts = 0
  lostAt = null
  opened = false
  connection.value = { state: 'off' }
}

export function retryNow(): void {
  if (connection.peek().state !== 'lost') return
  clearTimeout(retry)
  connect()
}

function connect(): void {
  if (!listener) return
  if (lostAt === null) connection.value = { state: 'connecting', since: Date.now() }
  const address = new URL('/api/v1/live', location.href)
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  if (revision !== null) address.searchParams.set('since', String(revision))
  const mine = new WebSocket(address)
  socket = mine
  let wasOpen = false
  mine.addEventListener('open', () => {
    if (socket === mine) wasOpen = true
  })
  mine.addEventListener('message', (event) => {
    if (socket !== mine) return
    alive()
    const message = JSON.parse(String(event.data)) as LiveMessage
    if (message.type === 'hello') welcome(message.revision)
    else enqueue(message)
  })
  mine.addEventListener('close', (event) => {
    if (socket === mine) lose(wasOpen && event.code !== SESSION_OVER)
  })
}

function stopTicking(): void {
  clearInterval(ticking)
  ticking = undefined
}

function welcome(at: number): void {
  stopTicking()
  revision ??= at
  attempts = 0
  lostAt = null
  connection.value = { state: 'live', since: Date.now() }
  const again = opened
  opened = true
  listener?.open(again)
}

/** `fair`: it was open, and not closed because of who we are. */
function lose(fair: boolean): void {
  socket = null
  clearTimeout(watch)
  const delay = retryDelay(attempts++, Math.random())
  lostAt ??= Date.now()
  // How long it is gone, and how old all is by now, is what one looks at then.
  ticking ??= setInterval(tick, 1000)
  connection.value = { state: 'lost', since: lostAt, retryAt: Date.now() + delay }
  clearTimeout(retry)
  retry = setTimeout(connect, delay)
  if (!fair) listener?.refused()
}

function alive(): void {
  clearTimeout(watch)
  watch = setTimeout(() => {
    const dead = socket
    if (!dead) return
    lose(true)
    dead.close()
  }, SILENT)
}

function enqueue(message: LiveMessage): void {
  if (message.type !== 'stats' && message.type !== 'hello')
    revision = Math.max(revision ?? 0, message.revision)
  queued.push(message)
  flushing ??= setTimeout(flush, FLUSH)
}

function flush(): void {
  flushing = undefined
  const messages = queued
  queued = []
  batch(() => {
    for (const message of messages) listener?.message(message)
  })
}
