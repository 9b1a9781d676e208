import type { Channel, Message } from '../../domain/channel.ts'
import type { Clock } from '../../domain/time.ts'

/** What a kind of channel knows: what it needs, and how it says something. */
export type Sender = {
  /** Names in `config` that are never read back. */
  secrets: readonly string[]
  /** Mistakes in a `config`, by name; none: it is good. */
  mistakes(config: Channel['config']): { path: string; message: string }[]
  /** `key` is the same at every attempt of one delivery. Throws `NotSent`. */
  send(message: Message, envelope: Envelope): Promise<void>
}
export type Envelope = { channel: Channel; key: string; subject: string; clock: Clock; timeoutMs: number }

export function text(config: Channel['config'], name: string): string {
  const value = config[name]
  return typeof value === 'string' ? value : ''
}

export function flag(config: Channel['config'], name: string): boolean {
  return config[name] === true
}

/** `what` is shown where the value is missing or wrong. */
export function needUrl(config: Channel['config'], name: string) {
  const value = text(config, name)
  const isUrl = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  return isUrl ? [] : [{ path: name, message: 'must be an address such as https://example.org/hook' }]
}

export function needText(config: Channel['config'], name: string, example: string) {
  return text(config, name).trim() ? [] : [{ path: name, message: `is needed, e.g. ${example}` }]
}
