/** Slack, Microsoft Teams, ntfy and Telegram: one request each, with the text as each wants it. */
import type { Severity } from '../../domain/alert.ts'
import { CHANNEL_SECRETS } from '../../domain/channel.ts'
import { textOf, titleOf } from '../message.ts'
import { send } from '../target.ts'
import { type Envelope, flag, needText, needUrl, type Sender, text } from './channel.ts'

async function postJson({ channel, key, timeoutMs }: Envelope, url: string, json: unknown): Promise<void> {
  await send({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Vedette', 'idempotency-key': key },
    body: JSON.stringify(json),
    allowPrivate: flag(channel.config, 'allowPrivate'),
    timeoutMs,
  })
}

/** Incoming webhooks: https://api.slack.com/messaging/webhooks. Three signs are escaped, which also undoes mentions. */
export const slack: Sender = {
  secrets: CHANNEL_SECRETS.slack,
  mistakes: (config) => needUrl(config, 'url'),
  async send(message, envelope) {
    const escaped = textOf(message).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    await postJson(envelope, text(envelope.channel.config, 'url'), {
      text: quiet(escaped),
      unfurl_links: false,
    })
  },
}

/** A webhook of Workflows ("When a Teams webhook request is received") with an Adaptive Card. */
export const teams: Sender = {
  secrets: CHANNEL_SECRETS.teams,
  mistakes: (config) => needUrl(config, 'url'),
  async send(message, envelope) {
    const plain = (of: string, more = {}) => ({
      type: 'TextBlock',
      text: quiet(escapeMarkdown(of)),
      wrap: true,
      ...more,
    })
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: [
        plain(titleOf(message), { weight: 'Bolder', size: 'Medium' }),
        ...message.lines.map((line) => plain(line)),
        ...message.steps.map((step, i) => plain(`First ${i + 1}: ${step}`)),
      ],
      ...(message.link
        ? { actions: [{ type: 'Action.OpenUrl', title: 'Open in Vedette', url: message.link }] }
        : {}),
    }
    const attachments = [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content },
    ]
    await postJson(envelope, text(envelope.channel.config, 'url'), { type: 'message', attachments })
  },
}

const PRIORITY: Record<Severity, number> = { critical: 5, high: 4, medium: 3, low: 2 }

/** Publishing as JSON: https://docs.ntfy.sh/publish/#publish-as-json. `url` is that of the topic. */
export const ntfy: Sender = {
  secrets: CHANNEL_SECRETS.ntfy,
  mistakes: (config) => needUrl(config, 'url'),
  async send(message, { channel, key, timeoutMs }) {
    const topic = new URL(text(channel.config, 'url'))
    const token = text(channel.config, 'token')
    const name = decodeURIComponent(topic.pathname.split('/').filter(Boolean).pop() ?? '')
    const body = JSON.stringify({
      topic: name,
      title: titleOf(message).slice(0, 250),
      message: textOf(message).slice(0, 4000),
      priority: message.change === 'resolved' ? 2 : PRIORITY[message.severity],
      ...(message.link ? { click: message.link } : {}),
    })
    await send({
      url: topic.origin,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Vedette',
        'idempotency-key': key,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body,
      allowPrivate: flag(channel.config, 'allowPrivate'),
      timeoutMs,
    })
  },
}

/** https://core.telegram.org/bots/api#sendmessage, as plain text. `url` only where a bot API server of one's own is run. */
export const telegram: Sender = {
  secrets: CHANNEL_SECRETS.telegram,
  mistakes: (config) => [
    ...needText(config, 'token', '123456:ABC-DEF'),
    ...needText(config, 'chat', '-1001234567890'),
    ...(config['url'] === undefined ? [] : needUrl(config, 'url')),
  ],
  async send(message, envelope) {
    const { config } = envelope.channel
    const base = (text(config, 'url') || 'https://api.telegram.org').replace(/\/$/, '')
    await postJson(envelope, `${base}/bot${text(config, 'token')}/sendMessage`, {
      chat_id: text(config, 'chat'),
      text: textOf(message).slice(0, 4000),
      disable_web_page_preview: true,
    })
  },
}

/** A sentence that an attacker had a hand in must not call everybody. */
function quiet(of: string): string {
  return of.replaceAll('@', '@\u2060').replaceAll(/<!/g, '<\u2060!')
}

function escapeMarkdown(of: string): string {
  return of.replaceAll(/[\\`*_[\]()#~|>]/g, (sign) => `\\${sign}`)
}
