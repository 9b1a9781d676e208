/** Ways to tell people of alerts, and what is told. */
import type { Severity } from './alert.ts'
import type { Json } from './json.ts'
import type { Millis } from './time.ts'

export const CHANNEL_KINDS = ['email', 'webhook', 'slack', 'teams', 'ntfy', 'telegram'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** What in a channel's `config` is stored, used, and never shown again. */
export const CHANNEL_SECRETS: Record<ChannelKind, readonly string[]> = {
  email: ['password'],
  webhook: ['secret', 'headers'],
  slack: ['url'],
  teams: ['url'],
  ntfy: ['token'],
  telegram: ['token'],
}

/** From and to are `HH:MM` in the time zone; over midnight if `to` is earlier. */
export type Quiet = { from: string; to: string; timezone: string; except: Severity[] }

/** Told once a day at `at` (`HH:MM` in the time zone), and not at once: what is of these severities. */
export type Digest = { at: string; timezone: string; severities: Severity[] }

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
  /** Absent: at 08:00 of the quiet hours' zone, and only what came late. */
  digest?: Digest
  /** Drills are told too, and say so. */
  drills?: boolean
  enabled: boolean
  createdAt: Millis
}

export const DELIVERY_STATES = ['waiting', 'done', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]
/** What a channel was told last of an incident. `ongoing`: it still grows, a day after it was told last. */
export type Told = {
  change: 'raised' | 'escalated' | 'ongoing' | 'resolved'
  severity: Severity
  rules: string[]
  closed: boolean
  /** When it was told, and how many events were its evidence then. */
  at: Millis
  count: number
  /** It was only kept for the digest. */
  gathered?: boolean
}

/** In the place of an incident's id, where the store keeps what waits for a digest. */
export const GATHERED = 'gathered'
/** What a channel is told in its next digest. */
export type Gathered = {
  change: 'gathered'
  /** When; null: there is nothing. */
  due: Millis | null
  entries: { subject: string; severity: Severity; line: string }[]
  /** More than `entries` holds. */
  more: number
  /** Of closed alerts with late evidence, how much of it was told: by alert, number of events. */
  late: { [alert: string]: number }
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
  /** It is a drill: nothing happened. */
  drill?: boolean
  /** Raised once more: it was told before, and over. */
  again?: boolean
}
