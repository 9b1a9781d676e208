/** Calls about the ways by which people are told, and what was sent. */
import type { Severity } from '../../../server/domain/alert.ts'
import type { ChannelKind, DeliveryState, Digest, Quiet } from '../../../server/domain/channel.ts'
import type { Json } from '../../../server/domain/json.ts'
import { request } from './request.ts'

export type ChannelView = {
  id: string
  name: string
  kind: ChannelKind
  /** Secrets are `{"set": true}`. */
  config: { [name: string]: Json }
  severities: Severity[]
  rules?: string[]
  users?: string[]
  quiet?: Quiet
  digest?: Digest
  drills?: boolean
  enabled: boolean
  createdAt: string
  version: number
}
export type ChannelInput = Omit<ChannelView, 'id' | 'createdAt' | 'version'>
export type ChannelChange = { [Name in keyof ChannelInput]?: ChannelInput[Name] | null }
export type DeliveryView = {
  id: string
  channel: string
  change: string
  subject: string
  sentence: string
  severity: Severity
  createdAt: string
  state: DeliveryState
  attempts: number
  nextAt: string | null
  finishedAt: string | null
  error: string | null
}
export type TestOutcome = { ok: boolean; detail: string; tookMs: number }

// More is seldom looked at; the API has it all.
const MOST_DELIVERIES = 100

export async function getChannels(signal?: AbortSignal): Promise<ChannelView[]> {
  const { channels } = await request<{ channels: ChannelView[] }>(
    '/api/v1/channels',
    signal ? { signal } : {},
  )
  return channels
}

export function postChannel(channel: ChannelInput): Promise<ChannelView> {
  return request('/api/v1/channels', { method: 'POST', body: channel })
}

export function patchChannel(channel: ChannelView, change: ChannelChange): Promise<ChannelView> {
  return request(pathOf(channel.id), { method: 'PATCH', body: change, ifMatch: channel.version })
}

export function deleteChannel(id: string): Promise<void> {
  return request(pathOf(id), { method: 'DELETE' })
}

export function testChannel(id: string): Promise<TestOutcome> {
  return request(`${pathOf(id)}/test`, { method: 'POST', body: {} })
}

export async function getDeliveries(signal?: AbortSignal): Promise<DeliveryView[]> {
  const path = `/api/v1/deliveries?size=${MOST_DELIVERIES}`
  return (await request<{ deliveries: DeliveryView[] }>(path, signal ? { signal } : {})).deliveries
}

export function retryDelivery(id: string): Promise<void> {
  return request(`/api/v1/deliveries/${encodeURIComponent(id)}/retry`, { method: 'POST', body: {} })
}

function pathOf(id: string): string {
  return `/api/v1/channels/${encodeURIComponent(id)}`
}
