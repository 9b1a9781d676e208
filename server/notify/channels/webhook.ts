/** Any program over HTTP: signed, and with a key by which a repetition is known. */
import { createHmac } from 'node:crypto'
import { send } from '../target.ts'
import { flag, needUrl, type Sender, text } from './channel.ts'

export const webhook: Sender = {
  secrets: ['secret'],
  mistakes: (config) => needUrl(config, 'url'),
  async send(message, { channel, key, clock, timeoutMs }) {
    const { change, severity, sentence, incident, alert, link } = message
    const body = JSON.stringify({ change, severity, sentence, link, incident, alert })
    const secret = text(channel.config, 'secret')
    const at = Math.floor(clock() / 1000)
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
    await send({
      url: text(channel.config, 'url'),
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Vedette',
        'idempotency-key': key,
        ...(secret ? { 'x-vedette-signature': `t=${at},v1=${signature}` } : {}),
      },
      body,
      allowPrivate: flag(channel.config, 'allowPrivate'),
      timeoutMs,
    })
  },
}
