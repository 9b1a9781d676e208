/** Mail over SMTP. One thread an incident: the first mail has its id, the others answer it. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Transporter } from 'nodemailer'
import { CHANNEL_SECRETS } from '../../domain/channel.ts'
import { addressFor, NotSent } from '../target.ts'
import { textOf, titleOf } from '../message.ts'
import { flag, needText, type Sender, text } from './channel.ts'

const ADDRESS = /^[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+$/
const WORDS: Record<string, string> = {
  EAUTH: 'The server refused the user or the password',
  ECONNECTION: 'The server could not be reached',
  ECONNREFUSED: 'The server could not be reached: nothing listens there',
  ESOCKET: 'The connection failed',
  ETIMEDOUT: 'The server did not answer in time',
  EENVELOPE: 'The server refused an address',
  EMESSAGE: 'The server refused the message',
}

export const email: Sender = {
  secrets: CHANNEL_SECRETS.email,
  mistakes(config) {
    const to = recipients(config)
    const port = config['port']
    return [
      ...needText(config, 'host', 'smtp.example.org'),
      ...(port === undefined ||
      (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536)
        ? []
        : [{ path: 'port', message: 'must be a whole number from 1 to 65535' }]),
      ...(ADDRESS.test(text(config, 'from'))
        ? []
        : [{ path: 'from', message: 'must be an address, e.g. vedette@example.org' }]),
      ...(to.length > 0 && to.every((one) => ADDRESS.test(one))
        ? []
        : [{ path: 'to', message: 'must be a list of addresses, e.g. ["it@example.org"]' }]),
    ]
  },
  async send(message, { channel, key, subject, timeoutMs }) {
    const { config } = channel
    const host = text(config, 'host')
    const { address } = await addressFor(host, flag(config, 'allowPrivate'))
    const secure = flag(config, 'secure')
    const { createTransport } = await import('nodemailer')
    const user = text(config, 'user')
    const port = typeof config['port'] === 'number' ? config['port'] : secure ? 465 : 587
    const line = openLine({ host: address, port, timeoutMs })
    const transport: Transporter = createTransport({
      host: address,
      port,
      getSocket: (_options: unknown, done: (error: Error | null, given?: { connection: Socket }) => void) => {
        line.connected.then((connection) => done(null, { connection }), done)
      },
      secure,
      tls: { servername: host, rejectUnauthorized: !flag(config, 'allowInvalidCertificate') },
      ...(user ? { auth: { user, pass: text(config, 'password') } } : {}),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    })
    const isFirst = message.change === 'raised' && !message.again
    const thread = `<${subject.replaceAll(/[^\w-]/g, '')}@vedette>`
    try {
      const mail = transport.sendMail({
        from: { name: 'Vedette', address: text(config, 'from') },
        to: recipients(config),
        subject: titleOf(message).slice(0, 200),
        text: textOf(message),
        messageId: isFirst ? thread : `<${key}@vedette>`,
        ...(isFirst ? {} : { inReplyTo: thread, references: [thread] }),
        headers: { 'X-Vedette-Delivery': key, 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      mail.catch(() => {})
      const { rejected = [] } = (await Promise.race([mail, line.late])) as { rejected?: string[] }
      // Again would tell those a second time who have it already.
      if (rejected.length > 0) {
        const who = rejected.join(', ')
        throw new NotSent(`The server refused ${who}; all others were told.`, null, { isFinal: true })
      }
    } catch (error) {
      if (error instanceof NotSent) throw error
      const {
        code = '',
        responseCode,
        message: said,
      } = error as { code?: string; responseCode?: number; message: string }
      const words = WORDS[code] ?? `The mail was not taken (${code || said.slice(0, 120)})`
      throw new NotSent(`${words}${responseCode ? ` (${responseCode})` : ''}.`, null, { cause: error })
    } finally {
      transport.close()
      line.close()
    }
  },
}

/** The connection, for so long as one try may take in all: a server that says a little now and then does not hold it up. */
function openLine({ host, port, timeoutMs }: { host: string; port: number; timeoutMs: number }) {
  const socket = connect({ host, port })
  const connected = once(socket, 'connect').then(() => socket)
  connected.catch(() => {})
  // Whoever uses it hears of it too; this keeps a late error from having no listener.
  socket.on('error', () => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NotSent(`The server did not take it within ${(2 * timeoutMs) / 1000} s.`))
    }, 2 * timeoutMs)
  })
  late.catch(() => {})
  return {
    connected,
    late,
    close() {
      clearTimeout(timer)
      socket.destroy()
    },
  }
}

function recipients(config: Record<string, unknown>): string[] {
  const to = config['to']
  return (Array.isArray(to) ? to : [to]).filter((one): one is string => typeof one === 'string')
}
