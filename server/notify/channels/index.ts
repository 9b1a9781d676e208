/** Every kind of channel. A new one is one file here, and one line below. */
import type { ChannelKind } from '../../domain/channel.ts'
import type { Sender } from './channel.ts'
import { ntfy, slack, teams, telegram } from './chat.ts'
import { email } from './email.ts'
import { webhook } from './webhook.ts'

export const SENDERS: Record<ChannelKind, Sender> = { email, webhook, slack, teams, ntfy, telegram }
