/** Any program over HTTP: signed, and with a key by which a repetition is known. */
import { createHmac } from 'node:crypto'
import { CHANNEL_SECRETS } from '../../domain/channel.ts'
import { send } from '../target.ts'
import { flag, needUrl, type Sender, text } from './channel.ts'
import { contentTypeOf, fill, headersOf, templateMistakes } from './template.ts'

export const webhook: Sender = {
  secrets: CHANNEL_SECRETS.webhook,
  mistakes: (config) => [...needUrl(config, 'url'), ...templateMistakes(config)],
  async send(message, { channel, key, clock, timeoutMs }) {
    const { change, severity, sentence, incident, alert, link, drill } = message
    const { config } = channel
    const isFilled = text(config, 'body') !== ''
    const body = isFilled
      ? fill(message, config, key)
      : JSON.stringify({ change, severity, sentence, link, incident, alert, drill })
    const secret = text(config, 'secret')
    const at = Math.floor(clock() / 1000)
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
    await send({
      url: text(config, 'url'),
      method: 'POST',
      headers: {
        ...headersOf(config),
        'content-type': isFilled ? contentTypeOf(config) : 'application/json',
        'user-agent': 'Vedette',
        'idempotency-key': key,
        ...(secret ? { 'x-vedette-signature': `t=${at},v1=${signature}` } : {}),
      },
      body,
      allowPrivate: flag(config, 'allowPrivate'),
      timeoutMs,
    })
  },
}
