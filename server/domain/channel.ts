/** Ways to tell people of alerts, and what is told. */
import type { Severity } from './alert.ts'
import type { Json } from './json.ts'
import type { Millis } from './time.ts'

export const CHANNEL_KINDS = ['email', 'webhook', 'slack', 'teams', 'ntfy', 'telegram'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** From and to are `HH:MM` in the time zone; over midnight if `to` is earlier. */
export type Quiet = { from: string; to: string; timezone: string; except: Severity[] }

export type Channel = {
  id: string
  name: string
  kind: ChannelKind
  config: { [name: string]: Json }
  severities: Severity[]
  /** Ids of rules; absent: all. */
  rules?: string[]
  /** Accounts, with `*` for any text; absent: all. */
  users?: string[]
  quiet?: Quiet
  enabled: boolean
  createdAt: Millis
}

export const DELIVERY_STATES = ['waiting', 'done', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]
/** `raised`, `escalated`, `resolved` of one incident; `digest` of several. */
export type Told = {
  change: 'raised' | 'escalated' | 'resolved'
  severity: Severity
  rules: string[]
  closed: boolean
}

export type Delivery = {
  id: number
  channel: string
  /** The incident's id, the alert's where it belongs to none, or of a digest its own. */
  subject: string
  /** Of the change that it tells. */
  revision: number
  createdAt: Millis
  due: Millis
  attempts: number
  state: DeliveryState
  finishedAt: Millis | null
  error: string | null
  /** A `Message`: the same bytes at every attempt. */
  body: string
}
export type NewDelivery = Pick<Delivery, 'channel' | 'subject' | 'revision' | 'due' | 'body'>

/** What is said, whatever the channel. */
export type Message = {
  change: Told['change'] | 'digest' | 'test'
  severity: Severity
  /** `Critical: alice@example.org: risky sign-in ...` without the first word. */
  sentence: string
  /** Further sentences, in their order. */
  lines: string[]
  /** What to do first. */
  steps: string[]
  /** Of the incident or alert in the dashboard; null without a public address. */
  link: string | null
  /** As the API shows them; null in a digest. */
  incident: Json
  alert: Json
}
