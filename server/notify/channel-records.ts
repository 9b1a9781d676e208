/** Channels as people keep them. What is secret is stored, used, and never shown again. */
import type { Channel, ChannelKind } from '../domain/channel.ts'
import { isObject, type Json } from '../domain/json.ts'
import type { Store, StoredRecord } from '../store/store.ts'
import { SENDERS } from './channels/index.ts'

export async function loadChannels(store: Pick<Store, 'records'>): Promise<Channel[]> {
  return (await store.records('channel')).map(channelOf).toSorted((a, b) => a.createdAt - b.createdAt)
}

export function channelOf({ id, body, createdAt }: StoredRecord): Channel {
  return { ...(body as unknown as Omit<Channel, 'id' | 'createdAt'>), id, createdAt }
}

/** `{"set": true}` in the place of each secret. */
export function withoutSecrets(channel: Channel): Channel {
  const config = { ...channel.config }
  for (const name of SENDERS[channel.kind].secrets)
    if (config[name] !== undefined) config[name] = { set: true }
  return { ...channel, config }
}

/** What was sent over what is kept: a secret that is left out, or sent back as it was shown, stays; null takes one away. */
export function mergedConfig(
  kind: ChannelKind,
  kept: Channel['config'],
  sent: Channel['config'],
): Channel['config'] {
  const config: Channel['config'] = { ...kept, ...sent }
  for (const [name, value] of Object.entries(config)) {
    if (value === null) delete config[name]
    else if (SENDERS[kind].secrets.includes(name) && isShown(value)) {
      if (kept[name] === undefined) delete config[name]
      else config[name] = kept[name]
    }
  }
  return config
}

function isShown(value: Json): boolean {
  return isObject(value) && value['set'] === true
}

/** Mistakes of a channel's `config`, with their paths. */
export function configMistakes(
  kind: ChannelKind,
  config: Channel['config'],
): { path: string; message: string }[] {
  return SENDERS[kind].mistakes(config).map(({ path, message }) => ({
    path: `config.${path}`,
    message: `config.${path} ${message}`,
  }))
}
