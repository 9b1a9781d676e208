/** What each kind of channel asks for, in the words of whoever sets it up. */
import type { ChannelKind } from '../../../../server/domain/channel.ts'
import type { IconName } from '../../text/icon-name.ts'

export type Field = {
  name: string
  label: string
  hint?: string
  example?: string
  /** `list`: one a line. `headers`: `Name: value`, one a line. */
  as?: 'list' | 'long' | 'number' | 'tick' | 'secret' | 'headers'
  needed?: boolean
}
export type KindWords = { word: string; icon: IconName; fields: readonly Field[] }

const PRIVATE: Field = {
  name: 'allowPrivate',
  label: 'It is in our own network',
  hint: 'Addresses of private networks are refused without this.',
  as: 'tick',
}
const url = (label: string, hint: string, more: Partial<Field> = {}): Field => ({
  name: 'url',
  label,
  hint,
  needed: true,
  ...more,
})

export const KINDS: Record<ChannelKind, KindWords> = {
  email: {
    word: 'Email',
    icon: 'mail',
    fields: [
      { name: 'to', label: 'To', hint: 'One address a line.', as: 'list', needed: true },
      { name: 'from', label: 'From', example: 'vedette@example.org', needed: true },
      { name: 'host', label: 'Mail server', example: 'smtp.office365.com', needed: true },
      { name: 'port', label: 'Port', hint: 'Empty: 587.', as: 'number' },
      { name: 'secure', label: 'TLS from the first byte (port 465)', as: 'tick' },
      { name: 'user', label: 'User', hint: 'Empty: the server asks for none.' },
      { name: 'password', label: 'Password', as: 'secret' },
      PRIVATE,
    ],
  },
  teams: {
    word: 'Microsoft Teams',
    icon: 'chat',
    fields: [
      url(
        'Webhook address',
        'In Teams: channel, Workflows, "Post to a channel when a webhook request is received".',
        {
          as: 'secret',
        },
      ),
      PRIVATE,
    ],
  },
  slack: {
    word: 'Slack',
    icon: 'chat',
    fields: [url('Webhook address', 'Of an app with incoming webhooks.', { as: 'secret' }), PRIVATE],
  },
  ntfy: {
    word: 'Phone push (ntfy)',
    icon: 'phone',
    fields: [
      url('Topic', 'Choose a name that nobody guesses, or protect it with a token.', {
        example: 'https://ntfy.sh/our-alerts-7f3k',
      }),
      { name: 'token', label: 'Token', as: 'secret' },
      PRIVATE,
    ],
  },
  telegram: {
    word: 'Telegram',
    icon: 'send',
    fields: [
      { name: 'token', label: "The bot's token", hint: 'From @BotFather.', as: 'secret', needed: true },
      { name: 'chat', label: 'Chat', hint: 'The number of the chat that the bot is in.', needed: true },
      url('Bot API server', 'Only if you run one of your own.', { needed: false }),
      PRIVATE,
    ],
  },
  webhook: {
    word: 'Webhook',
    icon: 'webhook',
    fields: [
      url('Address', 'It gets JSON, or the body below.', { example: 'https://example.org/hook' }),
      {
        name: 'secret',
        label: 'Secret',
        hint: 'Signs each request, and stands for {{secret}}.',
        as: 'secret',
      },
      {
        name: 'body',
        label: 'Body of its own',
        hint: 'For services that want their own words: {{title}}, {{text}}, {{severity}}, {{priority}}, {{link}}, {{key}}, {{secret}}.',
        as: 'long',
      },
      {
        name: 'contentType',
        label: 'Content type of that body',
        example: 'application/json',
      },
      { name: 'headers', label: 'Further headers', hint: 'Name: value, one a line.', as: 'headers' },
      PRIVATE,
    ],
  },
}
