/** Receivers of deliveries on free ports: HTTP that answers as it is told, and a mail server. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type Received = { path: string; headers: http.IncomingHttpHeaders; body: string; at: number }
/** `status` 0: no answer at all; -1: the connection is cut when the body is there. */
export type Answering = (
  received: Received,
  count: number,
) => { status: number; headers?: Record<string, string>; afterMs?: number }

export type HttpReceiver = { url: string; received: Received[]; accepted: Received[]; stop(): Promise<void> }

export async function httpReceiver(answer: Answering = () => ({ status: 200 })): Promise<HttpReceiver> {
  const received: Received[] = []
  const accepted: Received[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body, at: Date.now() }
      received.push(one)
      const { status, headers = {}, afterMs = 0 } = answer(one, received.length)
      if (status === 0) return
      setTimeout(() => {
        if (status === -1) return request.socket.destroy()
        if (status < 300) accepted.push(one)
        response.writeHead(status, headers).end('{}')
      }, afterMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    accepted,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export type Mail = { from: string; to: string[]; text: string }

/** `refused`: recipients that it does not know. */
export async function mailServer(options: { user?: string; password?: string; refused?: string[] } = {}) {
  const mails: Mail[] = []
  let refuse = 0
  const server = new SMTPServer({
    authOptional: options.user === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      const good = auth.username === options.user && auth.password === options.password
      if (good) done(null, { user: auth.username })
      else done(new Error('Invalid user or password'))
    },
    onRcptTo({ address }, _session, done) {
      if (options.refused?.includes(address))
        done(Object.assign(new Error('No such user'), { responseCode: 550 }))
      else done()
    },
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => {
        if (refuse-- > 0) return done(Object.assign(new Error('Try later'), { responseCode: 451 }))
        const { mailFrom, rcptTo } = session.envelope
        mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    mails,
    refuseNext: (count: number) => void (refuse = count),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
